"""One document by its id, after a webhook event.

Whatever the webhook said, the provider is asked for the document by its id: what it answers is the truth of now. A 404
marks a document as deleted only where the webhook said so too. Of one that was just created or updated it means that
the document is not there yet: the job waits and asks again, and after the last try the schedule's list decides.
"""

from datetime import datetime
from typing import Any

from oura_lake.errors import DocumentMissing, NotThereYet, OuraLakeError, TokenRejected
from oura_lake.ingestion.deletions import BY_ID
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.outcome import Outcome, kept_in
from oura_lake.ingestion.sync import Run
from oura_lake.lake.documents import Landed, Table, bury, can_be_buried, land, leave, remains
from oura_lake.lake.keys import own_keys, partitions_prefix, period_of
from oura_lake.lake.partition import Partition
from oura_lake.lake.request_plan import newest_possible_day
from oura_lake.lake.rows import Row, typed_key
from oura_lake.ledger.drift import note_drift
from oura_lake.sources.model import Endpoint

DELETED = "delete"
MOST_TRIES = 3  # of a job whose document is not there yet: after 1 and 2 minutes, in which the person's others wait


def bring(run: Run, endpoint: Endpoint, job: Job) -> Outcome:
    """Land the one document of a job as the provider has it now, or bury it; raises TokenRejected."""
    outcome = Outcome(endpoint=endpoint)
    with kept_in(outcome, but=TokenRejected):
        outcome.landed.add(_brought(run, endpoint, job))
    note_drift(run.store, run.person, run.window, {endpoint.name: outcome.landed.drift})
    return outcome


def _brought(run: Run, endpoint: Endpoint, job: Job) -> Landed:
    table, now, document_id = run.table(endpoint), run.window.now, job.document_id or ""
    try:
        document = run.client.document(endpoint, document_id)
    except DocumentMissing as missing:
        if job.event == DELETED:
            return _buried(run, table, document_id)
        raise _absence(endpoint, job) from missing
    landed = land(table, [document], now, BY_ID, newest_day=newest_possible_day(now))
    if not landed.n_rejected:
        landed.n_objects += _left_elsewhere(table, document, now)
    return landed


def _absence(endpoint: Endpoint, job: Job) -> OuraLakeError:
    """What a document means that a webhook told of and Oura does not have: wait for it, or leave it to the schedule."""
    if job.n_received < MOST_TRIES:
        return NotThereYet(
            f"Oura does not give the document of {endpoint.name} yet (404)", "it is asked for again soon"
        )
    return DocumentMissing(
        f"Oura does not give the document of {endpoint.name} that a webhook told of (404)",
        "the schedule's list decides",
    )


def _buried(run: Run, table: Table, document_id: str) -> Landed:
    """A tombstone where the document lies; nothing if the lake never had it, or buried it before."""
    for period in _periods(table):
        row = _row_of(table.partition(period), document_id)
        if row and can_be_buried(table.endpoint, row) and run.may_bury(row):
            return bury(table, [remains(table.endpoint, row)], run.window.now, f"{BY_ID}: 404")
    return Landed()


def _left_elsewhere(table: Table, document: dict[str, Any], now: datetime) -> int:
    """A document whose day moved leaves the partition where it lay; returns the objects written."""
    own, key = period_of(table.endpoint, document), typed_key(table.endpoint, document)
    others = [p for p in _periods(table) if p != own]
    return sum(leave(table, period, {key}, now) for period in others)


def _periods(table: Table) -> list[str]:
    """The periods of which the lake holds anything, newest first."""
    keys = table.store.keys(partitions_prefix(table.endpoint, table.person))
    return sorted((own.period for own in own_keys(table.endpoint, keys)), reverse=True)


def _row_of(partition: Partition, document_id: str) -> Row | None:
    """The head of the row of that id, which is not the key of every table."""
    return next((row for row in partition.heads.values() if row["id"] == document_id), None)
