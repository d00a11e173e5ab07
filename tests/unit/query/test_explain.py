"""The explanation of a query: the scans of each table, and their bytes."""

from pathlib import Path

import pytest
from oura_lake.errors import QueryFailed
from oura_lake.lake.documents import land
from oura_lake.lake.keys import stored_view_key
from oura_lake.local.folder_store import FolderStore
from oura_lake.query import explain
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.explain import LEAST_BYTES, Reading, price_usd, reading
from oura_lake.query.views import View, load_views
from sqlglot.errors import SqlglotError
from support.builders import a_score, a_table, at

DAYS = "SELECT day FROM daily_sleep"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    land(a_table(store), [a_score("2025-12-31"), a_score("2026-01-01")], at(0), "r")
    return store


def views(**bodies: str) -> dict[str, View]:
    return {name: View(name, f"-- One row.\n{body}") for name, body in bodies.items()}


def test_two_years_are_two_objects_and_bytes_are_those_of_the_columns_that_are_read(store: FolderStore) -> None:
    [one], [two] = reading(DAYS, store, {}), reading("SELECT day, id FROM daily_sleep", store, {})
    assert (one.table, one.n_scans, one.n_objects, one.n_columns, two.n_columns) == ("daily_sleep", 1, 2, 1, 2)
    size = sum(file.stat().st_size for file in store.path.rglob("*.parquet"))
    assert 0 < one.n_bytes < two.n_bytes < size


@pytest.mark.parametrize(
    ("sql", "n"),
    [
        (f"WITH a AS ({DAYS}) SELECT x.day FROM a AS x JOIN a AS y ON x.day = y.day", 2),
        (f"{DAYS} UNION ALL {DAYS}", 2),
        (f"{DAYS} WHERE day = (SELECT MAX(day) FROM daily_sleep)", 2),
        ("SELECT day FROM twice", 2),
    ],
)
def test_a_table_is_read_as_often_as_it_is_named_through_views_too(store: FolderStore, sql: str, n: int) -> None:
    known = views(once=DAYS, twice="SELECT day FROM once UNION ALL SELECT day FROM once")
    [once], [found] = reading(DAYS, store, {}), reading(sql, store, known)
    assert (found.n_scans, found.n_bytes) == (n, n * once.n_bytes)


def test_raw_lines_are_read_whole(store: FolderStore) -> None:
    size = sum(file.stat().st_size for file in store.path.rglob("*.jsonl.gz"))
    [raw] = reading("SELECT document FROM raw_lines UNION ALL SELECT document FROM raw_lines", store, {})
    assert raw == Reading(table="raw_lines", n_scans=2, n_objects=2, n_columns=1, n_bytes=2 * size)


def test_what_reads_the_most_comes_first_and_equals_by_name(store: FolderStore) -> None:
    sql = (
        "SELECT d.day FROM sleep AS s JOIN daily_sleep AS d ON s.day = d.day JOIN daily_activity AS a ON a.day = d.day"
    )
    found = reading(sql, store, {})
    assert [r.table for r in found] == ["daily_sleep", "daily_activity", "sleep"]
    assert [r.n_bytes for r in found[1:]] == [0, 0]


def test_a_view_that_is_no_select_is_named(store: FolderStore) -> None:
    with pytest.raises(QueryFailed, match=r"odd\.sql in athena/ is no SELECT"):
        reading(DAYS, store, views(odd="DROP TABLE a"))


def test_athena_charges_five_dollars_for_a_terabyte_and_for_ten_megabytes_at_least() -> None:
    assert LEAST_BYTES == 10_000_000
    assert [price_usd(n) for n in (0, 10**7, 2 * 10**12)] == pytest.approx([5e-5, 5e-5, 10.0])


def test_what_cannot_be_told_beforehand_is_one_sentence(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SqlglotError("no")

    monkeypatch.setattr(explain, "pushdown_projections", refuse)
    with pytest.raises(QueryFailed, match="The bytes that this query reads cannot be counted beforehand"):
        reading(DAYS, store, {})


def test_a_stored_view_is_read_from_the_object_with_its_rows(store: FolderStore) -> None:
    DuckDBEngine(store, person="me").refresh("me")
    [stored] = reading("SELECT day, sleep_score FROM person_day", store, load_views())
    assert (stored.table, stored.n_scans, stored.n_objects, stored.n_columns) == ("stored_person_day", 1, 1, 2)
    size = (store.path / stored_view_key("person_day", "me")).stat().st_size
    assert 0 < stored.n_bytes < size
