"""`oura-lake import`: adds the documents of Oura's account export to the lake."""  # noqa: N999 - the command's name

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click

from oura_lake.cli._days import zone
from oura_lake.cli._persons import deployed_persons
from oura_lake.cli._store import store_of
from oura_lake.errors import EXIT_FAILED, SettingsWrong
from oura_lake.ingestion.account_import import Brought, Import
from oura_lake.lake.documents import Table
from oura_lake.lake.keys import checked_person
from oura_lake.lake.people import known_person
from oura_lake.lake.plain import plain
from oura_lake.lake.store import Store
from oura_lake.ledger.drift import remark
from oura_lake.local.folder_store import FolderStore
from oura_lake.oura.account_export import AccountExport, Unread, sorted_out
from oura_lake.oura.export_files import files_of
from oura_lake.sources.oura import ENDPOINTS, SOURCE

LONGEST_LINE, LONGEST_NAME, MOST_NAMES = 500, 60, 30

EXAMPLES = """\b
Examples:
  oura-lake import oura-export.zip --lake ~/oura             what the API gave is never replaced
  oura-lake import "App Data" --lake ~/oura                  a folder, or one CSV file of it, too
"""


@click.command(name="import", short_help="Add what Oura's account export holds.", epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
@click.option("--timezone", help="Where moments without an offset from UTC were, such as Europe/Berlin.")
def command(file: Path, lake: Path | None, deployed: bool, stack: str, person: str, timezone: str | None) -> None:
    """Add the documents of Oura's account-data export (ZIP, folder or CSV file) that the lake does not hold yet.

    It was never run on a real export: its shape is known from other programs that read one. Time series are left out.
    A line that cannot be read is stored under rejected/ and named; the others land.
    """
    checked_person(person)
    run = Import(
        request=f"account export {file.name}", now=datetime.now(UTC), zone=zone(timezone) if timezone else None
    )
    with files_of(file) as files:
        export = sorted_out(files, ENDPOINTS)
        if not export.parts:
            raise _nothing(file, export)
        store = FolderStore(lake) if lake and not deployed else store_of(lake, stack, deployed=deployed)
        if deployed:
            known_person(person, deployed_persons(stack))
        is_whole = _all_brought(run, export, store, person)
    for line in _unread(export.unread):
        click.echo(f"oura-lake: {line}", err=True)
    sys.exit(0 if is_whole and not any(unread.is_problem for unread in export.unread) else EXIT_FAILED)


def _all_brought(run: Import, export: AccountExport, store: Store, person: str) -> bool:
    """Import each file and print its counts; return whether the lake has every line of the files."""
    n_files = Counter(part.endpoint for part in export.parts)
    is_whole = True
    for part in export.parts:
        brought = run.bring(Table(store=store, source=SOURCE.name, endpoint=part.endpoint, person=person), part)
        where = f" ({plain(part.file.name)})" if n_files[part.endpoint] > 1 else ""
        click.echo(
            f"{part.endpoint.name}{where}: {brought.n_new:,} new, {brought.n_known:,} held already, "
            f"{brought.n_set_aside:,} set aside"
        )
        for line in _troubles(brought):
            click.echo(f"oura-lake: {plain(line, LONGEST_LINE)}", err=True)
        is_whole &= brought.is_whole
    return is_whole


def _troubles(brought: Brought) -> Iterator[str]:
    """Sentences on the problems of one file."""
    name = brought.part.endpoint.name
    yield from (f"{place}; it is kept under rejected/ and not merged." for place in brought.named)
    if n_more := brought.n_set_aside - len(brought.named):
        yield f"{n_more:,} more lines of {brought.part.file.name} are kept under rejected/ and not merged."
    if brought.ended_by:
        yield f"{brought.part.file.name}: {brought.ended_by.removesuffix('.')}."
    if brought.n_short:
        rows = "1 row" if brought.n_short == 1 else f"{brought.n_short:,} rows"
        yield f"{rows} of {brought.part.file.name} without the fields at one end landed with the others."
    if brought.n_without_offset:
        yield (
            f"{brought.n_without_offset:,} records of {name} name no offset from UTC, so they count as UTC and have no "
            "local clock; import into a new lake with --timezone, such as --timezone Europe/Berlin."
        )
    yield from sorted({f"{remark(name, drift)}." for drift in brought.drift})


def _unread(files: list[Unread]) -> Iterator[str]:
    """Sentences on the files that were not read, one for each reason."""
    ordered = sorted(files, key=lambda unread: (unread.reason, unread.name))
    for reason, members in groupby(ordered, key=lambda unread: unread.reason):
        names = [plain(unread.name, LONGEST_NAME) for unread in members]
        more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        yield f"Not read: {', '.join(names[:MOST_NAMES])}{more}, since {plain(reason)}."


def _nothing(file: Path, export: AccountExport) -> SettingsWrong:
    reasons = "".join(f" {line}" for line in _unread(export.unread))
    return SettingsWrong(
        f"{file} holds none of the files of Oura's account export", f"choose its ZIP, folder or a CSV file.{reasons}"
    )
