"""What did the deployed stack name its parts?"""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import SettingsWrong, StoreUnavailable

DEFAULT_STACK = "OuraLake"


def outputs(stack_name: str = DEFAULT_STACK, client: Any = None) -> dict[str, str]:
    """The outputs of a deployed stack by name; raises SettingsWrong where there is none."""
    try:
        cloudformation = client or boto3.client("cloudformation")  # without a region it cannot even be made
        [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        raise SettingsWrong(
            f"There is no stack {stack_name} in this account and region ({error.response['Error']['Code']}); deploy "
            "it, or set AWS_PROFILE and AWS_REGION."
        ) from error
    except BotoCoreError as error:
        reason = str(error).rstrip(".")
        raise StoreUnavailable(
            f"AWS could not be asked for the stack {stack_name} ({reason}); run `aws configure`, or set AWS_PROFILE "
            "and AWS_REGION."
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def clients() -> Callable[[str], Any]:
    """Whence a command has its clients: one of each service."""
    return cache(boto3.client)
