"""`oura-lake sync`: fetches the last days into a folder."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table as Grid

from oura_lake.cli._complaints import complain
from oura_lake.cli._console import plain_console
from oura_lake.cli._days import DAY, ZONE_HELP, window
from oura_lake.cli._lean import spare_collections, spare_pandas
from oura_lake.cli._persons import zone_of
from oura_lake.cli._progress import progress_bar
from oura_lake.cli.watch import judge_pending
from oura_lake.contract import Env
from oura_lake.errors import EXIT_FAILED, SettingsWrong, SourceError
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.keys import checked_person
from oura_lake.ledger.account import require_account
from oura_lake.ledger.drift import remark
from oura_lake.ledger.home_zone import remember_zone
from oura_lake.ledger.pending_analysis import note_pending
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.token_file import local_tokens
from oura_lake.oura.client import OuraClient
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import API_BASE_URL, SOURCE

EXAMPLES = """\b
Examples:
  oura-lake sync --lake ~/oura                                 the last week
  oura-lake sync --lake ~/oura --from 2024-01-01               all since then
  oura-lake sync --lake ~/oura --from 2026-08-14 --to 2026-08-20 --timezone America/Costa_Rica
"""


@click.command(name="sync", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the lake.")
@click.option("--from", "first", type=DAY, help="First local day (default: a week before the last).")
@click.option("--to", "last", type=DAY, help="Last local day, included (default: today).")
@click.option("--timezone", help=ZONE_HELP)
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
@click.option("--endpoint", "names", multiple=True, help="Only this collection; may be repeated.")
@click.option("--another-account", is_flag=True, help="The person has another account at Oura than before.")
def command(  # noqa: PLR0913 - click hands over each option
    lake: Path,
    first: datetime | None,
    last: datetime | None,
    timezone: str | None,
    person: str,
    names: tuple[str, ...],
    another_account: bool,
) -> None:
    """Fetch every collection for some days into a folder, without AWS. A second run writes nothing.

    The token is OURA_ACCESS_TOKEN, or the one that `oura-lake connect` stored. OURA_API_BASE_URL may name another API.
    """
    spare_pandas()
    spare_collections()
    now = datetime.now(UTC)
    checked_person(person)
    zone_of_days = zone_of(person, lake, timezone)
    days = window(first.date() if first else None, last.date() if last else None, zone_of_days, now)
    endpoints = chosen_endpoints(names)
    base_url = os.environ.get(Env.API_BASE_URL) or API_BASE_URL
    client = OuraClient(tokens=local_tokens(os.environ, person), base_url=base_url)
    store = FolderStore(lake)
    with client, progress_bar(f"{days.first} to {days.last}") as step:
        since = require_account(store, person, client, now, is_other_welcome=another_account)
        if timezone:
            remember_zone(store, person, str(zone_of_days))
        run = Run(
            client=client,
            store=store,
            source=SOURCE,
            person=person,
            window=days,
            is_thorough=True,
            account_since=since,
        )
        outcomes = ingest(run, endpoints, lambda outcome, done, total: step(outcome.endpoint.name, done, total))
    report(outcomes)
    is_well = all(outcome.is_well for outcome in outcomes)
    if any(outcome.landed.n_objects or isinstance(outcome.error, SourceError) for outcome in outcomes):
        note_pending(store, person, now)
    is_well &= judge_pending(store, person, zone_of_days)
    sys.exit(0 if is_well else EXIT_FAILED)


def chosen_endpoints(names: tuple[str, ...]) -> tuple[Endpoint, ...]:
    """Endpoints of these table names, all where none is named; raises SettingsWrong."""
    known = {e.name: e for e in SOURCE.endpoints}
    if unknown := [name for name in names if name not in known]:
        raise SettingsWrong(f"There is no collection {', '.join(unknown)}", f"known are {', '.join(known)}")
    return tuple(known[name] for name in names) or SOURCE.endpoints


def report(outcomes: list[Outcome]) -> None:
    """Print the counts of each collection, then a sentence on each problem and drift."""
    grid = Grid(box=None, pad_edge=False)
    grid.add_column("collection")
    for heading in ("records", "new", "revised", "objects written"):
        grid.add_column(heading, justify="right")
    for outcome in outcomes:
        landed = outcome.landed
        counts = (outcome.n_documents, landed.n_new, landed.n_revised, landed.n_objects)
        grid.add_row(outcome.endpoint.name, *(f"{n:,}" for n in counts))
    plain_console().print(grid)
    for problem in dict.fromkeys(outcome.problem for outcome in outcomes if outcome.problem):
        complain(problem)
    for strange in sorted({remark(o.endpoint.name, drift) for o in outcomes for drift in o.landed.drift}):
        click.echo(f"oura-lake: {strange}.", err=True)
