"""How do the rows of a time series become part of the lake? Like documents, but a column at a time.

A row has no revision and no bookkeeping: a month of heart rate is tens of thousands of rows, and their
keys and values are all there is to merge by. A row that says something else than the stored row of the
same key replaces it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from oura_lake.errors import WriteConflict
from oura_lake.lake import raw
from oura_lake.lake.landing import TRIES, Document, Landed, Table, is_placeable, set_aside
from oura_lake.lake.layout import period_of
from oura_lake.lake.objects import read_table, write_table
from oura_lake.lake.rows import Drift, Key, typed
from oura_lake.lake.schema import arrow_schema
from oura_lake.sources._model import Endpoint

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
Values = tuple[Any, ...]
"""A row's values in the order of the table's columns; instants are milliseconds since 1970, UTC."""


@dataclass(frozen=True, kw_only=True)
class SeriesPage:
    """Rows of one answer, with when and how they were asked for."""

    rows: list[Document]
    fetched_at: datetime
    request: str


@dataclass(kw_only=True)
class Month:
    """What was fetched for one partition: the parsed rows beside the rows as they came."""

    parsed: dict[Key, Values] = field(default_factory=dict)
    came: dict[Key, tuple[SeriesPage, Document]] = field(default_factory=dict)


def land_series(table: Table, pages: Iterable[SeriesPage]) -> Landed:
    """Merge pages of rows into their months; raises like `landing.land`."""
    landed = Landed()
    months: dict[str, Month] = defaultdict(Month)
    for page, row in ((page, row) for page in pages for row in page.rows):
        if is_placeable(table.endpoint, row, None):
            _collect(table.endpoint, months[period_of(table.endpoint, row)], page, row, landed.drift)
        else:
            landed.n_rejected += set_aside(table, row, page.fetched_at, page.request)
    for period, month in sorted(months.items()):
        landed.add(_land_month(table, period, month))
    return landed


def _collect(endpoint: Endpoint, month: Month, page: SeriesPage, row: Document, drift: set[Drift]) -> None:
    key, values = _values(endpoint, row, drift)
    month.parsed[key] = values
    month.came[key] = (page, row)


def _land_month(table: Table, period: str, month: Month) -> Landed:
    said: dict[Key, Values] = {}
    for _ in range(TRIES):
        held, etag = _held(table, period)
        fresh = {key: values for key, values in month.parsed.items() if held.get(key) != values}
        if not fresh:
            return Landed(n_unchanged=len(month.parsed))
        _say(table, period, month, [key for key, values in fresh.items() if said.get(key) != values])
        said |= fresh
        merged = write_table(table.endpoint, _arrow(table.endpoint, held | fresh))
        try:
            table.store.put(table.key(period), merged, replacing=etag)
        except WriteConflict:
            continue
        n_new = len(fresh.keys() - held.keys())
        n_unchanged = len(month.parsed) - len(fresh)
        return Landed(n_new=n_new, n_revised=len(fresh) - n_new, n_unchanged=n_unchanged, n_objects=1)
    raise WriteConflict(f"Other writers kept changing {table.key(period)}; run it again when they are done.")


def _say(table: Table, period: str, month: Month, keys: list[Key]) -> None:
    """Append rows to raw as they came, one line for each page they came in."""
    by_page: dict[int, list[Document]] = defaultdict(list)
    pages = {}
    for page, row in (month.came[key] for key in keys):
        pages[id(page)] = page
        by_page[id(page)].append(row)
    if entries := [raw.series_json(rows, pages[n].fetched_at, pages[n].request) for n, rows in by_page.items()]:
        raw.append(table.store, table.source, table.endpoint, table.person, period, entries)


def _held(table: Table, period: str) -> tuple[dict[Key, Values], str | None]:
    stored = table.store.get(table.key(period))
    if stored is None:
        return {}, None
    data = read_table(table.key(period), stored.data)
    columns = [_plain(data, f) for f in arrow_schema(table.endpoint)]
    positions = _key_positions(table.endpoint)
    return {tuple(values[p] for p in positions): values for values in zip(*columns, strict=True)}, stored.etag


def _plain(data: pa.Table, column: pa.Field) -> Iterator[Any]:
    if column.name not in data.column_names:
        return iter([None] * data.num_rows)
    values = data.column(column.name)
    return iter((values.cast(pa.int64()) if pa.types.is_timestamp(column.type) else values).to_pylist())


def _arrow(endpoint: Endpoint, rows: dict[Key, Values]) -> pa.Table:
    schema = arrow_schema(endpoint)
    columns = zip(*(rows[key] for key in sorted(rows)), strict=True)
    return pa.table([_array(list(c), f) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _array(values: list[Any], column: pa.Field) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pa.array(values, pa.int64()).cast(column.type)
    return pa.array(values, column.type)


def _values(endpoint: Endpoint, row: Document, drift: set[Drift]) -> tuple[Key, Values]:
    fields, found = typed(endpoint, row)
    drift |= found
    values = tuple(_millis(v) if isinstance(v, datetime) else v for v in fields.values())
    return tuple(values[p] for p in _key_positions(endpoint)), values


def _millis(moment: datetime) -> int:
    return (moment.replace(tzinfo=UTC) - EPOCH) // MILLISECOND


def _key_positions(endpoint: Endpoint) -> list[int]:
    names = [f.name for f in endpoint.fields]
    return [names.index(name) for name in endpoint.key]
