"""Export of one person in files that other programs read.

Object by object, so that memory stays flat. The manifest is written last: a folder without one is unfinished.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.lake.keys import is_of, own_keys, parsed_key, partitions_prefix
from oura_lake.lake.parquet import read_table
from oura_lake.lake.people import nothing_of, persons_in
from oura_lake.lake.raw import lines_of
from oura_lake.lake.schema import arrow_schema
from oura_lake.lake.spreadsheet import NOTE, write_csv
from oura_lake.lake.store import Store
from oura_lake.lake.strays import PREFIXES, is_stray
from oura_lake.output_file import private_file, private_folder, write_private
from oura_lake.query.catalog import describe
from oura_lake.query.model import Engine
from oura_lake.query.parameters import Narrowing, of_view
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint

TABLES = (*oura.ENDPOINTS, *lake.ENDPOINTS)
AT_ONCE = 5_000
DICTIONARY = ("table", "column", "type", "unit", "meaning")

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Export:
    """Export of one person from a store into a new or empty folder."""

    store: Store
    person: str
    out: Path
    form: str
    step: Step
    files: dict[str, int] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)

    def write(self, views: Iterable[str], engine: Callable[[], Engine], now: datetime) -> dict[str, int]:
        """Write everything; returns the rows of each file. Raises SettingsWrong, StoreError, QueryFailed."""
        keys = sorted(key for key in self.store.keys("") if is_of(key, self.person))
        if not keys:
            raise nothing_of(self.person, persons_in(self.store))
        self._check_folder()
        for endpoint in TABLES:
            prefix = partitions_prefix(endpoint, self.person)
            self._table(endpoint, [own.key for own in own_keys(endpoint, keys) if own.key.startswith(prefix)])
        named = [view for view in views if describe(view).is_personal]
        for view in named:
            self._view(view, engine())
        self._raw([key for key in keys if key.startswith("raw/")])
        self.strays.extend(key for key in keys if key.startswith(PREFIXES) and is_stray(key))
        self._rest([*(key for key in keys if not key.startswith(PREFIXES)), *self.strays])
        self._dictionary([*(e.name for e in TABLES), *named])
        self._manifest(now)
        return self.files

    def _check_folder(self) -> None:
        private_folder(self.out, "--out")
        if any(self.out.iterdir()):
            raise SettingsWrong(f"{self.out} is not empty", "choose a new folder with --out")

    def _table(self, endpoint: Endpoint, keys: list[str]) -> None:
        self.step(endpoint.name)
        batches = _batches(self.store, endpoint, keys)
        if self.form == "parquet":
            with self._file(f"tables/{endpoint.name}.parquet") as (file, count):
                count(write_parquet(file, arrow_schema(endpoint), batches))
        else:
            rows = (tuple(row.values()) for batch in batches for row in batch.to_pylist())
            self._csv(f"tables/{endpoint.name}.csv", arrow_schema(endpoint).names, rows)

    def _view(self, name: str, engine: Engine) -> None:
        self.step(name)
        found = engine.query(of_view(name, Narrowing(person=self.person)))
        self._csv(f"views/{name}.csv", found.columns, found.rows)

    def _raw(self, keys: list[str]) -> None:
        """Write the raw lines by source and table, one JSON object a line, in the order of fetching."""
        parsed = [own for key in keys if (own := parsed_key(key))]
        for (source, table), members in groupby(parsed, key=lambda own: (own.source, own.table)):
            with self._file(f"raw/{source}-{table}.jsonl") as (file, count):
                for own in members:
                    lines = lines_of(self.store, own.key)
                    file.write(lines)
                    count(lines.count(b"\n"))

    def _rest(self, keys: list[str]) -> None:
        """Copy rejected records, the notes of the ledger, and stray objects unchanged."""
        for key in keys:
            with self._file(key) as (file, count):
                file.write(_data(self.store, key))
                count(1)

    def _dictionary(self, names: Iterable[str]) -> None:
        rows = [
            (name, column.name, column.type, column.unit, column.description)
            for name in names
            for column in describe(name).columns
        ]
        self._csv("dictionary.csv", DICTIONARY, [("every CSV file", "every text", "string", "", NOTE), *rows])

    def _manifest(self, now: datetime) -> None:
        manifest = {"person": self.person, "exported_at": now.isoformat(), "rows": self.files}
        write_private(self.out / "manifest.json", json.dumps(manifest, indent=2) + "\n", "--out")

    def _csv(self, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        with self._file(name) as (file, count):
            count(write_csv(file, columns, rows))

    @contextmanager
    def _file(self, name: str) -> Iterator[tuple[BinaryIO, Callable[[int], None]]]:
        """Open a new file of the export, readable by its owner alone, with a function that counts its rows."""

        def count(n_rows: int) -> None:
            self.files[name] = self.files.get(name, 0) + n_rows

        private_folder((self.out / name).parent, "--out")
        with private_file(self.out / name, "--out") as file:
            yield file, count


def _data(store: Store, key: str) -> bytes:
    """Read an object that was listed; one that is gone is an error, not a table without rows."""
    stored = store.get(key)
    if stored is None:
        raise StoreUnavailable(f"{key} went while the export ran", "run it again into a new folder")
    return stored.data


def write_parquet(file: BinaryIO, schema: pa.Schema, batches: Iterable[pa.Table]) -> int:
    """Write one Parquet file of these tables; returns the number of rows."""
    n_rows = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(batch)
            n_rows += batch.num_rows
    return n_rows


def _batches(store: Store, endpoint: Endpoint, keys: Iterable[str]) -> Iterator[pa.Table]:
    """Read the rows of a table some thousands at a time, in one schema for all versions."""
    schema = arrow_schema(endpoint)
    for key in keys:
        table = read_table(key, _data(store, key))
        columns = [
            table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(table.num_rows, f.type)
            for f in schema
        ]
        for batch in pa.table(columns, schema=schema).to_batches(AT_ONCE):
            yield pa.Table.from_batches([batch])
