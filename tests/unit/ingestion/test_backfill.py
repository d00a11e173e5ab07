"""A backfill requests every day once, newest first."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from oura_lake.ingestion.backfill import CHUNK, Backfill, Span, chunks, following
from oura_lake.ingestion.job import Job
from support.present import present

DAY = timedelta(days=1)
days = st.dates(date(2015, 1, 1), date(2030, 1, 1))
spans = st.tuples(days, st.integers(0, 1500)).map(lambda pair: (pair[0], pair[0] + pair[1] * DAY))


def days_of(parts: list[Any]) -> list[date]:
    return [part.first + n * DAY for part in parts for n in range((part.last - part.first).days + 1)]


@given(spans)
def test_chunks_hold_each_day_once_and_the_newest_first(span: tuple[date, date]) -> None:
    parts = list(chunks(*span))
    assert sorted(days_of(parts)) == days_of([Span(first=span[0], last=span[1])])
    assert [p.last for p in parts] == sorted((p.last for p in parts), reverse=True)
    assert max((p.last - p.first) + DAY for p in parts) <= CHUNK


@given(spans)
def test_the_job_of_each_chunk_brings_the_next_until_the_oldest_day(span: tuple[date, date]) -> None:
    jobs = [Backfill(person="me", first=span[0], last=span[1], endpoints=("sleep",)).job()]
    while job := following(jobs[-1]):
        jobs.append(job)
    assert [Span(first=present(job.first), last=present(job.last)) for job in jobs] == list(chunks(*span))
    assert {(job.person, job.endpoints, job.reason) for job in jobs} == {("me", ("sleep",), "backfill")}


def test_a_scheduled_job_brings_no_other() -> None:
    assert following(Job(person="me")) is None
