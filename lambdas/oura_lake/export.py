"""How does everything of one person leave the lake, in files that other programs read?

Object by object, so that memory stays flat. The manifest is written last: a folder without one is unfinished.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oura_lake.engines._model import Engine
from oura_lake.engines.described import describe
from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.lake.layout import is_of, partitions_prefix
from oura_lake.lake.objects import read_table
from oura_lake.lake.schema import arrow_schema
from oura_lake.lake.store import Store
from oura_lake.sources import lake, oura
from oura_lake.sources._model import Endpoint

TABLES = (*oura.ENDPOINTS, *lake.ENDPOINTS)
AT_ONCE = 5_000
FOR_SPREADSHEETS = "utf-8-sig"  # the mark at the beginning by which a spreadsheet knows UTF-8
DICTIONARY = ("table", "column", "type", "unit", "meaning")
OWNER_ONLY = 0o700

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Export:
    """One person's way out of a store, into a folder that is new or empty."""

    store: Store
    person: str
    out: Path
    form: str
    step: Step
    files: dict[str, int] = field(default_factory=dict)

    def write(self, views: Iterable[str], engine: Callable[[], Engine], now: datetime) -> dict[str, int]:
        """Write everything; returns the rows of each file. Raises SettingsWrong, StoreError, QueryFailed."""
        keys = sorted(key for key in self.store.keys("") if is_of(key, self.person))
        if not keys:
            raise SettingsWrong(f"The lake holds nothing of {self.person}.")
        self._check_folder()
        for endpoint in TABLES:
            prefix = partitions_prefix(endpoint, self.person)
            self._table(endpoint, [key for key in keys if key.startswith(prefix) and key.endswith(".parquet")])
        named = [view for view in views if describe(view).is_personal]
        for view in named:
            self._view(view, engine())
        self._raw([key for key in keys if key.startswith("raw/")])
        self._rest([key for key in keys if not key.startswith(("raw/", "lake/"))])
        self._dictionary([*(e.name for e in TABLES), *named])
        self._manifest(now)
        return self.files

    def _check_folder(self) -> None:
        try:
            self.out.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            is_empty = not any(self.out.iterdir())
        except OSError as error:
            raise SettingsWrong(f"Cannot write to {self.out}: {error.strerror}; choose another with --out.") from error
        if not is_empty:
            raise SettingsWrong(f"{self.out} is not empty; choose a new folder with --out.")

    def _table(self, endpoint: Endpoint, keys: list[str]) -> None:
        self.step(endpoint.name)
        batches = _batches(self.store, endpoint, keys)
        if self.form == "parquet":
            path = self._path(f"tables/{endpoint.name}.parquet")
            self._count(path, write_parquet(path, arrow_schema(endpoint), batches))
        else:
            rows = (tuple(row.values()) for batch in batches for row in batch.to_pylist())
            self._csv(f"tables/{endpoint.name}.csv", arrow_schema(endpoint).names, rows)

    def _view(self, name: str, engine: Engine) -> None:
        self.step(name)
        found = engine.query(f"SELECT * FROM {name} WHERE person = '{self.person}'")
        self._csv(f"views/{name}.csv", found.columns, found.rows)

    def _raw(self, keys: list[str]) -> None:
        """All that was received, by source and table, one JSON object a line, in the order of fetching."""
        for key in keys:
            _, source, table, *_ = key.split("/")
            path = self._path(f"raw/{source}-{table}.jsonl")
            lines = gzip.decompress(self._read(key))
            with path.open("ab") as file:
                file.write(lines)
            self._count(path, lines.count(b"\n"))

    def _rest(self, keys: list[str]) -> None:
        """What was rejected and the notes of the ledger, as they are."""
        for key in keys:
            path = self._path(key)
            path.write_bytes(self._read(key))
            self._count(path, 1)

    def _dictionary(self, names: Iterable[str]) -> None:
        rows = [
            (name, column.name, column.type, column.unit, column.description)
            for name in names
            for column in describe(name).columns
        ]
        self._csv("dictionary.csv", DICTIONARY, rows)

    def _manifest(self, now: datetime) -> None:
        told = {"person": self.person, "exported_at": now.isoformat(), "rows": self.files}
        (self.out / "manifest.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")

    def _csv(self, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        path = self._path(name)
        n_rows = 0
        with path.open("w", encoding=FOR_SPREADSHEETS, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in rows:
                writer.writerow([cell(value) for value in row])
                n_rows += 1
        self._count(path, n_rows)

    def _path(self, name: str) -> Path:
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _count(self, path: Path, n_rows: int) -> None:
        name = str(path.relative_to(self.out))
        self.files[name] = self.files.get(name, 0) + n_rows

    def _read(self, key: str) -> bytes:
        stored = self.store.get(key)
        if stored is None:
            raise StoreUnavailable(f"{key} went while the export ran; run it again into a new folder.")
        return stored.data


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.Table]) -> int:
    """One Parquet file of these tables; returns how many rows."""
    n_rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(batch)
            n_rows += batch.num_rows
    return n_rows


def cell(value: Any) -> str:
    """A value as text that spreadsheets read: ISO moments, lists and records as JSON, nothing for NULL."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case date():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _batches(store: Store, endpoint: Endpoint, keys: Iterable[str]) -> Iterator[pa.Table]:
    """The rows of a table some thousands at a time, all of one schema whatever version wrote them."""
    schema = arrow_schema(endpoint)
    for key in keys:
        stored = store.get(key)
        table = read_table(key, stored.data) if stored else schema.empty_table()
        columns = [
            table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(table.num_rows, f.type)
            for f in schema
        ]
        for batch in pa.table(columns, schema=schema).to_batches(AT_ONCE):
            yield pa.Table.from_batches([batch])
