"""Is an object of the lake recognised by its whole key, and is all else named and not read?"""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from oura_lake.cli import query, rebuild, status
from oura_lake.lake.documents import land
from oura_lake.lake.keys import lake_key, own_keys, parsed_key, raw_key
from oura_lake.lake.snapshot import PastStore
from oura_lake.lake.strays import MOST_NAMED, sentence, strays
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources import lake, oura
from support.builders import a_beat, a_score, a_table, at

SCORES = Path("lake/daily_sleep/person=me/year=2026")
EVERY = [*oura.ENDPOINTS, *lake.ENDPOINTS]
PERIODS = {"year": "2026", "month": "2026-08", "": ""}
NO_KEYS = [
    f"{SCORES}/data 2.parquet",
    f"{SCORES}/data (conflicted copy).parquet",
    f"{SCORES}/data.parquet.bak",
    "lake/daily_sleep/person=me/year=abcd/data.parquet",
    "lake/daily_sleep/person=Ö x/year=2026/data.parquet",
    "lake/daily_sleep/person=me/data.parquet/",
    "lake/heartrate/person=me/month=2026-13/data.parquet",
    "raw/oura/daily_sleep/person=me/2026/08/20260821T120000000000Z-2026 (1).jsonl.gz",
    "raw/oura/daily_sleep/person=me/2026/08/20260230T120000000000Z-2026.jsonl.gz",
    "raw/oura/daily_sleep/person=me/2026/08/garbage.jsonl.gz",
]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Two scores and one heart beat of one person."""
    store = FolderStore(tmp_path / "lake")
    land(a_table(store), [a_score("2026-08-19", 71), a_score("2026-08-20", 72)], at(0), "r")
    land_series(a_table(store, "heartrate"), [SeriesPage(rows=[a_beat()], fetched_at=at(0), request="r")])
    return store


def copied(store: FolderStore) -> list[str]:
    """The copies that a sync client leaves beside an object of the lake and one of raw."""
    [raw] = (store.path / "raw/oura/daily_sleep").rglob("*.jsonl.gz")
    copies = {
        store.path / SCORES / "data 2.parquet": store.path / SCORES / "data.parquet",
        raw.with_name(raw.name.replace(".jsonl", " (1).jsonl")): raw,
    }
    for copy, original in copies.items():
        shutil.copy(original, copy)
    return sorted(str(copy.relative_to(store.path)) for copy in copies)


@pytest.mark.parametrize("endpoint", EVERY, ids=lambda endpoint: endpoint.name)
def test_every_key_that_a_run_writes_is_read_back_to_its_parts(endpoint):
    period = PERIODS[endpoint.period.value]
    keys = [lake_key(endpoint, "me", period), raw_key("oura", endpoint, "me", at(0), period)]
    found = [(own.table, own.person, own.period) for own in own_keys(endpoint, keys)]
    assert found == [(endpoint.name, "me", period)] * 2


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_no_run_writes_is_none(key):
    assert parsed_key(key) is None


def test_a_table_is_not_read_from_a_folder_of_another_period():
    assert list(own_keys(a_table().endpoint, ["lake/daily_sleep/person=me/data.parquet"])) == []


def test_a_sync_client_s_copies_add_no_row_and_are_named(store):
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
def test_each_reader_names_the_copies(store, command, words, code):
    copies = copied(store)
    said = CliRunner().invoke(command.command, ["--lake", str(store.path), *words])
    assert (said.exit_code, [copy in said.output for copy in copies]) == (code, [True, True]), said.output
    assert not (store.path / "lake/daily_sleep/person=me/year=2026 (1)").exists()


def test_a_folder_in_the_place_of_an_object_is_named(store):
    (store.path / SCORES / "data.parquet").unlink()
    (store.path / SCORES / "data.parquet").mkdir()
    assert strays(store) == [f"{SCORES}/data.parquet/"]


def test_many_are_counted_and_some_named():
    said = sentence(f"lake/{n}" for n in range(MOST_NAMED + 2))
    assert said.count("'lake/") == MOST_NAMED
    assert "and 2 more" in said
    assert sentence([]) == ""
