"""Comparison of codecs and encodings: size of the partitions and time to read.

Run: `python tests/benchmarks/encodings.py`.

Writes a generated year's partitions of three tables with each choice and prints bytes, write and read time. Every
reader the lake is meant for (Athena engine 3, Trino 435, DuckDB, pyarrow) decodes each of them; DuckDB is tried here.
docs/adr/README.md has the decision.
"""

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from measured import load
from oura_lake.lake.documents import Table, land
from oura_lake.lake.parquet import _leaves, read_table
from oura_lake.lake.store import MemoryStore
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.simulator import GeneratedPerson
from oura_lake.sources.oura import SOURCE
from year_span import FIRST, HEART_RATE, LAST

TABLES = (HEART_RATE, "daily_activity", "sleep")
FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
READS = 5
FIXED: dict[str, Any] = {"store_schema": False, "write_statistics": True, "version": "2.6"}
Suits = Callable[[pa.DataType], bool]
WHOLE, INSTANT, DECIMAL = pa.types.is_integer, pa.types.is_temporal, pa.types.is_floating


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Choice of a codec, and for the leaves of some types an encoding other than the dictionary."""

    label: str
    codec: str = "zstd"
    level: int | None = 9
    encodings: tuple[tuple[Suits, str], ...] = ()
    use_dictionary: bool = True

    def write(self, table: pa.Table) -> bytes:
        """Write an object."""
        special = {leaf: name for leaf, kind in _typed_leaves(table) for suits, name in self.encodings if suits(kind)}
        rest = [leaf for leaf, _ in _typed_leaves(table) if leaf not in special] if self.use_dictionary else False
        sink = io.BytesIO()
        pq.write_table(
            table,
            sink,
            compression=self.codec,
            compression_level=self.level,
            use_dictionary=rest or False,
            column_encoding=special or None,
            **FIXED,
        )
        return sink.getvalue()


DELTA = ((INSTANT, "DELTA_BINARY_PACKED"),)
CHOICES = (
    Choice(label="snappy, dictionary (pyarrow's default)", codec="snappy", level=None),
    Choice(label="gzip 6, dictionary, delta instants", codec="gzip", level=6, encodings=DELTA),
    Choice(label="snappy, dictionary, delta instants", codec="snappy", level=None, encodings=DELTA),
    *(Choice(label=f"zstd {n}, dictionary, delta instants", level=n, encodings=DELTA) for n in (1, 3, 9, 19)),
    Choice(label="zstd 9, dictionary", level=9),
    Choice(label="zstd 9, plain", use_dictionary=False),
    Choice(label="zstd 9, plain, delta instants", encodings=DELTA, use_dictionary=False),
    Choice(label="zstd 9, delta instants and integers", encodings=(*DELTA, (WHOLE, "DELTA_BINARY_PACKED"))),
    Choice(label="zstd 9, delta instants, split doubles", encodings=(*DELTA, (DECIMAL, "BYTE_STREAM_SPLIT"))),
)


def main() -> None:
    """Print a block for each table."""
    print(load())
    store = landed()
    for name in TABLES:
        tables = [read_table(k, store.objects[k]) for k in store.keys(f"lake/{name}/")]
        print(f"\n{name}: {sum(t.num_rows for t in tables):,} rows in {len(tables)} objects")
        print(f"{'':<42}{'kB':>9}{'write, ms':>11}{'read, ms':>10}")
        if len({str(row(choice, tables)) for choice in CHOICES}) != 1:
            raise SystemExit(f"DuckDB does not read the same rows of {name} from each choice.")


def row(choice: Choice, tables: list[pa.Table]) -> list[Any]:
    """Print the figures of one choice; return what DuckDB decodes of it."""
    begun = time.perf_counter()
    objects = [choice.write(t) for t in tables]
    write_s = time.perf_counter() - begun
    read_s = min(timed(lambda: [read_table("", data) for data in objects]) for _ in range(READS))
    print(f"{choice.label:<42}{sum(map(len, objects)) / 1e3:9,.0f}{write_s * 1e3:11.1f}{read_s * 1e3:10.1f}")
    return decoded_by_duckdb(objects)


def timed(act: Callable[[], object]) -> float:
    """Seconds of a call."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def decoded_by_duckdb(objects: list[bytes]) -> list[Any]:
    """Count the rows, and take a digest of all their values."""
    with TemporaryDirectory() as folder:
        for number, data in enumerate(objects):
            (Path(folder) / f"{number}.parquet").write_bytes(data)
        return duckdb.execute(f"SELECT count(*), bit_xor(hash(t)) FROM '{folder}/*.parquet' AS t").fetchall()


def landed() -> MemoryStore:
    """Land a year of the tables in a lake, as a sync would write it."""
    store, person = MemoryStore(), GeneratedPerson(seed=1, until=LAST, illness_nights=0)
    for name in TABLES:
        table = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person="me")
        if table.endpoint.is_series:
            texts = [person.rows(name, day).text for day in days()]
            rows = [r for text in texts for r in json.loads(b"[" + text + b"]")]
            land_series(table, [SeriesPage(rows=rows, fetched_at=FETCHED, request="")])
        else:
            land(table, [d for day in days() for d in person.on(name, day)], FETCHED, "")
    return store


def days() -> Iterator[date]:
    """Days of the year."""
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


def _typed_leaves(table: pa.Table) -> list[tuple[str, pa.DataType]]:
    paths = _leaves(table.schema, table.schema.names)
    return [(path, _leaf_type(table.schema, path)) for path in paths]


def _leaf_type(schema: pa.Schema, path: str) -> pa.DataType:
    kind = schema.field(path.split(".")[0]).type
    for part in path.split(".")[1:]:
        if part == "element":
            kind = kind.value_type
        elif part != "list":
            kind = kind.field(part).type
    return kind


if __name__ == "__main__":
    main()
