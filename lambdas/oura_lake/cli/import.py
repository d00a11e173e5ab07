"""`oura-lake import`: bring what Oura's account export holds and the lake does not."""  # noqa: N999 - the command's name

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from oura_lake.account_export import AccountExport, Document, open_export
from oura_lake.cli._store import store_of
from oura_lake.lake.landing import Table, is_placeable, land
from oura_lake.lake.layout import checked_person, period_of
from oura_lake.lake.owed import note_owed
from oura_lake.lake.planning import newest_possible_day
from oura_lake.lake.rows import key_of, typed
from oura_lake.local.folder_store import FolderStore
from oura_lake.sources.oura import ENDPOINTS, SOURCE

EXAMPLES = """\b
Examples:
  oura-lake import oura-export.zip --lake ~/oura             what the API gave is never replaced
"""


@click.command(name="import", epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
def command(file: Path, lake: Path | None, deployed: bool, stack: str, person: str) -> None:
    """Add the documents of Oura's account-data export (a ZIP) that the lake does not hold yet.

    Never run on a real export: its shape is known from other programs that read one. Time series are left out.
    """
    checked_person(person)
    export = open_export(file, ENDPOINTS)
    store = FolderStore(lake) if lake and not deployed else store_of(lake, stack, deployed=deployed)
    now = datetime.now(UTC)
    for endpoint in export.files:
        table = Table(store=store, source=SOURCE.name, endpoint=endpoint, person=person)
        click.echo(_brought(table, export, now))


def _brought(table: Table, export: AccountExport, now: datetime) -> str:
    """Land what is new of one collection and say how much that was."""
    newest = newest_possible_day(now)
    documents = export.documents(table.endpoint)
    placeable = [d for d in documents if is_placeable(table.endpoint, d, newest)]
    fresh = list(_unknown(table, placeable))
    strange = [d for d in documents if not is_placeable(table.endpoint, d, newest)]
    if fresh:
        note_owed(table.store, table.person, now)
    landed = land(table, fresh + strange, now, f"export ZIP {export.path.name}", newest_day=newest)
    return (
        f"{table.endpoint.name}: {landed.n_new:,} new, {len(placeable) - len(fresh):,} held already, "
        f"{landed.n_rejected:,} set aside"
    )


def _unknown(table: Table, documents: Iterable[Document]) -> Iterable[Document]:
    """The documents whose key the lake does not hold, deleted ones included: the API's word stands."""
    held: dict[str, set[tuple[object, ...]]] = {}
    for document in documents:
        period = period_of(table.endpoint, document)
        if period not in held:
            held[period] = set(table.partition(period).heads)
        if key_of(table.endpoint, typed(table.endpoint, document)[0]) not in held[period]:
            yield document
