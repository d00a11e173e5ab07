"""Stray objects: every key that no run writes is named, none of those that a run writes is, and none adds a row."""

import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.cli import query, rebuild, status
from oura_lake.lake.documents import land
from oura_lake.lake.keys import lake_key, raw_key
from oura_lake.lake.snapshot import PastStore
from oura_lake.lake.strays import MOST_NAMED, is_stray, sentence, strays
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint
from support.builders import a_beat, a_score, a_table, at

SCORES = Path("lake/daily_sleep/person=me/year=2026")
PERIODS = {"year": "2026", "month": "2026-08", "": ""}
ENDPOINTS = st.sampled_from([*oura.ENDPOINTS, *lake.ENDPOINTS])


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Two scores and one heart beat of one person."""
    store = FolderStore(tmp_path / "lake")
    land(a_table(store), [a_score("2026-08-19", 71), a_score("2026-08-20", 72)], at(0), "r")
    land_series(a_table(store, "heartrate"), [SeriesPage(rows=[a_beat()], fetched_at=at(0), request="r")])
    return store


def copied(store: FolderStore) -> list[str]:
    """Copy an object of the lake and one of raw as a sync client does."""
    [raw] = (store.path / "raw/oura/daily_sleep").rglob("*.jsonl.gz")
    copies = {
        store.path / SCORES / "data 2.parquet": store.path / SCORES / "data.parquet",
        raw.with_name(raw.name.replace(".jsonl", " (1).jsonl")): raw,
    }
    for copy, original in copies.items():
        shutil.copy(original, copy)
    return sorted(str(copy.relative_to(store.path)) for copy in copies)


@given(ENDPOINTS, st.sampled_from(["lake", "raw"]))
def test_no_key_that_a_run_writes_is_stray_and_each_copy_of_it_is(endpoint: Endpoint, prefix: Any) -> None:
    period = PERIODS[endpoint.period.value]
    key = raw_key("oura", endpoint, "me", at(0), period) if prefix == "raw" else lake_key(endpoint, "me", period)
    folder, _, name = key.rpartition("/")
    stem, _, ending = name.partition(".")
    assert not is_stray(key)
    copies = [
        f"{folder}/{stem} (1).{ending}",
        f"{folder}/{stem} 2.{ending}",
        f"{key}.bak",
        f"{key}/",
        f"{folder}/.{name}",
    ]
    assert [copy for copy in copies if not is_stray(copy)] == []


def test_an_object_of_a_table_in_the_folder_of_another_period_is_stray() -> None:
    assert is_stray("lake/daily_sleep/person=me/month=2026-08/data.parquet")
    assert is_stray("lake/heartrate/person=me/year=2026/data.parquet")
    assert is_stray("lake/daily_sleep/person=me/data.parquet")


def test_an_object_of_a_table_that_a_later_release_may_know_is_not_stray() -> None:
    assert not is_stray("lake/not_yet_declared/person=me/year=2026/data.parquet")
    assert not is_stray("raw/other_ring/not_yet_declared/person=me/2026/08/20260821T120000000000Z.jsonl.gz")


def test_what_lies_beside_the_tables_and_raw_is_not_looked_at(store: FolderStore) -> None:
    store.put("notes/holiday.txt", b"mine", replacing=None)
    store.put("ledger/person=me/asked.json", b"{}", replacing=None)
    assert strays(store) == []


def test_a_sync_client_s_copies_add_no_row_and_are_named(store: FolderStore) -> None:
    copies = copied(store)
    assert strays(store) == copies
    assert DuckDBEngine(store).query("SELECT COUNT(*) FROM daily_sleep").rows == [(2,)]
    assert DuckDBEngine(store).query("SELECT COUNT(*) FROM raw_lines").rows == [(3,)]
    assert DuckDBEngine(PastStore(store, at(1))).query("SELECT COUNT(*) FROM raw_lines").rows == [(3,)]


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [(query, ["SELECT COUNT(*) AS n FROM daily_sleep"], 0), (rebuild, [], 1), (status, ["--json"], 0)],
    ids=["query", "rebuild", "status"],
)
def test_each_reader_names_the_copies(store: FolderStore, command: ModuleType, words: list[str], code: int) -> None:
    copies = copied(store)
    printed = CliRunner().invoke(command.command, ["--lake", str(store.path), *words])
    assert (printed.exit_code, [copy in printed.output for copy in copies]) == (code, [True, True]), printed.output
    assert not (store.path / "lake/daily_sleep/person=me/year=2026 (1)").exists()


def test_a_folder_in_the_place_of_an_object_is_named(store: FolderStore) -> None:
    (store.path / SCORES / "data.parquet").unlink()
    (store.path / SCORES / "data.parquet").mkdir()
    assert strays(store) == [f"{SCORES}/data.parquet/"]


def test_many_are_counted_and_some_named() -> None:
    printed = sentence(f"lake/{n}" for n in range(MOST_NAMED + 2))
    assert printed.count("'lake/") == MOST_NAMED
    assert "and 2 more" in printed
    assert sentence([]) == ""


def test_the_names_are_in_order_and_the_way_out_is_said() -> None:
    printed = sentence(["raw/b", "lake/a"])
    assert printed.index("'lake/a', 'raw/b'") > 0
    assert "more" not in printed
    assert "move it out of the lake's folder" in printed


def test_five_are_named() -> None:
    assert "'3', '4'; move" in sentence(map(str, range(5)))
    assert "'4' and 1 more; move" in sentence(map(str, range(6)))
