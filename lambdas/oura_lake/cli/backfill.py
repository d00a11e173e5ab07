"""`oura-lake backfill`: fetches years of the past, newest first, and continues after an interruption."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from oura_lake.cli._days import DAY, ZONE_HELP, window
from oura_lake.cli._lean import spare_collections, spare_pandas
from oura_lake.cli._persons import zone_of
from oura_lake.cli._progress import progress_bar
from oura_lake.cli._store import require_one
from oura_lake.cli.sync import chosen_endpoints, report
from oura_lake.cli.watch import watch_in_a_process_of_its_own
from oura_lake.contract import Env
from oura_lake.errors import EXIT_FAILED
from oura_lake.ingestion.backfill import Backfill, Span, chunks
from oura_lake.ingestion.backfill_progress import left, note_done, unfinished_last
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.ingestion.worker import known_person, raise_what_a_retry_may_mend
from oura_lake.lake.keys import checked_person
from oura_lake.lake.request_plan import Days, plan
from oura_lake.ledger.account import require_account
from oura_lake.ledger.home_zone import remember_zone
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.token_file import local_tokens
from oura_lake.oura.client import OuraClient
from oura_lake.oura.rate_limit import least_s
from oura_lake.person import persons
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import API_BASE_URL, SOURCE

EXAMPLES = """\b
Examples:
  oura-lake backfill --lake ~/oura --from 2018-01-01             the same command goes on after a kill
  oura-lake backfill --lake ~/oura --from 2018-01-01 --dry-run   how many requests would it take?
  oura-lake backfill --deployed --from 2018-01-01 --person ada   in AWS, a chunk after the other
"""


@click.command(name="backfill", short_help="Fetch years of the past, newest first.", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="Let the lake in your AWS account fetch.")
@click.option("--from", "first", type=DAY, required=True, help="First local day.")
@click.option("--to", "last", type=DAY, help="Last local day, included (default: today).")
@click.option("--timezone", help=ZONE_HELP)
@click.option("--person", default="me", show_default=True, help="Whose ring: a-z, 0-9, hyphens.")
@click.option("--endpoint", "names", multiple=True, help="Only this collection; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say how many requests it would take, and send none.")
@click.option("--again", is_flag=True, help="Begin again, even where the days were fetched before.")
@click.option("--another-account", is_flag=True, help="The person has another account at Oura than before.")
def command(  # noqa: PLR0913 - click hands over each option
    lake: Path | None,
    deployed: bool,
    first: datetime,
    last: datetime | None,
    timezone: str | None,
    person: str,
    names: tuple[str, ...],
    dry_run: bool,
    again: bool,
    another_account: bool,
) -> None:
    """Fetch the days since --from, newest first, in chunks of three months; no message is sent about the past.

    An interrupted backfill continues at its last chunk, after a kill too; in AWS each finished chunk queues the next.
    """
    require_one(lake, deployed=deployed)
    zone_of_days, endpoints = zone_of(checked_person(person), lake, timezone), chosen_endpoints(names)
    days = window(first.date(), last.date() if last else None, zone_of_days, datetime.now(UTC))
    wanted = Backfill(person=checked_person(person), first=days.first, last=days.last, endpoints=names)
    if lake is None:
        click.echo(_estimate(wanted, endpoints, zone_of_days) if dry_run else _sent(wanted))
        return
    store = FolderStore(lake)
    if not last and (begun := unfinished_last(store, person, wanted.first, names)):
        wanted = Backfill(person=person, first=wanted.first, last=begun, endpoints=names)
    if dry_run:
        click.echo(_estimate(wanted, endpoints, zone_of_days))
        return
    code = _fetch(store, wanted, endpoints, zone_of_days, again=again, is_other_welcome=another_account)
    if timezone:  # only now: the account of the token is checked
        remember_zone(store, person, str(zone_of_days))
    sys.exit(code)


def _fetch(
    store: FolderStore,
    wanted: Backfill,
    endpoints: Sequence[Endpoint],
    zone_of_days: ZoneInfo,
    *,
    again: bool,
    is_other_welcome: bool,
) -> int:
    spare_pandas()
    spare_collections()
    tokens = local_tokens(os.environ, wanted.person)
    spans = left(store, wanted) if not again else _from_anew(store, wanted)
    if not spans:
        click.echo(f"The days {wanted.first} to {wanted.last} were fetched already; --again fetches them once more.")
        return 0
    if spans[0].last < wanted.last:
        click.echo(f"Going on at {spans[0].last}: what is newer was fetched before.", err=True)
    with OuraClient(tokens=tokens, base_url=os.environ.get(Env.API_BASE_URL) or API_BASE_URL) as client:
        now = datetime.now(UTC)
        since = require_account(store, wanted.person, client, now, is_other_welcome=is_other_welcome)
        days = Days(first=wanted.first, last=wanted.last, zone=zone_of_days, now=now)
        run = Run(
            client=client,
            store=store,
            source=SOURCE,
            person=wanted.person,
            window=days,
            is_thorough=True,
            account_since=since,
        )
        outcomes = _fetched(run, wanted, endpoints, spans, zone_of_days)
    report(outcomes)
    is_well = all(outcome.is_well for outcome in outcomes)
    is_well &= watch_in_a_process_of_its_own(store.path, wanted.person, zone_of_days)
    return 0 if is_well else EXIT_FAILED


def _fetched(
    run: Run, wanted: Backfill, endpoints: Sequence[Endpoint], spans: Sequence[Span], zone_of_days: ZoneInfo
) -> list[Outcome]:
    """Outcome of each collection over all chunks; a failed chunk ends the run, and the next run begins with it.

    The report at the end names a collection that Oura refuses; `--endpoint NAME --again` requests it once more.
    """
    sums = {endpoint.name: Outcome(endpoint=endpoint) for endpoint in endpoints}
    n_before, n_all = 0, sum(n_requests(span, endpoints, zone_of_days) for span in spans)
    with progress_bar(f"{wanted.first} to {wanted.last}") as step:
        for span in spans:
            days = Days(first=span.first, last=span.last, zone=zone_of_days, now=datetime.now(UTC))
            n_done = n_before

            def landed(outcome: Outcome, done: int, _total: int, n_done: int = n_done, at: date = span.last) -> None:
                step(f"{at} {outcome.endpoint.name}", n_done + done, n_all)

            outcomes = ingest(replace(run, window=days), endpoints, landed)
            for outcome in outcomes:
                sums[outcome.endpoint.name].landed.add(outcome.landed)
                sums[outcome.endpoint.name].error = outcome.error or sums[outcome.endpoint.name].error
                sums[outcome.endpoint.name].is_removed |= outcome.is_removed
            raise_what_a_retry_may_mend(outcomes)
            note_done(run.store, wanted, span)
            n_before += n_requests(span, endpoints, zone_of_days)
    return list(sums.values())


def n_requests(span: Span, endpoints: Sequence[Endpoint], zone_of_days: ZoneInfo) -> int:
    """Least number of requests of a chunk; an answer of several pages takes more."""
    return sum(len(plan(endpoint, span.first, span.last, zone_of_days)) for endpoint in endpoints)


def _from_anew(store: FolderStore, wanted: Backfill) -> list[Span]:
    note_done(store, wanted, Span(first=wanted.last + timedelta(days=1), last=wanted.last))
    return left(store, wanted)


def _estimate(wanted: Backfill, endpoints: Sequence[Endpoint], zone_of_days: ZoneInfo) -> str:
    """Estimate of chunks, requests and time, from the plan alone."""
    spans = list(chunks(wanted.first, wanted.last))
    n = sum(n_requests(span, endpoints, zone_of_days) for span in spans)
    n_pages = 0 if not any(e.name == "heartrate" for e in endpoints) else (wanted.last - wanted.first).days
    more = f" and about {n_pages:,} more pages of heart rate" if n_pages else ""
    return (
        f"{len(spans)} chunks of three months, {wanted.first} to {wanted.last}: {n:,} requests{more}; "
        f"Oura's limit of 5,000 in 5 minutes makes that {timedelta(seconds=least_s(n + n_pages))} at least."
    )


def _sent(wanted: Backfill) -> str:
    from oura_lake.admin.lake_years import unseen
    from oura_lake.aws.job_queue import JobQueue  # boto3 loads for a second; a laptop's lake need not wait
    from oura_lake.aws.secrets import require_connected
    from oura_lake.aws.stack import outputs

    named: Any = outputs()
    known_person(wanted.job(), persons(named["Persons"]))
    require_connected(named["TokenSecretPrefix"], wanted.person)
    n = JobQueue(named["JobsQueueUrl"]).send_history(wanted, slot=f"{datetime.now(UTC)}")
    return (
        f"The days {wanted.first} to {wanted.last} are being fetched in AWS, newest first, in {n} jobs, each of "
        "which brings the next; no message comes of them. `oura-lake status --deployed` shows how far it is."
        f"{_after(unseen(range(wanted.first.year, wanted.last.year + 1), named))}"
    )


def _after(unseen_years: Sequence[int]) -> str:
    """Sentence on what is left to do where Athena does not look at some years yet."""
    if not unseen_years:
        return ""
    span = f"{unseen_years[0]} to {unseen_years[-1]}"
    return f" Athena does not look at the years {span} yet: run `make deploy` when all days are fetched."
