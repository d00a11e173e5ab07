"""Tables for DuckDB with the declared columns and types, whatever columns a file has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from oura_lake.lake.keys import (
    RAW_COLUMNS,
    RAW_PARTITIONS,
    RAW_TABLE,
    partition_columns,
    stored_view_prefix,
    table_prefix,
)
from oura_lake.sources.ddl import Array, Column, Scalar, Struct, Type
from oura_lake.sources.lake import SOURCE as LAKE
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE as OURA

TABLES: Mapping[str, Endpoint] = {e.name: e for source in (OURA, LAKE) for e in source.endpoints}
RAW_KEY = "/raw/([^/]+)/([^/]+)/person=([^/]+)/([0-9]+/[0-9]+)/[^/]+$"
DUCKDB = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


def duckdb_type(kind: Type) -> str:
    """DuckDB type of a declared Hive type."""
    match kind:
        case Scalar(name):
            return DUCKDB[name]
        case Array(item):
            return f"{duckdb_type(item)}[]"
        case Struct(fields):
            return "STRUCT(" + ", ".join(f"{quoted(f.name)} {duckdb_type(f.type)}" for f in fields) + ")"


def columns_of(endpoint: Endpoint) -> tuple[Column, ...]:
    """Columns of a table as Athena shows them: those of the objects, then those of their keys."""
    return (*endpoint.table_columns, *partition_columns(endpoint))


def declare(connection: DuckDBPyConnection, endpoint: Endpoint, files: list[Path]) -> None:
    """Declare a table over its objects, or an empty one where there are none; raises duckdb.Error."""
    if not files:
        ddl = ", ".join(f"{quoted(c.name)} {duckdb_type(c.type)}" for c in columns_of(endpoint))
        connection.execute(f"CREATE TABLE {quoted(endpoint.name)} ({ddl})")
        return
    source = _reader(files)
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    stored = [_stored(c, present) for c in endpoint.table_columns]
    keyed = [_keyed(c, endpoint) for c in partition_columns(endpoint)]
    connection.execute(f"CREATE VIEW {quoted(endpoint.name)} AS SELECT {', '.join([*stored, *keyed])} FROM {source}")


def declare_stored(
    connection: DuckDBPyConnection, view: str, stored: Sequence[Column], names: Iterable[str], files: list[Path]
) -> None:
    """Declare a view over its stored rows, with its columns in their order; raises duckdb.Error."""
    of_rows = {c.name: f"CAST({quoted(c.name)} AS {duckdb_type(c.type)})" for c in stored}
    person = f"regexp_extract(filename, {literal('/' + stored_view_prefix(view) + 'person=([^/]+)/')}, 1)"
    columns = ", ".join(f"{of_rows.get(name, person)} AS {quoted(name)}" for name in names)
    connection.execute(f"CREATE VIEW {quoted(view)} AS SELECT {columns} FROM {_reader(files)}")


def declare_raw(connection: DuckDBPyConnection, files: list[Path]) -> None:
    """Declare the table of raw lines, as Athena sees them; raises duckdb.Error."""
    columns = {c.name: duckdb_type(c.type) for c in (*RAW_COLUMNS, *RAW_PARTITIONS)}
    if not files:
        ddl = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {RAW_TABLE} ({ddl})")
        return
    read = ", ".join(f"{quoted(c.name)}: '{columns[c.name]}'" for c in RAW_COLUMNS)
    keyed = ", ".join(
        f"regexp_extract(filename, '{RAW_KEY}', {n}) AS {quoted(c.name)}" for n, c in enumerate(RAW_PARTITIONS, start=1)
    )
    connection.execute(
        f"CREATE VIEW {RAW_TABLE} AS SELECT * EXCLUDE (filename), {keyed} FROM read_json([{_paths(files)}], "
        f"format = 'newline_delimited', compression = 'gzip', columns = {{{read}}}, filename = true, "
        "hive_partitioning = false)"
    )


@cache
def columns_by_name() -> Mapping[str, tuple[Column, ...]]:
    """Columns of every table that a view may read."""
    return {name: columns_of(endpoint) for name, endpoint in TABLES.items()} | {
        RAW_TABLE: (*RAW_COLUMNS, *RAW_PARTITIONS)
    }


def quoted(name: str) -> str:
    """Name as a quoted identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _reader(files: list[Path]) -> str:
    return f"read_parquet([{_paths(files)}], union_by_name = true, filename = true, hive_partitioning = false)"


def _paths(files: list[Path]) -> str:
    return ", ".join(literal(no_pattern(f)) for f in files)


def _stored(column: Column, present: set[str]) -> str:
    """Column as declared; NULL in a lake whose objects are older than the column."""
    value = quoted(column.name) if column.name in present else "NULL"
    return f"CAST({value} AS {duckdb_type(column.type)}) AS {quoted(column.name)}"


def _keyed(column: Column, endpoint: Endpoint) -> str:
    pattern = literal(f"/{table_prefix(endpoint)}(?:[^/]+/)*{column.name}=([^/]+)/")
    return f"CAST(regexp_extract(filename, {pattern}, 1) AS {duckdb_type(column.type)}) AS {quoted(column.name)}"


def no_pattern(path: Path) -> str:
    """Path escaped, so that DuckDB reads it as a name and not as a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def literal(text: str) -> str:
    """Text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
