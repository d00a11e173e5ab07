"""Conversion between the rows of one partition and the bytes of one Parquet object.

Same rows, same bytes: rows are sorted by key, the schema and the writer's options are fixed, so a
rebuild gives byte-identical objects within one pyarrow version. Codec and encodings were measured
(docs/adr/README.md); every intended reader of the lake decodes them.
"""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oura_lake.errors import UnreadableObject
from oura_lake.lake.rows import Key, Row, in_order, key_of
from oura_lake.lake.schema import arrow_schema
from oura_lake.sources.model import BOOKKEEPING, Endpoint

WRITER: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 9,
    "store_schema": False,
    "write_statistics": True,
    "version": "2.6",
}
VERSION = b"oura_lake.schema"  # version of the table, in an object's own metadata
SEEN = b"oura_lake.raw"  # times of the recent raw objects behind an object
DELTA = (pa.types.is_timestamp, pa.types.is_date)


def write_rows(endpoint: Endpoint, rows: Iterable[Row], seen: Iterable[str], among: bytes = b"") -> bytes:
    """Write rows as a Parquet object; some of them come from the object `among`, if there was one.

    `seen` are times of raw objects that the object contains; its metadata name them.
    """
    by_key = {key_of(endpoint, row): row for row in rows}
    ordered = [by_key[key] for key in in_order(by_key)]
    return write_table(endpoint, pa.Table.from_pylist(ordered, schema=arrow_schema(endpoint)), seen, among)


def write_table(endpoint: Endpoint, table: pa.Table, seen: Iterable[str], among: bytes = b"") -> bytes:
    """Write a table, whose rows are in key order, as a Parquet object.

    The object has the version of its oldest rows: those of an older object lack the columns declared since.
    """
    version = min(endpoint.version, version_of(among)) if among else endpoint.version
    return encoded(table, {VERSION: str(version).encode(), SEEN: " ".join(seen).encode()})


def encoded(table: pa.Table, metadata: Mapping[bytes, bytes]) -> bytes:
    """Encode an Arrow table as the bytes of a Parquet object of the lake."""
    deltas = {f.name: "DELTA_BINARY_PACKED" for f in table.schema if any(is_type(f.type) for is_type in DELTA)}
    plain = [name for name in table.schema.names if name not in deltas]
    sink = io.BytesIO()
    encodings: dict[str, Any] = {"column_encoding": deltas or None, "use_dictionary": _leaves(table.schema, plain)}
    with pq.ParquetWriter(sink, table.schema, **encodings, **WRITER) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(dict(metadata))
    return sink.getvalue()


def version_of(data: bytes, key: str = "an object") -> int:
    """Read the version of its table's columns that an object has; 1 for objects older than this metadata.

    Raises UnreadableObject for damaged bytes.
    """
    return int(metadata_of(data, key).get(VERSION, b"1"))


def seen_by(data: bytes, key: str) -> tuple[str, ...]:
    """Read the times of raw objects that an object names; none in objects older than this metadata."""
    return tuple(metadata_of(data, key).get(SEEN, b"").decode().split())


def n_rows(data: bytes, key: str) -> int:
    """Read the number of rows of an object; raises UnreadableObject for damaged bytes."""
    return int(_footer(data, key).num_rows)


def metadata_of(data: bytes, key: str) -> dict[bytes, bytes]:
    """Read the metadata that an object's writer added; raises UnreadableObject for damaged bytes."""
    return _footer(data, key).metadata or {}


def read_rows(endpoint: Endpoint, key: str, data: bytes) -> dict[Key, Row]:
    """Read the rows of an object by key; columns that it lacks are NULL.

    Raises UnreadableObject for damaged bytes.
    """
    names = arrow_schema(endpoint).names
    rows = read_table(key, data).to_pylist()
    return {key_of(endpoint, row): {name: row.get(name) for name in names} for row in rows}


def read_heads(endpoint: Endpoint, key: str, data: bytes) -> dict[Key, Row]:
    """Read key, day and bookkeeping of each row: enough to detect a change, without the series."""
    ids = [c.name for c in endpoint.fields if c.name == "id"]
    names = {*endpoint.key, *ids, *([endpoint.day] if endpoint.day else []), *(c.name for c in BOOKKEEPING)}
    return {key_of(endpoint, row): row for row in read_table(key, data, sorted(names)).to_pylist()}


def read_table(key: str, data: bytes, columns: list[str] | None = None) -> pa.Table:
    """Read the Arrow table of an object; raises UnreadableObject for damaged bytes.

    One thread: a threaded read can abort the interpreter at exit (apache/arrow#34314).
    """
    try:
        return pq.ParquetFile(io.BytesIO(data)).read(columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(key) from error


def _footer(data: bytes, key: str) -> pq.FileMetaData:
    try:
        return pq.read_metadata(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(key) from error


def _damaged(key: str) -> UnreadableObject:
    return UnreadableObject(
        f"The object {key} is damaged and was left as it is",
        "make it again from raw with `oura-lake rebuild`",
    )


def _leaves(schema: pa.Schema, names: list[str]) -> list[str]:
    """List the paths of the leaf columns below some fields, as the writer names them."""
    return [path for name in names for path in _paths(name, schema.field(name).type)]


def _paths(path: str, kind: pa.DataType) -> list[str]:
    if pa.types.is_struct(kind):
        return [leaf for field in kind for leaf in _paths(f"{path}.{field.name}", field.type)]
    if pa.types.is_list(kind):
        return _paths(f"{path}.list.element", kind.value_type)
    return [path]
