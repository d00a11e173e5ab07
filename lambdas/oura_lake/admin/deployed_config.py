"""The settings of the last deploy, read from the parameters that it wrote.

python -m oura_lake.admin.deployed_config [ACCOUNT]     # prints them; nothing where nothing is deployed
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.parameters import parameters
from oura_lake.aws.refusals import explained
from oura_lake.aws.stack import DEFAULT_STACK, SETTINGS_IN, clients, deployed_outputs
from oura_lake.errors import OuraLakeError, SettingsWrong, StoreUnavailable

MEND = "set AWS_PROFILE and AWS_REGION to where the lake is"


def deployed_config_text(stack: str = DEFAULT_STACK, client: Callable[[str], Any] | None = None) -> str:
    """Text of the deployed config.toml, without its comments; raises SettingsWrong, StoreUnavailable."""
    client = client or clients()
    named = deployed_outputs(stack, client)
    if not named:
        raise SettingsWrong(f"There is no stack {stack} in this account and region", MEND)
    if SETTINGS_IN not in named:
        raise SettingsWrong(f"The stack {stack} is of a version that stored no settings", "deploy this one once")
    return _text(client, named[SETTINGS_IN])


def deployed_settings(stack: str = DEFAULT_STACK, client: Callable[[str], Any] | None = None) -> str:
    """Read the settings of the last deploy: of an older version the persons alone, empty without a stack."""
    client = client or clients()
    named = deployed_outputs(stack, client)
    if SETTINGS_IN in named:
        return _text(client, named[SETTINGS_IN])
    return "".join(f"[persons.{name}]\n" for name in json.loads(named.get("Persons", "{}")))


def _text(client: Callable[[str], Any], names: str) -> str:
    return "\n".join(parameters(client("ssm"), names.split(",")))


def _require_account(number: str, client: Callable[[str], Any]) -> None:
    try:
        here = client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        problem, advice = explained(error)
        raise StoreUnavailable(f"AWS could not be asked for the deployed settings: {problem}", advice) from error
    if here != number:
        raise SettingsWrong(f"The CDK deploys to account {number}, and AWS_PROFILE leads to {here}", MEND)


def main() -> None:
    """Print the deployed settings of the CDK's account."""
    try:
        client = clients()
        for number in sys.argv[1:]:
            _require_account(number, client)
        sys.stdout.write(deployed_settings(client=client))
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")


if __name__ == "__main__":
    main()
