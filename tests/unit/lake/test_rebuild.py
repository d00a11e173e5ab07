"""Damaged or lost raw is a named error, and never a lake with fewer rows."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from oura_lake.cli.rebuild import command
from oura_lake.errors import UnreadableObject
from oura_lake.lake.documents import land
from oura_lake.lake.parquet import read_table
from oura_lake.lake.raw import read_entries, sound_entries
from oura_lake.lake.rebuild import partitions
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE as OURA
from support.builders import a_score, a_table, at

WORKOUT = {"id": "w", "day": "2026-08-20", "activity": "walking"}
SOUND = {"fetched_at": "2026-08-21T12:00:00+00:00", "request": "r", "hash": "0", "document": {"id": "a"}}
FAULTY = {
    "a list": [],
    "a text": "x",
    "without a moment": SOUND | {"fetched_at": None},
    "no document": SOUND | {"document": 5},
    "a moment without a zone": SOUND | {"fetched_at": "2026-08-21T12:00:00"},
    "rows of texts": SOUND | {"rows": ["x"]},
    "without a hash": {key: value for key, value in SOUND.items() if key != "hash"},
}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Two revisions of a score in two raw objects, a day added by the second, and a workout."""
    store = FolderStore(tmp_path / "lake")
    land(a_table(store), [a_score("2026-08-19", 70), a_score("2026-08-20", 71)], at(0), "r")
    land(a_table(store), [a_score("2026-08-20", 72), a_score("2026-08-21", 73)], at(1), "r")
    land(a_table(store, "workout"), [WORKOUT], at(0), "r")
    return store


def raw_of(store: FolderStore, name: str) -> list[Path]:
    return sorted((store.path / "raw/oura" / name).rglob("*.jsonl.gz"))


def table_of(store: FolderStore, name: str) -> Path:
    return store.path / f"lake/{name}/person=me/year=2026/data.parquet"


def rebuild(store: FolderStore, *options: str) -> tuple[int, str]:
    printed = CliRunner().invoke(command, ["--lake", str(store.path), *options], catch_exceptions=False)
    return printed.exit_code, printed.output


@pytest.mark.parametrize(
    "data",
    [b"", gzip.compress(b""), gzip.compress(b"\n\n"), b"junk", gzip.compress(b"{}")[:-6]],
    ids=["no bytes", "no line", "empty lines", "no gzip", "cut"],  # gzip's bytes hold the time: no name for a worker
)
def test_a_raw_object_without_lines_is_damage_and_no_table_is_emptied(store: FolderStore, data: bytes) -> None:
    before = table_of(store, "daily_sleep").read_bytes()
    for path in raw_of(store, "daily_sleep"):
        path.write_bytes(data)
    code, printed = rebuild(store)
    assert (code, printed.count("raw is damaged: lake/daily_sleep")) == (1, 1), printed
    assert table_of(store, "daily_sleep").read_bytes() == before
    with pytest.raises(UnreadableObject, match="is damaged"):
        DuckDBEngine(store).query("SELECT * FROM raw_lines")


def test_an_object_that_raw_would_make_smaller_stays_until_that_is_wanted(store: FolderStore) -> None:
    before = table_of(store, "daily_sleep").read_bytes()
    raw_of(store, "daily_sleep")[1].unlink()
    for options in ((), ("--check",)):
        code, printed = rebuild(store, *options)
        assert (code, "raw lacks 1 of its rows" in printed) == (1, True), printed
        assert table_of(store, "daily_sleep").read_bytes() == before
    assert rebuild(store, "--drop-rows")[0] == 0
    assert read_table("", table_of(store, "daily_sleep").read_bytes()).num_rows == 2


def test_what_comes_after_a_damaged_raw_object_is_mended(store: FolderStore) -> None:
    sound = table_of(store, "workout").read_bytes()
    raw_of(store, "daily_sleep")[0].write_bytes(b"junk")
    for name in ("daily_sleep", "workout"):
        table_of(store, name).write_bytes(b"junk")
    code, printed = rebuild(store)
    assert (code, "1 raw is damaged, 1 written" in printed) == (1, True), printed
    assert (table_of(store, "workout").read_bytes(), table_of(store, "daily_sleep").read_bytes()) == (sound, b"junk")
    assert rebuild(store, "--skip-damaged")[0] == 0
    assert read_table("", table_of(store, "daily_sleep").read_bytes()).num_rows == 2


@pytest.mark.parametrize("entry", FAULTY.values(), ids=FAULTY)
def test_a_line_that_is_not_as_written_is_named_with_its_object_and_passed_over_alone(
    store: FolderStore, entry: str
) -> None:
    key = "raw/oura/daily_sleep/person=me/2026/08/20260821T130000000000Z-2026.jsonl.gz"
    text = "".join(f"{json.dumps(line)}\n" for line in (SOUND, entry))
    store.put(key, gzip.compress(text.encode()), replacing=None)
    with pytest.raises(UnreadableObject, match=rf"{key} is damaged \(line 2 is not as it was written\)"):
        read_entries(store, key)
    assert sound_entries(store, key) == ([SOUND], ["line 2 is not as it was written"])


def test_partitions_are_those_of_one_person_or_of_all_up_to_a_moment() -> None:
    mine = a_table()
    yours = replace(mine, person="you")
    for minute, table in ((0, mine), (1, yours), (10, mine)):
        land(table, [a_score(score=minute), a_score("2025-08-20", score=minute)], at(minute), "r")
    found = {
        (person, until): [
            (p.table.person, p.period, len(p.raw_keys))
            for p in partitions(mine.store, OURA, [mine.endpoint], person, until)
        ]
        for person in ("", "me")
        for until in (None, at(0), at(9))
    }
    assert found == {
        ("", None): [("me", "2025", 2), ("me", "2026", 2), ("you", "2025", 1), ("you", "2026", 1)],
        ("", at(0)): [("me", "2025", 1), ("me", "2026", 1)],
        ("", at(9)): [("me", "2025", 1), ("me", "2026", 1), ("you", "2025", 1), ("you", "2026", 1)],
        ("me", None): [("me", "2025", 2), ("me", "2026", 2)],
        ("me", at(0)): [("me", "2025", 1), ("me", "2026", 1)],
        ("me", at(9)): [("me", "2025", 1), ("me", "2026", 1)],
    }
