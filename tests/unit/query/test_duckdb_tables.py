"""Tables for DuckDB: types, names and paths as it takes them."""

from pathlib import Path

import duckdb
import pytest
from oura_lake.lake.documents import land
from oura_lake.lake.keys import RAW_TABLE
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb_tables import (
    TABLES,
    columns_by_name,
    columns_of,
    declare,
    declare_raw,
    duckdb_type,
    literal,
    no_pattern,
    quoted,
)
from oura_lake.sources.ddl import Array, Column, Scalar, Struct
from support.builders import a_score, a_table, at


def test_a_declared_type_is_one_of_duckdb() -> None:
    nested = Array(Struct((Column("a b", Scalar("int")), Column("c", Array(Scalar("string"))))))
    assert duckdb_type(nested) == 'STRUCT("a b" INTEGER, "c" VARCHAR[])[]'


def test_every_column_of_every_table_has_a_type() -> None:
    assert all(duckdb_type(column.type) for columns in columns_by_name().values() for column in columns)
    assert {*columns_by_name()} == {*TABLES, RAW_TABLE}


def test_the_columns_of_the_keys_come_last() -> None:
    assert [c.name for c in columns_of(TABLES["daily_sleep"])][-2:] == ["person", "year"]


@pytest.mark.parametrize("name", ["daily_sleep", "heartrate", "consents"])
def test_a_table_without_an_object_is_empty_and_has_its_columns(name: str) -> None:
    connection = duckdb.connect()
    declare(connection, TABLES[name], [])
    relation = connection.sql(f"SELECT * FROM {name}")
    assert (relation.columns, relation.fetchall()) == ([c.name for c in columns_of(TABLES[name])], [])


def test_raw_without_an_object_is_empty_and_has_its_columns() -> None:
    connection = duckdb.connect()
    declare_raw(connection, [])
    relation = connection.sql(f"SELECT * FROM {RAW_TABLE}")
    assert (relation.columns, relation.fetchall()) == ([c.name for c in columns_by_name()[RAW_TABLE]], [])


def test_names_texts_and_paths_are_never_more_than_that() -> None:
    assert quoted('a"b') == '"a""b"'
    assert literal("a'b") == "'a''b'"
    assert no_pattern(Path("/it's [a] *?")) == "/it's [[]a] [*][?]"


def test_a_raw_line_says_by_its_key_whose_it_is_and_when_it_was_received(tmp_path: Path) -> None:
    land(a_table(FolderStore(tmp_path)), [a_score()], at(0), "r")
    connection = duckdb.connect()
    declare_raw(connection, list(tmp_path.rglob("*.jsonl.gz")))
    rows = connection.sql(f"SELECT source, collection, person, fetched, request FROM {RAW_TABLE}").fetchall()
    assert rows == [("oura", "daily_sleep", "me", "2026/08", "r")]


@pytest.mark.parametrize("name", ["daily_sleep", "personal_info"])
def test_a_table_over_objects_has_all_declared_columns_and_those_of_the_keys(tmp_path: Path, name: str) -> None:
    table = a_table(FolderStore(tmp_path), name)
    land(table, [a_score()], at(0), "r")
    connection = duckdb.connect()
    declare(connection, TABLES[name], [tmp_path / key for key in table.store.keys("lake/")])
    relation = connection.sql(f"SELECT * FROM {name}")
    assert relation.columns == [c.name for c in columns_of(TABLES[name])]
    assert connection.sql(f"SELECT id, person FROM {name}").fetchall() == [("score-2026-08-20", "me")]
