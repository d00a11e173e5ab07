"""Does a backfill ask for every day once, newest first, and go on where it was ended?"""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from oura_lake.ingestion.backfill import CHUNK, Backfill, Span, chunks, following, left, note_done, unfinished_last
from oura_lake.ingestion.job import Job
from oura_lake.lake.store import MemoryStore

DAY = timedelta(days=1)
TEN_YEARS = Backfill(person="me", first=date(2016, 1, 1), last=date(2025, 12, 31))
days = st.dates(date(2015, 1, 1), date(2030, 1, 1))
spans = st.tuples(days, st.integers(0, 1500)).map(lambda pair: (pair[0], pair[0] + pair[1] * DAY))


def days_of(parts: list) -> list[date]:
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
    assert [Span(first=job.first, last=job.last) for job in jobs] == list(chunks(*span))
    assert {(job.person, job.endpoints, job.reason) for job in jobs} == {("me", ("sleep",), "backfill")}


def test_a_scheduled_job_brings_no_other() -> None:
    assert following(Job(person="me")) is None


def test_what_was_ended_goes_on_at_the_chunk_where_it_was() -> None:
    store = MemoryStore()
    everything = left(store, TEN_YEARS)
    for done in range(3):
        note_done(store, TEN_YEARS, everything[done])
    assert left(store, TEN_YEARS) == everything[3:]
    note_done(store, TEN_YEARS, everything[-1])
    assert left(store, TEN_YEARS) == []


def test_other_days_or_collections_begin_anew() -> None:
    store = MemoryStore()
    note_done(store, TEN_YEARS, left(store, TEN_YEARS)[0])
    other = Backfill(person="me", first=TEN_YEARS.first, last=TEN_YEARS.last, endpoints=("sleep",))
    assert left(store, other) == list(chunks(other.first, other.last))


def test_on_another_day_the_same_command_finds_what_it_began() -> None:
    store = MemoryStore()
    parts = left(store, TEN_YEARS)
    assert unfinished_last(store, "me", TEN_YEARS.first, ()) is None
    note_done(store, TEN_YEARS, parts[0])
    assert unfinished_last(store, "me", TEN_YEARS.first, ()) == TEN_YEARS.last
    assert unfinished_last(store, "me", TEN_YEARS.first, ("sleep",)) is None
    note_done(store, TEN_YEARS, parts[-1])
    assert unfinished_last(store, "me", TEN_YEARS.first, ()) is None
