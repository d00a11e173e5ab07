"""`oura-lake export`: writes all data of a person into files that other programs read."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from oura_lake.cli._console import plain_console
from oura_lake.cli._store import store_of
from oura_lake.lake.keys import checked_person
from oura_lake.lake.plain import plain
from oura_lake.lake.store import Store
from oura_lake.lake.strays import sentence
from oura_lake.query.model import Engine

EXAMPLES = """\b
Examples:
  oura-lake export me --lake ~/oura --out ~/oura-export                    Parquet, one file a table
  oura-lake export me --lake ~/oura --out ~/oura-export --format csv       for a spreadsheet
  oura-lake export ada --deployed --out ~/ada --format csv --views         with every view, as CSV

Beside the tables lie all raw answers (JSON lines), dictionary.csv, and manifest.json with the rows of each file.
"""


@click.command(name="export", short_help="Write all that a lake holds of a person into a folder.", epilog=EXAMPLES)
@click.argument("person")
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new or empty folder.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Of the tables.",
)
@click.option("--views/--no-views", help="Every view too, as CSV.")
def command(  # noqa: PLR0913 - click hands over each option
    person: str, lake: Path | None, deployed: bool, stack: str, out: Path, form: str, views: bool
) -> None:
    """Write all that a lake holds of a person into a folder: every table, every raw answer, a data dictionary."""
    checked_person(person)
    export(store_of(lake, stack, deployed=deployed), person, out, form=form, views=views)


def export(store: Store, person: str, out: Path, *, form: str, views: bool) -> None:
    """Write the export, then print its number of rows and files."""
    from oura_lake.privacy.export import Export
    from oura_lake.query.views import load_views

    named = list(load_views()) if views else []
    with plain_console(stderr=True).status("Writing …") as status:
        writer = Export(
            store=store, person=person, out=out, form=form, step=lambda name: status.update(f"Writing {name} …")
        )
        rows = writer.write(named, _engine(store), datetime.now(UTC))
    if line := sentence(map(plain, writer.strays)):
        click.echo(f"oura-lake: {line} They are in the export as they are.", err=True)
    click.echo(f"{sum(rows.values()):,} rows in {len(rows)} files are in {out}; manifest.json counts each.")


def _engine(store: Store) -> Callable[[], Engine]:
    @cache
    def engine() -> Engine:
        from oura_lake.query.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load

        return DuckDBEngine(store)

    return engine
