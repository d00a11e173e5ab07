"""DuckDB answers for a lake as Athena would, whatever the store and its objects."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from oura_lake.errors import QueryFailed, UnreadableObject
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.local.folder_store import FolderStore
from oura_lake.query import duckdb_tables
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.model import Limits
from oura_lake.query.views import load_views
from oura_lake.sources.oura import SOURCE

FETCHED = datetime(2026, 1, 3, 8, tzinfo=UTC)
SLEEP_KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"


def landed(store: Store, table: str, *documents: dict[str, Any], person: str = "me") -> Store:
    place = Table(store=store, source="oura", endpoint=SOURCE.endpoint(table), person=person)
    land(place, documents, FETCHED, "a test")
    return store


def a_score(day: str, score: int) -> dict[str, Any]:
    return {"id": day, "day": day, "score": score, "timestamp": f"{day}T00:00:00+00:00", "contributors": {}}


@pytest.fixture(params=["memory", "folder", "folder with a pattern in its name"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else FolderStore(tmp_path / request.param.replace("a", "[*]?'"))


def test_what_was_landed_is_answered(store: Store) -> None:
    landed(store, "daily_sleep", a_score("2025-12-31", 70), a_score("2026-01-01", 71))
    landed(store, "daily_sleep", a_score("2026-01-01", 90), person="you")
    rows = DuckDBEngine(store).query("SELECT person, day, sleep_score FROM person_day ORDER BY person, day").rows
    assert rows == [("me", date(2025, 12, 31), 70), ("me", date(2026, 1, 1), 71), ("you", date(2026, 1, 1), 90)]


def test_partition_columns_come_from_the_key_with_their_types(store: Store) -> None:
    landed(store, "heartrate", {"timestamp": "2026-01-01T10:00:00+00:00", "bpm": 60, "source": "awake"}, person="p-07")
    landed(store, "daily_sleep", a_score("2026-01-01", 71), person="p-07")
    engine = DuckDBEngine(store)
    assert engine.query("SELECT person, month FROM heartrate").rows == [("p-07", "2026-01")]
    assert engine.query("SELECT person, year FROM daily_sleep").rows == [("p-07", 2026)]


def test_a_person_in_the_file_does_not_hide_the_person_of_the_key() -> None:
    store, sink = MemoryStore(), pa.BufferOutputStream()
    pq.write_table(pa.table({"day": pa.array([date(2026, 1, 1)]), "person": ["someone else"], "year": ["x"]}), sink)
    store.put(SLEEP_KEY, sink.getvalue().to_pybytes(), replacing=None)
    assert DuckDBEngine(store).query("SELECT person, year, score FROM daily_sleep").rows == [("me", 2026, None)]


def test_an_empty_lake_has_every_table_and_view_with_its_types() -> None:
    engine = DuckDBEngine(MemoryStore())
    of_the_lake = engine.names - {name for name, view in load_views().items() if not view.upstream}
    assert all(engine.query(f"SELECT * FROM {name}").rows == [] for name in of_the_lake)
    assert engine.columns("daily_spo2")["spo2_percentage"] == "STRUCT(average DOUBLE)"
    assert engine.columns("sleep")["year"] == "INTEGER"


def test_only_what_a_query_needs_is_read() -> None:
    store = MemoryStore()
    store.put("lake/workout/person=me/year=2026/data.parquet", b"damaged", replacing=None)
    landed(store, "daily_sleep", a_score("2026-01-01", 71))
    assert DuckDBEngine(store).query("SELECT sleep_score FROM stg_daily_sleep").rows == [(71,)]


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b[:60] + bytes(200) + b[260:], lambda b: b""])
def test_a_damaged_object_is_named(store: Store, damage: Any) -> None:
    landed(store, "daily_sleep", *(a_score(f"2026-01-{d:02}", d) for d in range(1, 29)))
    stored = store.get(SLEEP_KEY)
    assert stored
    store.put(SLEEP_KEY, damage(stored.data), replacing=stored.etag)
    with pytest.raises(UnreadableObject, match=SLEEP_KEY):
        DuckDBEngine(store).query("SELECT * FROM stg_daily_sleep")


def test_an_engine_that_met_a_damaged_object_answers_what_does_not_need_it(tmp_path: Path) -> None:
    store = landed(FolderStore(tmp_path), "daily_sleep", a_score("2026-01-01", 71))
    activity = "lake/daily_activity/person=me/year=2026/data.parquet"  # of the first of the tables below person_day
    store.put(activity, b"damaged", replacing=None)
    engine = DuckDBEngine(store)
    for _ in range(2):
        with pytest.raises(UnreadableObject, match=activity):
            engine.query("SELECT * FROM person_day")
    assert engine.query("SELECT sleep_score FROM stg_daily_sleep").rows == [(71,)]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    {
        "SELECT * FROM persn_day": "The lake has no table or view 'persn_day'; did you mean person_day?",
        "SELECT slep_h FROM person_day": "There is no column 'slep_h' in person_day; did you mean sleep_h or "
        "asleep_h or deep_h?",
        "SELECT p.nothing_like_it FROM person_day AS p": "There is no column 'nothing_like_it' in person_day.",
        "DROP TABLE sleep": "DROP is refused: the lake is only read here; write a SELECT.",
        "INSERT INTO sleep SELECT 1": "INSERT is refused: the lake is only read here; write a SELECT.",
        "/* hm */ UNLOAD (SELECT 1) TO 's3://b/'": "UNLOAD is refused: the lake is only read here; write a SELECT.",
        "SELECT 1; SELECT 2": "One SELECT is run at a time, this is 2 statements; run them one by one.",
        " ": "There is no SQL to run; write a SELECT.",
        "SELECT day FROM WHERE": "The SQL cannot be read: Expected table name but got WHERE (line 1, column 21); "
        "mend it and run it again.",
        "SELECT * FROM read_text('/etc/hosts')": "The lake has no table or view 'READ_TEXT('/etc/hosts')'.",
        "SELECT * FROM '/etc/hosts'": "The lake has no table or view '/etc/hosts'.",
        "SELECT foo(day) FROM person_day": "The query cannot run: Scalar Function with name foo does not exist!",
    }.items(),
)
def test_what_cannot_be_run_ends_in_one_sentence(sql: str, sentence: str) -> None:
    with pytest.raises(QueryFailed) as error:
        DuckDBEngine(MemoryStore()).query(sql)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("expression", "value"),
    {
        "MAX(7) / 2": 3,
        "MAX(-7) / 2": -3,
        "MAX(7) / 2e0": 3.5,
        "SUM(score) / COUNT(*)": 70,
        "AVG(score)": 70.5,
        "MAX(day)": date(2026, 1, 2),
        "CAST(ARRAY_AGG(score ORDER BY day) AS array(integer))": [70, 71],
    }.items(),
)
def test_an_expression_has_athenas_answer(expression: str, value: object) -> None:
    store = landed(MemoryStore(), "daily_sleep", a_score("2026-01-01", 70), a_score("2026-01-02", 71))
    result = DuckDBEngine(store).query(f"SELECT {expression} FROM daily_sleep")
    assert (result.columns, result.rows) == (("_col0",), [(value,)])


@pytest.mark.parametrize("limits", [Limits(), Limits(rows=1)])
def test_a_moment_with_a_zone_is_given_in_utc(limits: Limits) -> None:
    sql = "SELECT FROM_ISO8601_TIMESTAMP('2026-01-01T10:00:00+02:00')"
    [(moment,)] = DuckDBEngine(MemoryStore(), limits=limits).query(sql).rows
    assert moment == datetime.fromisoformat("2026-01-01 08:00:00")


def test_a_database_in_front_of_a_known_name_is_no_matter() -> None:
    assert DuckDBEngine(MemoryStore()).query('SELECT day FROM "awsdatacatalog"."oura"."person_day"').rows == []


def test_copies_of_a_remote_lake_are_gone_with_the_engine() -> None:
    engine = DuckDBEngine(landed(MemoryStore(), "daily_sleep", a_score("2026-01-01", 71)))
    engine.query("SELECT 1 FROM daily_sleep")
    folder = engine._objects._folder
    assert folder
    assert folder.exists()
    del engine
    assert not folder.exists()


def test_every_declared_type_has_a_duckdb_type() -> None:
    assert {
        duckdb_tables.duckdb_type(c.type) for t in duckdb_tables.TABLES.values() for c in duckdb_tables.columns_of(t)
    }
