"""What did the deployed stack say of itself? Its outputs, by name."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import SettingsWrong

STACK = "OuraLake"


def outputs(stack_name: str = STACK, client: Any = None) -> dict[str, str]:
    """The outputs of a stack; raises SettingsWrong where there is none to ask."""
    try:
        answer = (client or boto3.client("cloudformation")).describe_stacks(StackName=stack_name)
    except (BotoCoreError, ClientError) as error:
        raise SettingsWrong(
            f"The stack {stack_name} cannot be asked ({error}); check AWS_PROFILE and AWS_REGION, deploy it with "
            "`cdk deploy`, or name a folder with --lake."
        ) from error
    return {o["OutputKey"]: o["OutputValue"] for o in answer["Stacks"][0].get("Outputs", [])}
