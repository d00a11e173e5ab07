"""`oura-lake verify`: checks every part of a deployed lake."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.text import Text

from oura_lake.cli._checks_page import end, shown
from oura_lake.cli._console import plain_console
from oura_lake.errors import SettingsWrong

if TYPE_CHECKING:
    from oura_lake.admin.checks.model import Account

EXAMPLES = """\b
Examples:
  oura-lake verify                            check everything, send nothing
  oura-lake verify --person ada --json        one person, for a program
  oura-lake verify --send-test                also send one marked message by each channel

It checks the account that AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL name; on AWS it costs at most a cent.
"""


@click.command(name="verify", short_help="Check the deployed lake part by part.", epilog=EXAMPLES)
@click.option("--person", help="Only this person (default: all of the stack).")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--send-test", is_flag=True, help="Publish one marked test message to each person.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of checks.")
def command(person: str | None, stack: str, send_test: bool, yes: bool, as_json: bool) -> None:
    """Check the deployed lake part by part: a line each, with the next step where a check fails.

    The analysis judges all days again and sends nothing. No token is shown or spent; only --send-test sends messages.
    Exit code 1 if a check failed.
    """
    from oura_lake.admin.checks.all_checks import (  # boto3 is slow: not for every `--help`
        every_check,
        opened,
        test_messages,
    )

    console = plain_console(stderr=as_json, highlight=False)
    with console.status("asking AWS") as status:
        account = opened(stack, person, lambda name: status.update(Text(f"asking: {name}")))
        if send_test and not yes:
            status.stop()
            confirm(account)
            status.start()
        checks = shown(every_check(account, datetime.now(UTC)), console, as_json=as_json)
        if send_test:
            checks += shown(test_messages(account, datetime.now(UTC)), console, as_json=as_json)
    end(checks, console, as_json=as_json)


def confirm(account: "Account") -> None:
    """Ask before anything is sent; raises SettingsWrong where nobody can answer."""
    whose = ", ".join(account.persons)
    if not sys.stdin.isatty():
        raise SettingsWrong(f"--send-test sends a message to {whose}", "add --yes where nobody can be asked")
    click.confirm(f"Send one test message to each address and number of {whose} (an SMS costs)?", abort=True, err=True)
