"""`oura-lake support`: a file for the people who help, without anything of a lake."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oura_lake.cli._config_option import config_option
from oura_lake.cli._console import plain_console
from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.output_file import write_private

if TYPE_CHECKING:
    from oura_lake.admin.support_bundle import Section
    from oura_lake.cli._status_place import Place

EXAMPLES = """\b
Examples:
  oura-lake support                         of the lake in your AWS account
  oura-lake support --lake ~/oura           of a folder, without AWS

It asks what `preflight`, `verify` and `status` ask, which costs at most a cent. Read the file before you send it.
"""


@click.command(name="support", short_help="Write a file for those who help, without your data.", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of a lake on this machine.")
@config_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("oura-lake-support.txt"),
    show_default=True,
    help="The new file.",
)
def command(lake: Path | None, config: Path, out: Path) -> None:
    """Write a file for the people who help: versions, the stack's digest, and the lines of the checks.

    Of each line only the program's own words are left: no name, address, number, account, token or measurement. Nothing
    is sent.
    """
    from oura_lake.admin.support_bundle import text_of, versions  # boto3 is slow: not for every `--help`

    if out.exists():
        raise SettingsWrong(f"{out} exists and was left as it is", "name another file with --out, or move it away")
    sections = [versions(), *(_of_folder(lake) if lake else _of_account(config))]
    path = write_private(out, text_of(sections), "--out")
    for section in sections:
        click.echo(f"{section.title}: {len(section.lines)} line{'s' if len(section.lines) != 1 else ''}")
    click.echo(
        f"{path} holds this, only you can read it, and nothing was sent. Read it, then attach it to your report."
    )


def _of_folder(lake: Path) -> "Iterator[Section]":
    from oura_lake.cli._status_place import place_of

    yield _status(lambda: place_of(lake, None, deployed=False))


def _of_account(config: Path) -> "Iterator[Section]":
    from oura_lake.admin.preflight import all_checks as before
    from oura_lake.admin.support_bundle import of_checks, stack
    from oura_lake.aws.stack import clients
    from oura_lake.cli._status_place import place_of

    yield stack(clients())
    yield of_checks("Checks before a deploy", before.every_check(before.opened(_no_step), config), ())
    yield from deployed_checks()
    yield _status(lambda: place_of(None, None, deployed=True))


def deployed_checks() -> "Iterator[Section]":
    """Lines of `oura-lake verify`, redacted; the sentence of an error where there is no stack."""
    from oura_lake.admin.checks import all_checks
    from oura_lake.admin.support_bundle import of_checks, of_text
    from oura_lake.aws.stack import DEFAULT_STACK

    title = "Checks of the deployed lake"
    try:
        account = all_checks.opened(DEFAULT_STACK, None, _no_step)
        yield of_checks(title, all_checks.every_check(account, datetime.now(UTC)), account.persons)
    except OuraLakeError as error:
        yield of_text(title, str(error), ())


def _status(place_of: "Callable[[], Place]") -> "Section":
    """Page of `oura-lake status`, redacted; the sentence of an error where there is none."""
    from oura_lake.admin.support_bundle import of_text

    try:
        place = place_of()
        return of_text("Status", _page(place), place.zones.keys())
    except OuraLakeError as error:
        return of_text("Status", str(error), ())


def _page(place: "Place") -> str:
    from oura_lake.cli import _status_page
    from oura_lake.monitoring.status import condition_of
    from oura_lake.person import Person

    text, now = StringIO(), datetime.now(UTC)
    console = plain_console(file=text, highlight=False)
    for name, zone in place.zones.items():
        person = place.persons.get(name, Person(name=name))
        _status_page.show(console, condition_of(place.engine, place.store, person, now, zone), place)
    return text.getvalue()


def _no_step(_name: str) -> None:
    """Show no progress."""
