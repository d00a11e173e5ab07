"""`oura-lake status`: how much does the lake hold, how fresh is it, and where are its gaps?"""

from datetime import date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from oura_lake.cli._engine import engine_of
from oura_lake.cli._rows import show
from oura_lake.engines._model import Engine, Result

EXAMPLES = """\b
Examples:
  oura-lake status --lake ~/oura
  oura-lake status --deployed --json
"""
SQL = """
SELECT person, collection, n_records AS records, first_day, last_day, n_days_missing AS days_missing
FROM coverage ORDER BY person, collection
"""


@click.command(name="status", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="Ask the lake in your AWS account.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of rows.")
def command(lake: Path | None, deployed: bool, as_json: bool) -> None:
    """Say per collection how many records there are, from when to when, and how many days lack one.

    A day lacks a record where the ring was not worn, was flat, or has not synced yet.
    """
    engine = engine_of(lake, deployed=deployed)
    held = coverage(engine)
    show(held, Console(), as_json=as_json)
    if not as_json:
        click.echo(freshness(held, datetime.now().astimezone().date()), err=True)


def coverage(engine: Engine) -> Result:
    """The rows of the view `coverage`, in the order of persons and collections."""
    return engine.query(SQL)


def freshness(held: Result, today: date) -> str:
    """When each person's newest record is from, in a sentence."""
    newest: dict[str, date] = {}
    for row in held.dicts():
        if row["last_day"]:
            newest[row["person"]] = max(row["last_day"], newest.get(row["person"], date.min))
    ages = [f"{person}'s newest record is {_age(today - day)}" for person, day in sorted(newest.items())]
    return "; ".join(ages) + "." if ages else "The lake is empty; fill it with `oura-lake sync`."


def _age(age: timedelta) -> str:
    return {0: "of today", 1: "of yesterday"}.get(max(age.days, 0), f"{age.days} days old")
