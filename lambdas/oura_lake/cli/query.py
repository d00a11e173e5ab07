"""`oura-lake query`: answers a SELECT over the lake."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from oura_lake.cli._answer_file import checked, keep
from oura_lake.cli._complaints import complain
from oura_lake.cli._console import plain_console
from oura_lake.cli._days import DAY, MOMENT
from oura_lake.cli._engine import engine_of
from oura_lake.cli._persons import person_of
from oura_lake.cli._rows import show
from oura_lake.cli._store import report_strays, store_of
from oura_lake.errors import SettingsWrong
from oura_lake.lake.people import known_person
from oura_lake.query.model import Engine, Limits, Result

EXAMPLES = """\b
Examples:
  oura-lake query --lake ~/oura nights --from 2026-11-01           all rows of a view, newest first
  oura-lake query --lake ~/oura "SELECT day, sleep_h, hrv_rmssd_ms FROM person_day ORDER BY day DESC LIMIT 7"
  oura-lake query --lake ~/oura "SELECT * FROM nights WHERE day >= :since" --set since=2026-01-01
  oura-lake query --lake ~/oura person_day --output days.parquet   or .csv, for a spreadsheet
  oura-lake query --lake ~/oura person_day --explain               what would Athena read, and charge?
  oura-lake query --lake ~/oura person_day --as-of 2026-08-20T07:15  what did the lake believe that morning?
  oura-lake query --deployed --json "SELECT * FROM nights WHERE day >= DATE '2026-01-01'" > nights.json
  oura-lake query --lake ~/oura - < question.sql | column -t
  oura-lake query --views                                          or '\\d'; and '\\d person_day' explains a view
  oura-lake query --describe person_day
"""
COMMENT = re.compile(r"--[^\s=]*\s")  # SQL's comment: an option has no blank before an equals sign
PEOPLE = "SELECT DISTINCT person FROM calendar ORDER BY person"


class SqlCommand(click.Command):
    """A command whose argument may begin with an SQL comment, which looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a text that begins with an SQL comment as an argument."""
        return super().parse_args(ctx, [f"\n{text}" if COMMENT.match(text) else text for text in args])


@click.command(name="query", short_help="Run one SELECT, or read a view by its name.", epilog=EXAMPLES, cls=SqlCommand)
@click.argument("sql", required=False)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake, for DuckDB.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account, for Athena.")
@click.option("--person", help="Of a view by name: this person's rows.")
@click.option("--from", "first", type=DAY, help="Of a view by name: since this day.")
@click.option("--to", "last", type=DAY, help="Of a view by name: until this day, included.")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="The value of :NAME in a SELECT.")
@click.option("--as-of", type=MOMENT, help="What the lake believed at this moment, UTC; made from raw.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of rows.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the rows to this .csv or .parquet file.")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    help="Of a folder: end a query that takes longer.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=1_000_000,
    show_default=True,
    help="Of a folder: refuse an answer with more rows.",
)
@click.option(
    "--max-gb",
    type=click.FloatRange(min=0, min_open=True),
    default=4.0,
    show_default=True,
    help="Of a folder: the memory that a query may take.",
)
@click.option("--explain", is_flag=True, help="Say what Athena would read and charge, and do not run it.")
@click.option("--views", is_flag=True, help="List the views and what one row of each is.")
@click.option("--describe", "name", metavar="VIEW", help="Explain the columns of a view or table.")
def command(  # noqa: PLR0913 - click hands over each option
    sql: str | None,
    lake: Path | None,
    deployed: bool,
    person: str | None,
    first: datetime | None,
    last: datetime | None,
    values: tuple[str, ...],
    as_of: datetime | None,
    as_json: bool,
    output: Path | None,
    max_seconds: float,
    max_rows: int,
    max_gb: float,
    explain: bool,
    views: bool,
    name: str | None,
) -> None:
    """Run one SELECT in Athena's dialect, or read a view by its name: a table on a terminal, tab-separated in a pipe.

    The SQL is an argument, or `-` to read it from standard input.
    """
    if [views, name is not None, sql is not None].count(True) != 1:
        raise SettingsWrong(
            "Give one of: a SELECT, a view, --views, or --describe VIEW", "e.g. oura-lake query --views"
        )
    console = plain_console()
    if views or (sql or "").strip() == r"\d":
        listed = _views()
        show(listed, console, as_json=as_json, most_rows=len(listed.rows))
    elif name is not None or str(sql).startswith(r"\d "):
        _describe((name or str(sql)[2:]).strip().lower(), console, as_json=as_json)
    else:
        text = _select(str(sql), person, first, last, values)
        if explain and as_of:
            raise SettingsWrong("--explain describes the lake in its present state", "leave --as-of out")
        if explain:
            if person:
                person_of(store_of(lake, deployed=deployed), person, deployed=deployed)
            _explain(text, lake, console, deployed=deployed, as_json=as_json)
        else:
            limits = Limits(seconds=max_seconds, rows=max_rows, gigabytes=max_gb)
            engine = engine_of(lake, deployed=deployed, as_of=as_of, limits=limits)
            _run(text, engine, person, output, console, as_json=as_json)
            if lake:
                report_strays(store_of(lake, deployed=False))


def _select(
    sql: str, person: str | None, first: datetime | None, last: datetime | None, values: tuple[str, ...]
) -> str:
    """SELECT of the argument and its options; raises SettingsWrong for options that do not belong to it."""
    from oura_lake.query.parameters import Narrowing, filled, is_name, of_view

    wanted = Narrowing(person=person, first=first.date() if first else None, last=last.date() if last else None)
    text = sys.stdin.read() if sql == "-" else sql
    if is_name(text):
        return of_view(text, wanted)
    if wanted:
        raise SettingsWrong("--person, --from and --to belong to a view by its name", "write a WHERE into the SELECT")
    return filled(text, _named(values))


def _named(values: tuple[str, ...]) -> Mapping[str, str]:
    for value in values:
        if not value.partition("=")[0].isidentifier() or "=" not in value:
            raise SettingsWrong(f"--set '{value}' is no NAME=VALUE", "write it as --set since=2026-01-01")
    return {name: value for name, _, value in (v.partition("=") for v in values)}


def _run(sql: str, engine: Engine, person: str | None, output: Path | None, console: Console, *, as_json: bool) -> None:
    path = checked(output) if output else None
    with plain_console(stderr=True).status("Asking …"):
        result = engine.query(sql)
        if not result.rows:
            _check_people(engine, person)
    if path is None:
        show(result, console, as_json=as_json)
        return
    keep(result, path)
    click.echo(f"{len(result.rows):,} rows are in {path}.")


def _check_people(engine: Engine, person: str | None) -> None:
    """Say if the lake is empty; raises SettingsWrong for a person that the lake does not know."""
    people = [str(row[0]) for row in engine.query(PEOPLE).rows]
    if not people:
        complain("The lake is empty; fill it with `oura-lake sync`, or wait for the schedule's first run.")
    elif person:
        known_person(person, people)


def _explain(sql: str, lake: Path | None, console: Console, *, deployed: bool, as_json: bool) -> None:
    from oura_lake.query.explain import price_usd, reading
    from oura_lake.query.views import load_views

    with plain_console(stderr=True).status("Looking …"):
        parts = reading(sql, store_of(lake, deployed=deployed), load_views())
    rows: list[tuple[Any, ...]] = [(p.table, p.n_scans, p.n_objects, p.n_columns, p.n_bytes) for p in parts]
    show(
        Result(columns=("table", "scans", "objects", "columns", "bytes"), rows=rows),
        console,
        as_json=as_json,
        most_rows=len(rows),
    )
    n_bytes = sum(p.n_bytes for p in parts)
    line = f"{n_bytes / 1e6:,.2f} MB at most; Athena would charge ${price_usd(n_bytes):.5f} (10 MB at least)."
    click.echo(line, err=as_json or not console.is_terminal)


def _views() -> Result:
    from oura_lake.query.views import load_views

    rows = [(view.name, view.grain) for view in load_views().values()]
    return Result(columns=("view", "grain"), rows=list(rows))


def _describe(name: str, console: Console, *, as_json: bool) -> None:
    from oura_lake.query.catalog import describe

    described = describe(name)
    if console.is_terminal and not as_json:
        console.print(Text.assemble((described.name, "bold"), f": {described.grain}.\n{described.description}\n"))
    rows: list[tuple[Any, ...]] = [(c.name, c.type, c.unit or None, c.description or None) for c in described.columns]
    columns = Result(columns=("column", "type", "unit", "description"), rows=rows)
    show(columns, console, as_json=as_json, most_rows=len(rows))
