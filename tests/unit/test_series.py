"""How do the rows of a time series become part of the lake?"""

from builders import a_beat, a_table, at
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.lake.landing import Table
from oura_lake.lake.objects import read_table
from oura_lake.lake.series import SeriesPage, land_series

MAY = "lake/heartrate/person=me/month=2026-05/data.parquet"


def a_page(*rows: dict, minute: int = 0) -> SeriesPage:
    return SeriesPage(rows=list(rows), fetched_at=at(minute), request="/heartrate")


def held(table: Table, month: str = "2026-05") -> list[dict]:
    key = f"lake/heartrate/person=me/month={month}/data.parquet"
    stored = table.store.get(key)
    return read_table(key, stored.data).to_pylist() if stored else []


def test_two_rows_of_one_instant_differ_by_their_source() -> None:
    table = a_table(name="heartrate")
    moment = "2026-05-01T10:00:00+00:00"
    land_series(table, [a_page(a_beat(moment, 92, "awake"), a_beat(moment, 107, "workout"))])
    assert [row["bpm"] for row in held(table)] == [92, 107]


def test_rows_of_overlapping_pages_are_kept_once_and_in_order() -> None:
    table = a_table(name="heartrate")
    a, b, c = (a_beat(f"2026-05-0{d}T10:00:00.000Z", 60 + d) for d in (1, 2, 3))
    landed = land_series(table, [a_page(b, c), a_page(a, b)])
    assert (landed.n_new, [row["bpm"] for row in held(table)]) == (3, [61, 62, 63])


def test_a_second_run_writes_nothing() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat())])
    before = dict(table.store.objects)
    assert land_series(table, [a_page(a_beat(), minute=5)]).n_objects == 0
    assert table.store.objects == before


def test_a_month_ends_at_midnight_utc() -> None:
    table = a_table(name="heartrate")
    land_series(table, [a_page(a_beat("2026-05-31T23:59:59.000Z"), a_beat("2026-06-01T00:00:00.000Z"))])
    assert (len(held(table, "2026-05")), len(held(table, "2026-06"))) == (1, 1)


def test_the_field_that_repeats_the_timestamp_is_no_drift() -> None:
    landed = land_series(a_table(name="heartrate"), [a_page(a_beat() | {"timestamp_unix": 1, "aura": 2})])
    assert {d.field for d in landed.drift} == {"aura"}


def test_a_row_without_its_instant_is_set_aside() -> None:
    table = a_table(name="heartrate")
    landed = land_series(table, [a_page({"bpm": 60, "source": "awake"}, a_beat())])
    assert (landed.n_rejected, landed.n_new) == (1, 1)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(50, 52)), max_size=6), max_size=5), st.randoms())
def test_however_rows_are_cut_into_runs_the_bytes_are_the_same(runs, random) -> None:
    beats = {s: a_beat(f"2026-05-01T10:00:{s:02}.000Z", bpm) for run in runs for s, bpm in run}
    at_once, in_pieces = a_table(name="heartrate"), a_table(name="heartrate")
    land_series(at_once, [a_page(*beats.values())])
    shuffled = random.sample(list(beats.values()), len(beats))
    for n in range(0, len(shuffled), 3):
        land_series(in_pieces, [a_page(*shuffled[n : n + 3])])
    assert at_once.store.objects.get(MAY) == in_pieces.store.objects.get(MAY)
