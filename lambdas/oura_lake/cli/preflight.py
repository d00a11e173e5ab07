"""`oura-lake preflight`: checks an AWS account before a deploy."""

from pathlib import Path

import click
from rich.text import Text

from oura_lake.cli._checks_page import end, shown
from oura_lake.cli._config_option import config_option
from oura_lake.cli._console import plain_console

EXAMPLES = """\b
Examples:
  oura-lake preflight                         the same as `make preflight`
  AWS_PROFILE=family oura-lake preflight --json

It reads and changes nothing, and costs nothing. It needs no lake; AWS_PROFILE and AWS_REGION choose the account.
"""


@click.command(name="preflight", short_help="Check an AWS account before a deploy.", epilog=EXAMPLES)
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of checks.")
def command(config: Path, as_json: bool) -> None:
    """Check an AWS account before a deploy: a line each, with the mend where something is in the way.

    A part that you may not ask about is a warning with the permission that lacks. Exit code 1 if a check failed.
    """
    from oura_lake.admin.preflight.all_checks import every_check, opened  # boto3 is slow: not for every `--help`

    console = plain_console(stderr=as_json, highlight=False)
    with console.status("asking AWS") as status:
        account = opened(lambda name: status.update(Text(f"asking: {name}")))
        checks = shown(every_check(account, config), console, as_json=as_json)
    end(checks, console, as_json=as_json)
