"""Landing of time series: like documents, a column at a time.

A row has no revision and no bookkeeping: a month of heart rate is tens of thousands of rows, and the merge uses their
keys and values alone. A row with other values than the stored row of the same key replaces it: of two raw objects the
one named after the later time counts. A row that an answer no longer contains stays (docs/adr/README.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial, reduce
from itertools import groupby
from operator import or_
from typing import Any

import pyarrow as pa

from oura_lake.errors import WriteConflict, caught
from oura_lake.lake import raw
from oura_lake.lake.changes import change_of
from oura_lake.lake.documents import TRIES, Document, Landed, Table, lost_race, set_aside, why
from oura_lake.lake.drift import Drift, DriftKind
from oura_lake.lake.keys import period_of
from oura_lake.lake.parquet import read_table, seen_by, write_table
from oura_lake.lake.placing import obstacles
from oura_lake.lake.raw import Line
from oura_lake.lake.rows import Key, in_order, listed, typed_column, unknown, unlisted
from oura_lake.lake.schema import arrow_schema
from oura_lake.lake.unmerged import UnmergedRaw, not_before, recent
from oura_lake.sources.ddl import Column, Scalar
from oura_lake.sources.model import Endpoint

DAY_MS = 86_400_000
Values = tuple[Any, ...]
"""A row's values in the order of the table's columns; instants are milliseconds since 1970, UTC."""


@dataclass(frozen=True, kw_only=True)
class SeriesPage:
    """Rows of one answer, with the time and the text of the request."""

    rows: list[Document]
    fetched_at: datetime
    request: str


Rows = dict[Key, Values]


@dataclass(frozen=True, kw_only=True)
class StoredMonth:
    """One object at the time of its reading, and the times of the recent raw objects that it contains."""

    key: str
    rows: Rows = field(default_factory=dict)
    data: bytes = b""
    etag: str | None = None
    seen: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Month:
    """Fetched rows of one partition: the values by key, and each page with its rows' keys."""

    parsed: Rows = field(default_factory=dict)
    pages: list[tuple[SeriesPage, list[Key]]] = field(default_factory=list)


def land_series(table: Table, pages: Iterable[SeriesPage], *, newest_day: date | None = None) -> Landed:
    """Merge pages of rows into their months; raises like `documents.land`."""
    landed = Landed()
    months: dict[str, Month] = defaultdict(Month)
    obstacle = obstacles(table.endpoint, newest_day)
    for page in pages:
        reasons = [obstacle(row) for row in page.rows]
        for row, reason in zip(page.rows, reasons, strict=True):
            if reason:
                set_aside(table, Line(document=row, fetched_at=page.fetched_at, request=page.request), reason, landed)
        rows = [row for row, reason in zip(page.rows, reasons, strict=True) if not reason]
        landed.drift |= unknown(table.endpoint, set().union(*rows))
        for period, members in groupby(rows, key=partial(period_of, table.endpoint)):
            _collect_what_can_be(table, months[period], replace(page, rows=list(members)), landed)
    for period, month in sorted(months.items()):
        landed.add(_land_month(table, period, month))
    return landed


def month_of(endpoint: Endpoint, entries: Iterable[dict[str, Any]], seen: Iterable[str]) -> bytes:
    """Make the object of the lines of one month, the later over the earlier."""
    return write_table(endpoint, _arrow(endpoint, _parsed_entries(endpoint, entries)), seen)


def _collect_what_can_be(table: Table, month: Month, page: SeriesPage, landed: Landed) -> None:
    """Collect a page; if that raises, collect each row alone, and set aside those that raise again."""
    with caught() as found:
        _collect(table.endpoint, month, page, landed.drift)
    if not found.error:
        return
    for row in page.rows:
        with caught() as found:
            _collect(table.endpoint, month, replace(page, rows=[row]), landed.drift)
        if found.error:
            line = Line(document=row, fetched_at=page.fetched_at, request=page.request)
            set_aside(table, line, why(found.error), landed)


def _collect(endpoint: Endpoint, month: Month, page: SeriesPage, drift: set[Drift]) -> None:
    columns = [_parsed(c, [row.get(c.name) for row in page.rows], drift) for c in endpoint.fields]
    for name, values in zip((c.name for c in endpoint.fields), columns, strict=True):
        if name in listed(endpoint):
            drift |= unlisted(endpoint, name, values)
    keys = list(zip(*(columns[p] for p in _key_positions(endpoint)), strict=True))
    month.parsed.update(zip(keys, zip(*columns, strict=True), strict=True))
    month.pages.append((page, keys))


def _parsed(column: Column, texts: list[Any], drift: set[Drift]) -> list[Any]:
    if column.type == Scalar("timestamp"):
        return [_millis(column.name, text, drift) for text in texts]
    return typed_column(column, texts, drift)


def _land_month(table: Table, period: str, month: Month) -> Landed:
    unmerged: UnmergedRaw[Rows] = UnmergedRaw(table, period, partial(_parsed_entries, table.endpoint))
    stored, unwritten = _stored_month(table, period), dict(month.parsed)
    landed, before = Landed(), stored.rows.keys()
    for _ in range(TRIES):
        keys = _looked_up(table, unmerged, stored, month, unwritten)
        unseen = unmerged.parsed_beyond(keys, stored.seen)
        n_written = len(month.parsed) - len(unwritten)
        merged = _laid_over(stored.rows, unseen)
        n_new = len(merged.keys() - before)
        landed.n_new, landed.n_revised = n_new, max(n_written - n_new, 0)
        landed.n_unchanged = len(month.parsed) - n_written
        if not unseen:
            return landed
        landed.n_objects = 1  # also if the refused write was stored after all
        made = write_table(table.endpoint, _arrow(table.endpoint, merged), recent(keys), among=stored.data)
        try:
            etag = table.store.put(stored.key, made, replacing=stored.etag)
        except WriteConflict:
            stored = _stored_month(table, period)
            continue
        days = _days(table.endpoint, unseen)
        landed.changes.append(change_of(stored.key, stored.etag, etag, days))
        return landed
    raise lost_race(table, period)


def _looked_up(
    table: Table, unmerged: UnmergedRaw[Rows], stored: StoredMonth, month: Month, unwritten: Rows
) -> list[str]:
    """List the recent raw objects after the append of news; none if a look at raw is not needed."""
    if not (unmerged.own or table.is_thorough or _news(stored.rows, unwritten)):
        return []
    keys = unmerged.keys(stored.seen)
    if fresh := _news(_laid_over(stored.rows, unmerged.parsed_beyond(keys, stored.seen)), unwritten):
        entries = _entries(month, fresh)
        moment = not_before(stored.seen, datetime.fromisoformat(entries[0]["fetched_at"]))
        keys.append(unmerged.append_lines(entries, {key: unwritten.pop(key) for key in fresh}, moment))
    return keys


def _days(endpoint: Endpoint, unseen: list[Rows]) -> set[date | None]:
    """UTC days of the merged rows; None for a row of an earlier version without an instant."""
    at = [f.name for f in endpoint.fields].index(endpoint.instant)
    instants = (values[at] for rows in unseen for values in rows.values())
    whole = {None if ms is None else ms // DAY_MS for ms in instants}  # days, not the instants: a month has 40,000
    return {None if n is None else date(1970, 1, 1) + timedelta(days=n) for n in whole}


def _news(rows: Rows, fetched: Rows) -> set[Key]:
    return {key for key, values in fetched.items() if rows.get(key) != values}


def _laid_over(rows: Rows, unseen: list[Rows]) -> Rows:
    """Merge unmerged rows over the stored ones, in order."""
    return reduce(or_, unseen, rows)


def _entries(month: Month, keys: set[Key]) -> list[dict[str, Any]]:
    """Make the raw lines of the rows of these keys, one for each page."""
    entries = []
    for page, page_keys in month.pages:
        if rows := [row for key, row in zip(page_keys, page.rows, strict=True) if key in keys]:
            entries.append(raw.series_json(rows, page.fetched_at, page.request))
    return entries


def _parsed_entries(endpoint: Endpoint, entries: Iterable[dict[str, Any]]) -> Rows:
    """Parse the rows of raw lines, the later over the earlier."""
    month = Month()
    for entry in entries:
        page = SeriesPage(rows=entry["rows"], fetched_at=datetime.fromisoformat(entry["fetched_at"]), request="")
        _collect(endpoint, month, page, set())
    return month.parsed


def _stored_month(table: Table, period: str) -> StoredMonth:
    key = table.key(period)
    stored = table.store.get(key)
    if stored is None:
        return StoredMonth(key=key)
    data = read_table(key, stored.data)
    columns = [_plain(data, f) for f in arrow_schema(table.endpoint)]
    positions = _key_positions(table.endpoint)
    rows = {tuple(values[p] for p in positions): values for values in zip(*columns, strict=True)}
    return StoredMonth(key=key, rows=rows, data=stored.data, etag=stored.etag, seen=seen_by(stored.data, key))


def _plain(data: pa.Table, column: pa.Field) -> Iterator[Any]:
    if column.name not in data.column_names:
        return iter([None] * data.num_rows)
    values = data.column(column.name)
    return iter((values.cast(pa.int64()) if pa.types.is_timestamp(column.type) else values).to_pylist())


def _arrow(endpoint: Endpoint, rows: Rows) -> pa.Table:
    schema = arrow_schema(endpoint)
    columns = zip(*(rows[key] for key in in_order(rows)), strict=True)
    return pa.table([_array(list(c), f) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _array(values: list[Any], column: pa.Field) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pa.array(values, pa.int64()).cast(column.type)
    return pa.array(values, column.type)


def _millis(name: str, text: Any, drift: set[Drift]) -> int | None:
    """Parse an ISO instant as milliseconds since 1970; a text without a zone counts as UTC, any other value is NULL."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        if text is not None:
            drift.add(Drift(name, DriftKind.TYPE))
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


@cache
def _key_positions(endpoint: Endpoint) -> list[int]:
    names = [f.name for f in endpoint.fields]
    return [names.index(name) for name in endpoint.key]
