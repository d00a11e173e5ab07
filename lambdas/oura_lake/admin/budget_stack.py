"""Stack of the budget, deployed after the lake's: AWS may refuse it, and the lake stays deployed.

python -m oura_lake.admin.budget_stack deploy|diff|destroy    # 0 also where AWS refuses the budget
"""

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.refusals import explained
from oura_lake.aws.stack import DEFAULT_STACK, clients, described
from oura_lake.contract import BUDGET_STACK
from oura_lake.errors import OuraLakeError, SettingsWrong, StoreUnavailable
from oura_lake.local import toolchain

APP = "infra.budget"
REFUSED = (
    "oura-lake: The lake is deployed, but AWS refused its budget for the reason above; wait a day and run "
    '`make deploy` again, or set budget_email = "" in config.toml.'
)


def deploy(config: Path, client: Callable[[str], Any], environment: Mapping[str, str]) -> str:
    """Deploy the budget of config.toml, or remove one that it no longer wants.

    Returns a sentence where AWS refuses the budget, "" otherwise. Raises StoreUnavailable and SettingsWrong.
    """
    if not is_wanted(config):
        destroy(config, client, environment)
        return ""
    return REFUSED if _run("deploy", config, environment) else ""


def diff(config: Path, client: Callable[[str], Any], environment: Mapping[str, str]) -> str:
    """Show what a deploy would change of the budget; raises StoreUnavailable and SettingsWrong."""
    if is_wanted(config):
        _checked(_run("diff", config, environment), "compared")
    elif _exists(BUDGET_STACK, client):
        return f"oura-lake: The stack {BUDGET_STACK} is removed by the next `make deploy`."
    return ""


def destroy(config: Path, client: Callable[[str], Any], environment: Mapping[str, str]) -> str:
    """Remove the budget where there is one; raises StoreUnavailable and SettingsWrong."""
    if _exists(BUDGET_STACK, client):
        _checked(_run("destroy", config, environment, "--force"), "removed")
    return ""


def destroy_after_the_lake(config: Path, client: Callable[[str], Any], environment: Mapping[str, str]) -> str:
    """Remove the budget, unless the lake's stack is still there: the CDK lets its owner answer no."""
    return "" if _exists(DEFAULT_STACK, client) else destroy(config, client, environment)


def is_wanted(config: Path) -> bool:
    """Whether config.toml asks for a budget; False where it cannot be read, which the lake's own deploy reports."""
    try:
        lake = tomllib.loads(config.read_text(encoding="utf-8")).get("lake", {})
    except (OSError, ValueError):
        return False
    return bool(lake.get("budget_email"))


def _run(command: str, config: Path, environment: Mapping[str, str], *options: str) -> int:
    return toolchain.run_cdk([command, *options, "-c", f"config={config.resolve()}"], environment, app=APP)


def _exists(stack: str, client: Callable[[str], Any]) -> bool:
    try:
        return described(stack, client("cloudformation")) is not None
    except (ClientError, BotoCoreError) as error:
        problem, advice = explained(error)
        raise StoreUnavailable(f"AWS could not be asked for the stack {stack}: {problem}", advice) from error


def _checked(code: int, done: str) -> None:
    if code:
        raise SettingsWrong(f"The stack {BUDGET_STACK} could not be {done}", "see what the CDK says above")


COMMANDS = {"deploy": deploy, "diff": diff, "destroy": destroy_after_the_lake}


def main(arguments: list[str]) -> None:
    """Run one command for the config.toml of this folder."""
    try:
        sentence = COMMANDS[arguments[0]](Path("config.toml"), clients(), os.environ)
    except OuraLakeError as error:
        sys.exit(f"oura-lake: {error}")
    sys.stderr.write(f"{sentence}\n" if sentence else "")


if __name__ == "__main__":
    main(sys.argv[1:])
