"""A table's objects as files: in place for a folder, copied for another store, removed with the engine."""

import gc
from pathlib import Path
from typing import TypeVar

import pytest
from oura_lake.errors import StoreUnavailable, UnreadableObject
from oura_lake.lake.documents import land
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb_tables import TABLES
from oura_lake.query.local_files import LocalObjects
from support.builders import a_score, a_table, at

SCORES = TABLES["daily_sleep"]
KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"
S = TypeVar("S", bound=Store)


def landed(store: S) -> S:
    land(a_table(store), [a_score("2026-01-01")], at(0), "r")
    return store


def test_files_of_a_folder_are_read_where_they_lie(tmp_path: Path) -> None:
    objects = LocalObjects(landed(FolderStore(tmp_path)))
    assert objects.folder == tmp_path.absolute()
    assert objects.files(SCORES) == [tmp_path / KEY]
    assert [file.name.endswith(".jsonl.gz") for file in objects.raw_files()] == [True]


def test_copies_are_made_once_and_gone_with_their_owner() -> None:
    store = landed(MemoryStore())
    objects = LocalObjects(store)
    [file] = objects.files(SCORES)
    assert file.read_bytes() == store.objects[KEY]
    store.objects[KEY] = b"newer"
    assert objects.files(SCORES) == [file]
    assert file.read_bytes() != b"newer"
    folder = objects.folder
    del objects
    gc.collect()
    assert not folder.exists()


def test_an_object_that_is_listed_and_gone_is_an_error() -> None:
    store = landed(MemoryStore())
    objects = LocalObjects(store)
    objects.raise_for_damaged_lines()
    store.objects.pop(KEY)
    assert LocalObjects(store).files(SCORES) == []
    store.objects[KEY] = b"x"
    objects.files(TABLES["sleep"])
    store.objects.pop(KEY)
    with pytest.raises(StoreUnavailable, match=f"{KEY} was listed and cannot be found"):
        objects.files(SCORES)


def test_a_damaged_object_is_named_and_a_good_one_is_not() -> None:
    store = landed(MemoryStore())
    LocalObjects(store).raise_for_damage([SCORES])
    store.objects[KEY] = store.objects[KEY][:-9]
    with pytest.raises(UnreadableObject, match=KEY):
        LocalObjects(store).raise_for_damage([SCORES])


def test_a_raw_object_without_a_line_is_named() -> None:
    store = landed(MemoryStore())
    [key] = store.keys("raw/")
    assert len(LocalObjects(store).raw_files()) == 1
    store.objects[key] = b""
    with pytest.raises(UnreadableObject, match=key):
        LocalObjects(store).raw_files()
    with pytest.raises(UnreadableObject, match=key):
        LocalObjects(store).raise_for_damaged_lines()
