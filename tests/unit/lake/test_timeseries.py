"""Landing of the rows of a time series."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import StoreUnavailable
from oura_lake.lake import timeseries
from oura_lake.lake.documents import Table
from oura_lake.lake.drift import Drift
from oura_lake.lake.parquet import read_table
from oura_lake.lake.placing import ODD_PLACE
from oura_lake.lake.raw import append, read_entries, series_json
from oura_lake.lake.rows import typed_column
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.sources.ddl import Column
from support.builders import Dying, a_beat, a_table, at, memory_of, rebuilt
from support.present import present

MAY, AUGUST = (f"lake/heartrate/person=me/month=2026-{month}/data.parquet" for month in ("05", "08"))


def a_page(*rows: dict[str, Any], minute: int = 0) -> SeriesPage:
    return SeriesPage(rows=list(rows), fetched_at=at(minute), request="/heartrate")


def stored_rows(table: Table, month: str = "2026-05") -> list[dict[str, Any]]:
    key = f"lake/heartrate/person=me/month={month}/data.parquet"
    stored = table.store.get(key)
    return read_table(key, stored.data).to_pylist() if stored else []


def test_two_rows_of_one_instant_differ_by_their_source() -> None:
    table = a_table(name="heartrate")
    moment = "2026-05-01T10:00:00+00:00"
    land_series(table, [a_page(a_beat(moment, 92, "awake"), a_beat(moment, 107, "workout"))])
    assert [row["bpm"] for row in stored_rows(table)] == [92, 107]


def test_rows_of_overlapping_pages_are_kept_once_and_in_order() -> None:
    table = a_table(name="heartrate")
    a, b, c = (a_beat(f"2026-05-0{d}T10:00:00.000Z", 60 + d) for d in (1, 2, 3))
    landed = land_series(table, [a_page(b, c), a_page(a, b)])
    assert (landed.n_new, [row["bpm"] for row in stored_rows(table)]) == (3, [61, 62, 63])


def test_a_second_run_writes_nothing() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat())])
    before = dict(memory_of(table).objects)
    assert land_series(table, [a_page(a_beat(), minute=5)]).n_objects == 0
    assert memory_of(table).objects == before


def test_a_month_ends_at_midnight_utc() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat("2026-05-31T23:59:59.000Z"), a_beat("2026-06-01T00:00:00.000Z"))])
    assert (len(stored_rows(table, "2026-05")), len(stored_rows(table, "2026-06"))) == (1, 1)


def test_the_field_that_repeats_the_timestamp_is_no_drift() -> None:
    landed = land_series(a_table(name="heartrate"), [a_page(a_beat() | {"timestamp_unix": 1, "aura": 2})])
    assert {d.field for d in landed.drift} == {"aura"}


def test_a_row_without_its_instant_is_set_aside() -> None:
    table = a_table(name="heartrate")
    landed = land_series(table, [a_page({"bpm": 60, "source": "awake"}, a_beat())])
    assert (landed.n_rejected, landed.n_new) == (1, 1)


def test_a_row_that_is_no_longer_in_an_answer_stays() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat("2026-05-01T10:00:00.000Z", 60), a_beat("2026-05-01T10:05:00.000Z", 61))])
    land_series(table, [a_page(a_beat("2026-05-01T10:05:00.000Z", 62), minute=60)])
    assert [row["bpm"] for row in stored_rows(table)] == [60, 62]
    assert memory_of(table).objects[MAY] == rebuilt(table, "2026-05")


@pytest.mark.parametrize("then", [[], [a_beat(bpm=60)], [a_beat(bpm=62)]], ids=["gone", "as before", "changed again"])
def test_a_dead_run_is_heard_whatever_became_of_its_rows_at_the_provider(then: list[dict[str, Any]]) -> None:
    table = a_table(Dying(dies_at=4), "heartrate")
    land_series(table, [a_page(a_beat(bpm=60))])
    with pytest.raises(StoreUnavailable):
        land_series(table, [a_page(a_beat(bpm=61), minute=1)])
    land_series(table, [a_page(*then, a_beat("2026-08-20T12:00:00.000Z"), minute=2)])
    assert stored_rows(table, "2026-08")[0]["bpm"] == (then[0]["bpm"] if then else 61)
    assert memory_of(table).objects[AUGUST] == rebuilt(table, "2026-08")


@pytest.mark.parametrize(("minute", "bpm"), [(1, 61), (-1, 60), (-600, 61)], ids=["later", "slow", "behind by hours"])
def test_of_two_runs_that_hear_different_things_the_later_counts(minute: int, bpm: int) -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat(bpm=60))])
    land_series(table, [a_page(a_beat(bpm=61), minute=minute)])
    assert [row["bpm"] for row in stored_rows(table, "2026-08")] == [bpm]
    assert memory_of(table).objects[AUGUST] == rebuilt(table, "2026-08")


some_beats = st.lists(st.tuples(st.integers(0, 3), st.integers(50, 52)), max_size=3, unique_by=lambda beat: beat[0])


@given(st.lists(st.tuples(some_beats, st.integers(-20, 20), st.integers(0, 4)), max_size=9))
def test_whatever_changes_by_whatever_clock_and_wherever_it_crashes_the_month_is_what_raw_says(
    sequence: list[Any],
) -> None:
    store = Dying()
    table = a_table(store, "heartrate")
    for minute, dies_at, page in _pages(sequence):
        store.left = dies_at
        with suppress(StoreUnavailable):
            land_series(table, [replace(page, fetched_at=at(minute))])
        store.left = 0
    land_series(table, [a_page(a_beat("2026-05-01T11:00:00.000Z"), minute=500)])
    assert memory_of(table).objects[MAY] == rebuilt(table, "2026-05")


def _pages(sequence: list[Any]) -> Iterator[tuple[int, Any, SeriesPage]]:
    for number, (beats, minutes, dies_at) in enumerate(sequence):
        yield number + minutes, dies_at, a_page(*(a_beat(f"2026-05-01T10:00:0{s}.000Z", bpm) for s, bpm in beats))


@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(50, 52)), max_size=6), max_size=5), st.randoms())
def test_however_rows_are_cut_into_runs_the_rows_are_the_same(runs: list[Any], random: Random) -> None:
    beats = {s: a_beat(f"2026-05-01T10:00:{s:02}.000Z", bpm) for run in runs for s, bpm in run}
    at_once, in_pieces = a_table(name="heartrate"), a_table(name="heartrate")
    land_series(at_once, [a_page(*beats.values())])
    shuffled = random.sample(list(beats.values()), len(beats))
    for n in range(0, len(shuffled), 3):
        land_series(in_pieces, [a_page(*shuffled[n : n + 3])])
    assert stored_rows(at_once) == stored_rows(in_pieces)


@pytest.mark.parametrize("odd", [
    {"source": 5}, {"source": ["awake"]}, {"source": "half \ufffd"}, {"timestamp": "0001-01-01T00:00:00+14:00"},
    {"timestamp": "20260501T100000Z"}, {"timestamp": "2026-W18-5T10:00:00Z"},
])  # fmt: skip
def test_a_row_whose_key_does_not_fit_its_type_is_set_aside_before_raw(odd: dict[str, Any]) -> None:
    table = a_table(name="heartrate")
    page = a_page(a_beat("2026-05-01T10:00:00.000Z") | odd, a_beat("2026-05-01T11:00:00.000Z"))
    landed = land_series(table, [page])
    assert (landed.n_new, landed.rejected) == (1, {ODD_PLACE: 1})
    assert [len(entry["rows"]) for key in table.store.keys("raw/") for entry in read_entries(table.store, key)] == [1]


def test_a_key_of_another_type_that_raw_holds_from_earlier_blocks_neither_the_month_nor_the_rebuild() -> None:
    table = a_table(name="heartrate")
    rows = [a_beat("2026-05-01T10:00:00.000Z", source=source) for source in ("awake", 5)]
    append(table, "2026-05", [series_json([*rows, a_beat() | {"timestamp": 5}], at(0), "r")], at(0))
    land_series(table, [a_page(a_beat("2026-05-01T11:00:00.000Z"), minute=1)])
    assert [row["source"] for row in stored_rows(table)] == ["awake", None, "awake", "awake"]
    assert present(table.store.get(MAY)).data == rebuilt(table, "2026-05")


def test_a_row_that_raises_is_set_aside_and_the_others_of_its_page_land(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed_or_mistake(column: Column, values: list[Any], drift: set[Drift]) -> list[Any]:
        if column.name == "bpm" and 66 in values:
            raise KeyError(66)
        return typed_column(column, values, drift)

    monkeypatch.setattr(timeseries, "typed_column", parsed_or_mistake)
    table = a_table(name="heartrate")
    beats = [a_beat(f"2026-05-01T{hour}:00:00.000Z", bpm) for hour, bpm in ((10, 60), (11, 66), (12, 61))]
    landed = land_series(table, [a_page(*beats)])
    assert ([row["bpm"] for row in stored_rows(table)], landed.rejected) == (
        [60, 61],
        {"could not be read (KeyError)": 1},
    )


def test_an_instant_with_an_offset_is_the_same_instant_in_utc() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat("2026-05-01T10:00:00+02:00"), a_beat("2026-05-01T10:00:00"))])
    assert [f"{row['timestamp']:%H:%M}" for row in stored_rows(table)] == ["08:00", "10:00"]
