"""A landing names each object that it replaced, and the days on which its rows differ."""

from datetime import date

import pytest
from oura_lake.lake.changes import Change, as_json, change_of, from_json
from oura_lake.lake.documents import add_tombstones, land
from oura_lake.lake.store import etag_of
from oura_lake.lake.timeseries import SeriesPage, land_series
from support.builders import a_beat, a_score, a_table, at, memory_of

KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"
NAMED = {"key": KEY, "before": None, "after": "e", "first": "2026-08-01", "last": "2026-08-01"}


def test_a_landing_names_the_object_its_versions_and_the_changed_days_alone() -> None:
    table = a_table()
    first = land(table, [a_score("2026-08-01"), a_score("2026-08-20")], at(0), "r")
    before = etag_of(memory_of(table).objects[KEY])
    assert first.changes == [
        Change(key=KEY, before=None, after=before, first=date(2026, 8, 1), last=date(2026, 8, 20)),
    ]
    second = land(table, [a_score("2026-08-01"), a_score("2026-08-20", 81)], at(1), "r")
    after = etag_of(memory_of(table).objects[KEY])
    assert second.changes == [
        Change(key=KEY, before=before, after=after, first=date(2026, 8, 20), last=date(2026, 8, 20)),
    ]
    assert land(table, [a_score("2026-08-20", 81)], at(2), "r").changes == []


def test_a_document_that_moves_changes_its_old_day_and_its_new_one() -> None:
    table = a_table()
    land(table, [a_score("2026-08-01", id="s")], at(0), "r")
    [change] = land(table, [a_score("2026-08-20", id="s")], at(1), "r").changes
    assert (change.first, change.last) == (date(2026, 8, 1), date(2026, 8, 20))


def test_a_tombstone_changes_the_day_of_its_document() -> None:
    table = a_table()
    land(table, [a_score("2026-08-01", id="s")], at(0), "r")
    [change] = add_tombstones(table, [{"id": "s", "day": "2026-08-01"}], at(1), "r").changes
    assert (change.first, change.last) == (date(2026, 8, 1), date(2026, 8, 1))


def test_rows_of_a_series_change_their_utc_days() -> None:
    rows = [a_beat("2026-08-20T23:59:59.000Z"), a_beat("2026-08-21T00:00:00.000Z")]
    landed = land_series(a_table(name="heartrate"), [SeriesPage(rows=rows, fetched_at=at(0), request="r")])
    assert [(c.first, c.last) for c in landed.changes] == [(date(2026, 8, 20), date(2026, 8, 21))]


@pytest.mark.parametrize("days", [[None], [None, date(2026, 8, 1)], []])
def test_one_row_without_a_day_makes_the_days_unknown(days: list[date | None]) -> None:
    change = change_of("k", None, "e", days)
    assert (change.first, change.last) == (None, None)


@pytest.mark.parametrize("days", [[None], [date(2026, 8, 1), date(2026, 8, 9)]])
def test_a_change_survives_the_way_through_an_event(days: list[date | None]) -> None:
    change = change_of(KEY, '"abc"', '"def"', days)
    assert from_json([as_json(change)]) == [change]


@pytest.mark.parametrize(
    "junk", [None, "all", 7, [None], [{}], [{"key": KEY}], [{**NAMED, "first": "soon"}], [{**NAMED, "after": 1}]]
)
def test_what_names_no_change_is_refused(junk: object) -> None:
    assert from_json([NAMED])
    with pytest.raises(ValueError, match=r"Expected|missing|Invalid"):
        from_json(junk)
