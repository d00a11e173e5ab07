"""`oura-lake status`: shows the amount and age of the data, and what is missing."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oura_lake.cli._complaints import complain
from oura_lake.cli._console import plain_console
from oura_lake.cli._days import ZONE_HELP
from oura_lake.cli._store import report_strays
from oura_lake.person import Person

if TYPE_CHECKING:
    from oura_lake.cli._status_place import Place
    from oura_lake.monitoring.status import Condition

EXAMPLES = """\b
Examples:
  oura-lake status --lake ~/oura
  oura-lake status --deployed --person me
  oura-lake status --deployed --json
"""


@click.command(name="status", short_help="Say how much the lake holds, what is missing and why.", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="Ask the lake in your AWS account.")
@click.option("--person", help="Only this person (default: everybody in the lake).")
@click.option("--timezone", help=ZONE_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one entry a person.")
def command(lake: Path | None, deployed: bool, person: str | None, timezone: str | None, as_json: bool) -> None:
    """Say for each person how much there is of each collection, which days are missing and why.

    It also shows the token, Oura's last refusals, the messages sent to the person, and the account's cost this month.
    A day that is not over is not missing yet; docs/explanation/upkeep.md says where each reason comes from.
    """
    from oura_lake.cli import _status_page as page  # httpx and pyarrow are slow to load: not for every `--help`
    from oura_lake.cli._status_place import place_of
    from oura_lake.monitoring.status import condition_of

    place = place_of(lake, person, timezone, deployed=deployed)
    now = datetime.now(UTC)
    found = [
        condition_of(place.engine, place.store, place.persons.get(name, Person(name=name)), now, zone)
        for name, zone in place.zones.items()
    ]
    if as_json:
        report_strays(place.store)
        click.echo(json.dumps([entry(condition, place) for condition in found], indent=2, default=str))
        return
    console = plain_console(highlight=False)
    for n, condition in enumerate(found):
        if n:
            console.print()
        page.show(console, condition, place)
    report_strays(place.store)
    if not any(condition.newest_day for condition in found):
        complain("The lake is empty; fill it with `oura-lake sync`.")


def entry(condition: "Condition", place: "Place") -> dict[str, Any]:
    """Entry of one person for JSON."""
    token = asdict(place.token(condition.person))
    runs = [asdict(run) | {"n_days": run.n_days} for run in condition.missing]
    webhooks = asdict(found) if (found := place.webhooks()) else None
    mail = asdict(check) if (check := place.mail(condition.person)) else None
    beside = {"missing": runs, "token": token, "webhooks": webhooks, "mail": mail, "cost_usd": place.cost()}
    return asdict(condition) | beside
