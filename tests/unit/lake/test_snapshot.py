"""A snapshot is the lake of a past moment, whatever was changed, moved or deleted since."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.errors import WriteConflict
from oura_lake.lake.documents import Table, add_tombstones, land, mark_moved
from oura_lake.lake.snapshot import SOURCES, PastStore
from oura_lake.lake.store import MemoryStore
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.lake import SOURCE as OWN
from support.builders import a_beat, a_score, a_table, at

SCORES = "SELECT day, sleep_score FROM stg_daily_sleep ORDER BY day"


def an_alert(**fields: str) -> dict[str, Any]:
    return {"id": "illness-2026-08-20", "onset_day": "2026-08-20", "kind": "illness", "level": "major"} | fields


@pytest.fixture
def store() -> MemoryStore:
    """Lake with an alert of minute 2 from scores of minute 1, which changed at minute 3."""
    store = MemoryStore()
    scores, beats = a_table(store), a_table(store, "heartrate")
    alerts = Table(store=store, source="lake", endpoint=OWN.endpoint("alerts"), person="me")
    land(scores, [a_score("2026-08-19", 80), a_score("2026-08-20", 41)], at(1), "r")
    land_series(beats, [SeriesPage(rows=[a_beat(bpm=90)], fetched_at=at(1), request="r")])
    land(alerts, [an_alert(sent_at=at(2).isoformat())], at(2), "judged")
    land(scores, [a_score("2026-08-20", 79), a_score("2026-08-18", 75)], at(3), "r")
    add_tombstones(scores, [{"id": "score-2026-08-19", "day": "2026-08-19"}], at(3), "by id: 404")
    land_series(beats, [SeriesPage(rows=[a_beat(bpm=60)], fetched_at=at(3), request="r")])
    return store


def queried(store: MemoryStore, moment: datetime, sql: str = SCORES) -> list[Any]:
    return DuckDBEngine(PastStore(store, moment)).query(sql).rows


def test_as_of_the_alert_the_lake_says_what_it_believed_and_not_what_it_learnt_since(store: MemoryStore) -> None:
    [(moment,)] = DuckDBEngine(store).query("SELECT sent_at FROM stg_alerts").rows
    then = moment.replace(tzinfo=at(0).tzinfo)
    assert queried(store, then) == [(date(2026, 8, 19), 80), (date(2026, 8, 20), 41)]
    assert queried(store, then, "SELECT heart_rate_bpm FROM stg_heartrate") == [(90,)]
    assert queried(store, then, "SELECT level FROM stg_alerts") == [("major",)]
    assert DuckDBEngine(store).query(SCORES).rows == [(date(2026, 8, 18), 75), (date(2026, 8, 20), 79)]


def test_before_the_alert_there_is_none_and_before_the_first_run_there_is_nothing(store: MemoryStore) -> None:
    assert queried(store, at(1), "SELECT level FROM stg_alerts") == []
    assert queried(store, at(0)) == []


def test_a_document_that_moved_lies_where_it_lay_then(store: MemoryStore) -> None:
    sleep = a_table(store, "sleep")
    land(sleep, [{"id": "s", "day": "2025-12-31"}], at(1), "r")
    land(sleep, [{"id": "s", "day": "2026-01-01"}], at(3), "r")
    mark_moved(sleep, "2025", [("s",)], at(3))
    days = "SELECT day FROM stg_sleep"
    assert queried(store, at(2), days) == [(date(2025, 12, 31),)]
    assert queried(store, at(3), days) == [(date(2026, 1, 1),)]


MARKS = {1: ("2025-12-31", 1), 2: ("2025-12-31", 2), 3: ("2026-01-01", 1), 4: ("2026-01-01", 3)}
LIKE_A_TABLE = """
    SELECT document_key, day, CAST(JSON_EXTRACT_SCALAR(document_json, '$.score') AS integer) AS score
    FROM document_history
    WHERE collection = 'daily_sleep' AND NOT is_deleted AND believed_from <= TIMESTAMP '{0}'
        AND (believed_until IS NULL OR believed_until > TIMESTAMP '{0}')
    ORDER BY document_key, day"""


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.integers(0, 9)), max_size=8), st.integers(0, 9))
def test_the_view_of_history_and_the_lake_of_a_moment_say_the_same_of_any_moment(
    changes: list[Any], minute: int
) -> None:
    store = MemoryStore()
    table = a_table(store)
    for name, mark, at_minute in changes:
        for year in {"2025", "2026"} - {MARKS[mark][0][:4] if mark else ""}:
            mark_moved(table, year, [(name,)], at(at_minute))
        if mark:
            land(table, [{"id": name, "day": MARKS[mark][0], "score": MARKS[mark][1]}], at(at_minute), "r")
    then = DuckDBEngine(PastStore(store, at(minute))).query(
        "SELECT id, day, score FROM daily_sleep WHERE NOT is_deleted ORDER BY id, day"
    )
    assert DuckDBEngine(store).query(LIKE_A_TABLE.format(f"{at(minute):%Y-%m-%d %H:%M:%S}")).rows == then.rows


def test_history_knows_by_which_field_each_collection_tells_its_day_and_its_key() -> None:
    days = {e.day for source in SOURCES for e in source.endpoints if e.day and not e.is_series}
    keys = {e.name: e.key for source in SOURCES for e in source.endpoints if not e.is_series and e.key != ("id",)}
    assert days == {"day", "start_day", "onset_day"}
    assert keys == {"daily_cardiovascular_age": ("day",)}


def test_history_as_of_a_moment_ends_there(store: MemoryStore) -> None:
    history = "SELECT COUNT(*) FROM document_history WHERE collection = 'daily_sleep'"
    assert (queried(store, at(2), history), DuckDBEngine(store).query(history).rows) == ([(2,)], [(5,)])


def test_nothing_is_written_into_the_past(store: MemoryStore) -> None:
    with pytest.raises(WriteConflict, match="The past is not written"):
        PastStore(store, at(1)).put("lake/x", b"", replacing=None)


def test_keys_of_then_are_those_under_a_prefix_and_after_another_key() -> None:
    store = MemoryStore()
    land(a_table(store), [a_score("2024-08-20"), a_score("2025-08-20"), a_score("2026-08-20")], at(0), "r")
    then = PastStore(store, at(1))
    first, *others = store.keys("lake/")
    assert list(then.keys("lake/", first)) == others
    assert list(then.keys("lake/sleep/")) == []
    assert list(then.keys("raw/", next(store.keys("raw/")))) == list(store.keys("raw/"))[1:]


def test_raw_that_was_written_at_the_very_moment_belongs_to_it() -> None:
    store = MemoryStore()
    land(a_table(store), [a_score()], at(0), "r")
    assert list(PastStore(store, at(0)).keys("raw/")) == list(store.keys("raw/"))
