"""A stopped backfill continues where it ended."""

from datetime import date, timedelta

from oura_lake.ingestion.backfill import Backfill, chunks
from oura_lake.ingestion.backfill_progress import left, note_done, unfinished_last
from oura_lake.lake.store import MemoryStore

DAY = timedelta(days=1)
TEN_YEARS = Backfill(person="me", first=date(2016, 1, 1), last=date(2025, 12, 31))


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
