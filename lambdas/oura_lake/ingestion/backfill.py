"""Backfill of years, newest first, in chunks that follow one another.

Chunks are cut from the last day downwards, so the same backfill always has the same chunks. A note of the oldest day
that is done marks where to continue (`backfill_progress.py`). In AWS the job of a chunk sends the next one to the queue
when it is done: the person's schedule never waits behind more than one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oura_lake.contract import Reason
from oura_lake.ingestion.job import Job

CHUNK = timedelta(days=92)  # some 130 requests and 10 s: far from the function's time limit
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Local days, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Backfill:
    """Request for a backfill: a person's days, of these collections (none named: of all)."""

    person: str
    first: date
    last: date
    endpoints: tuple[str, ...] = ()

    def job(self) -> Job:
        """Job of the newest chunk; each job sends the next one."""
        whole = Job(
            person=self.person,
            endpoints=self.endpoints,
            first=self.first,
            last=self.last,
            until=self.first,
            reason=Reason.BACKFILL,
        )
        newest = next(chunks(self.first, self.last))
        return replace(whole, first=newest.first, until=self.first if newest.first > self.first else None)


def chunks(first: date, last: date) -> Iterator[Span]:
    """Cut days into chunks, newest first."""
    while first <= last:
        begin = max(first, last - CHUNK + DAY)
        yield Span(first=begin, last=last)
        last = begin - DAY


def following(job: Job) -> Job | None:
    """Job of the chunk before a chunk that is done; None after the oldest."""
    if not (job.until and job.first and job.until < job.first):
        return None
    return Backfill(person=job.person, first=job.until, last=job.first - DAY, endpoints=job.endpoints).job()
