"""`oura-lake query`: what does the lake say to this SELECT?"""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from oura_lake.cli._engine import engine_of
from oura_lake.cli._rows import show
from oura_lake.engines._model import Result
from oura_lake.errors import SettingsWrong

EXAMPLES = """\b
Examples:
  oura-lake query --lake ~/oura "SELECT day, sleep_h, hrv_rmssd_ms FROM person_day ORDER BY day DESC LIMIT 7"
  oura-lake query --lake ~/oura "SELECT * FROM daily_overview ORDER BY day DESC LIMIT 1"
  oura-lake query --deployed --json "SELECT * FROM nights WHERE day >= DATE '2026-01-01'" > nights.json
  oura-lake query --lake ~/oura - < question.sql | column -t
  oura-lake query --views
  oura-lake query --describe person_day
"""


@click.command(name="query", epilog=EXAMPLES)
@click.argument("sql", required=False)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake, asked with DuckDB.")
@click.option("--deployed", is_flag=True, help="Ask the lake in your AWS account, with Athena.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of rows.")
@click.option("--views", is_flag=True, help="List the views and what one row of each is.")
@click.option("--describe", "name", metavar="VIEW", help="Explain the columns of a view or table.")
def command(
    sql: str | None, lake: Path | None, deployed: bool, as_json: bool, views: bool, name: str | None
) -> None:
    """Run one SELECT in Athena's dialect and print the rows: a table on a terminal, tab-separated text in a pipe.

    The SQL is an argument, or `-` to read it from standard input.
    """
    if [views, name is not None, sql is not None].count(True) != 1:
        raise SettingsWrong("Give one of: a SELECT, --views, or --describe VIEW; e.g. oura-lake query --views.")
    console = Console()
    if views:
        listed = _views()
        show(listed, console, as_json=as_json, most_rows=len(listed.rows))
    elif name is not None:
        _describe(name.lower(), console, as_json=as_json)
    else:
        show(_answer(str(sql), lake, deployed), console, as_json=as_json)


def _answer(sql: str, lake: Path | None, deployed: bool) -> Result:
    from oura_lake.engines._statement import read_only

    text = sys.stdin.read() if sql == "-" else sql
    engine = engine_of(lake, deployed=deployed)
    read_only(text)
    with Console(stderr=True).status("Asking …"):
        return engine.query(text)


def _views() -> Result:
    from oura_lake.engines.views import load_views

    rows = [(view.name, view.grain) for view in load_views().values()]
    return Result(columns=("view", "grain"), rows=list(rows))


def _describe(name: str, console: Console, *, as_json: bool) -> None:
    from oura_lake.engines.described import describe

    described = describe(name)
    if console.is_terminal and not as_json:
        console.print(f"[bold]{described.name}[/bold]: {described.grain}.\n{described.description}\n")
    rows: list[tuple[Any, ...]] = [(c.name, c.type, c.unit or None, c.description or None) for c in described.columns]
    columns = Result(columns=("column", "type", "unit", "description"), rows=rows)
    show(columns, console, as_json=as_json, most_rows=len(rows))
