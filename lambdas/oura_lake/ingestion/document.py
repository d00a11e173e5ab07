"""Ingestion of one document by its id, after a webhook event.

After any event the provider is asked for the document by its id: its answer is the present truth. A 404 marks a
document as deleted only after an event of a deletion. After the event of a new or updated document a 404 means that the
document is not available yet: the job waits and repeats the request. After the last try the schedule's list decides.
"""

from datetime import datetime
from typing import Any

from oura_lake.errors import DocumentMissing, NotThereYet, OuraLakeError, TokenRejected
from oura_lake.ingestion.deletions import BY_ID
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.outcome import Outcome, recorded_in
from oura_lake.ingestion.sync import Run
from oura_lake.lake.documents import (
    Landed,
    Table,
    add_tombstones,
    can_become_tombstone,
    land,
    mark_moved,
    tombstone_fields,
)
from oura_lake.lake.keys import own_keys, partitions_prefix, period_of
from oura_lake.lake.partition import Partition
from oura_lake.lake.request_plan import newest_possible_day
from oura_lake.lake.rows import Row, typed_key
from oura_lake.ledger.drift import note_drift
from oura_lake.sources.model import Endpoint

DELETED = "delete"
MOST_TRIES = 3  # of a job whose document is not available yet: after 1 and 2 minutes; the person's other jobs wait


def bring(run: Run, endpoint: Endpoint, job: Job) -> Outcome:
    """Land the document of a job in its present revision, or write its tombstone; raises TokenRejected."""
    outcome = Outcome(endpoint=endpoint)
    with recorded_in(outcome, but=TokenRejected):
        outcome.landed.add(_ingested(run, endpoint, job))
    note_drift(run.store, run.person, run.window, {endpoint.name: outcome.landed.drift})
    return outcome


def _ingested(run: Run, endpoint: Endpoint, job: Job) -> Landed:
    table, now, document_id = run.table(endpoint), run.window.now, job.document_id or ""
    try:
        document = run.client.document(endpoint, document_id)
    except DocumentMissing as missing:
        if job.event == DELETED:
            return _tombstone(run, table, document_id)
        raise _absence(endpoint, job) from missing
    landed = land(table, [document], now, BY_ID, newest_day=newest_possible_day(now))
    if not landed.n_rejected:
        landed.add_objects(_mark_moved_elsewhere(table, document, now))
    return landed


def _absence(endpoint: Endpoint, job: Job) -> OuraLakeError:
    """Make the error for a webhook's document that Oura lacks: wait for it, or leave it to the schedule."""
    if job.n_received < MOST_TRIES:
        return NotThereYet(
            f"Oura does not give the document of {endpoint.name} yet (404)", "it is asked for again soon"
        )
    return DocumentMissing(
        f"Oura does not give the document of {endpoint.name} that a webhook named (404)",
        "the schedule's list decides",
    )


def _tombstone(run: Run, table: Table, document_id: str) -> Landed:
    """Write a tombstone for the document; none if the lake never had it, or has its tombstone."""
    for period in _periods(table):
        row = _row_of(table.partition(period), document_id)
        if row and can_become_tombstone(table.endpoint, row) and run.may_add_tombstone(row):
            return add_tombstones(table, [tombstone_fields(table.endpoint, row)], run.window.now, f"{BY_ID}: 404")
    return Landed()


def _mark_moved_elsewhere(table: Table, document: dict[str, Any], now: datetime) -> Landed:
    """Write tombstones in the other partitions of a moved document."""
    own, key = period_of(table.endpoint, document), typed_key(table.endpoint, document)
    landed = Landed()
    for period in (p for p in _periods(table) if p != own):
        landed.add(mark_moved(table, period, {key}, now))
    return landed


def _periods(table: Table) -> list[str]:
    """Periods with objects in the lake, newest first."""
    keys = table.store.keys(partitions_prefix(table.endpoint, table.person))
    return sorted((own.period for own in own_keys(table.endpoint, keys)), reverse=True)


def _row_of(partition: Partition, document_id: str) -> Row | None:
    """Find the head of the row with that id, which is not the key of every table."""
    return next((row for row in partition.heads.values() if row["id"] == document_id), None)
