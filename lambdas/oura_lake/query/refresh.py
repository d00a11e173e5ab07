"""Refresh of a stored view: its rows made again where a source changed, by the view's own SELECT.

With the changes of a landing only the touched days are made, from the objects that these days need, whatever the length
of the history and the number of persons. Without them the versions of all sources are compared. What does not fit the
known versions falls back to the comparison, and what the comparison cannot place to all days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from oura_lake.errors import WriteConflict
from oura_lake.lake.changes import Change
from oura_lake.lake.documents import TRIES
from oura_lake.lake.keys import checked_person, lake_key, parsed_key, stored_view_key
from oura_lake.lake.raw import of_each
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.query.day_span import Span, span_of
from oura_lake.query.duckdb_tables import TABLES
from oura_lake.query.model import Engine, Result
from oura_lake.query.stored_declaration import PERSON, Reach, reach_of
from oura_lake.query.stored_views import (
    MadeFrom,
    StoredRows,
    arrow_schema,
    differences,
    digest_of,
    encode,
    read_stored,
    version_of,
    versions,
)
from oura_lake.query.views import View, in_order

CALENDAR, ALL_DAYS = "calendar", "calendar_of_documents"
DAY = timedelta(days=1)
Sources = dict[str, dict[str, str]]
EngineOver = Callable[[Store, Mapping[str, View]], Engine]


@dataclass(frozen=True, kw_only=True)
class Update:
    """Days to make again (None: all), and the version that each source has by table and period."""

    days: Span | None
    sources: Sources


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """Result of a refresh: the object with the rows (None: there is none), and whether this run wrote it."""

    data: bytes | None
    is_written: bool


class _SourceChanged(Exception):
    """A source has another version than expected: another run landed something meanwhile."""


@dataclass(frozen=True)
class Refresher:
    """Refresh of one person's stored view; `engine_over` opens an engine over a store that uses no stored rows."""

    store: Store
    views: Mapping[str, View]
    view: View
    person: str
    engine_over: EngineOver

    def run(self, changes: Sequence[Change] | None) -> Refreshed:
        """Bring the rows up to date.

        `changes` are those since the last refresh, None if unknown. Raises QueryFailed, UnreadableObject,
        StoreUnavailable, and WriteConflict after 8 lost races.
        """
        key = stored_view_key(self.view.name, checked_person(self.person))
        for _ in range(TRIES):
            stored = read_stored(self.store, self.view.name, self.person)
            try:
                made = self._made(stored, changes)
                if made is None:
                    return Refreshed(data=stored.data if stored else None, is_written=False)
                self.store.put(key, made, replacing=stored.etag if stored else None)
            except WriteConflict:
                continue
            except _SourceChanged:
                changes = None
                continue
            return Refreshed(data=made, is_written=True)
        raise WriteConflict(f"Other writers kept changing {key} or its sources", "run it again when they are done")

    def _made(self, stored: StoredRows | None, changes: Sequence[Change] | None) -> bytes | None:
        """Make the object anew; None where it is up to date."""
        if stored is None or stored.made_from.digest != self._digest:
            sources = versions(self.store, self._tables, self.person)
            return self._whole(sources) if stored or any(sources.values()) else None
        update = (None if changes is None else self._known(stored, changes)) or self._compared(stored)
        if update.sources == stored.made_from.sources:
            return None
        made = self._spliced(stored, update.days, update.sources) if update.days else None
        return made or self._whole(update.sources)

    def _known(self, stored: StoredRows, changes: Iterable[Change]) -> Update | None:
        """Update by the changes of a landing; None where they do not follow the versions of the stored rows."""
        sources = {table: dict(of) for table, of in stored.made_from.sources.items()}
        days: Span | None = None
        for change in changes:
            parsed = parsed_key(change.key)
            if parsed is None or parsed.person != self.person or parsed.table not in sources:
                continue
            before, after = change.before and version_of(change.before), version_of(change.after)
            if stored.made_from.sources[parsed.table].get(parsed.period) == after:
                continue  # another run has seen this landing
            if sources[parsed.table].get(parsed.period) != before or change.first is None or change.last is None:
                return None
            sources[parsed.table][parsed.period] = after
            days = self._reached(parsed.table, Span(first=change.first, last=change.last)).hull(days)
        return Update(days=days, sources=sources)

    def _compared(self, stored: StoredRows) -> Update:
        """Update by the versions of all sources."""
        sources, days = versions(self.store, self._tables, self.person), None
        for table, period in differences(stored.made_from.sources, sources):
            span = span_of(period)
            if span is None:
                return Update(days=None, sources=sources)
            days = self._reached(table, span).hull(days)
        return Update(days=days, sources=sources)

    def _reached(self, table: str, span: Span) -> Span:
        """Days on which records of some days count."""
        return span.widened(self._reach.before, self._reach.after_of(table))

    def _spliced(self, stored: StoredRows, days: Span, sources: Sources) -> bytes | None:
        """Replace some days of the stored rows; None where their sources do not tell the first or last day."""
        days = _adjoining(stored, days)
        engine = self.engine_over(self._loaded(days, sources), self._of_days(stored, days))
        first_document, last_document = engine.query(f"SELECT MIN(day), MAX(day) FROM {ALL_DAYS}").rows[0]
        if first_document is None:
            return None
        made = self._rows(engine.query(self._select))
        others = stored.table.filter(_outside(stored.table["day"], days))
        has_earlier, has_later = _beyond(stored, days)
        if not has_earlier:
            others = others.filter(pc.greater_equal(others["day"], pa.scalar(first_document)))
        if not has_later:
            others = others.filter(pc.less_equal(others["day"], pa.scalar(last_document)))
        return self._encoded(pa.concat_tables([others, made]).sort_by("day"), sources)

    def _whole(self, sources: Sources) -> bytes:
        engine = self.engine_over(self.store, self.views)
        return self._encoded(self._rows(engine.query(self._select)), sources)

    def _encoded(self, rows: pa.Table, sources: Sources) -> bytes:
        return encode(rows, MadeFrom(digest=self._digest, sources=sources))

    def _rows(self, result: Result) -> pa.Table:
        return pa.Table.from_pylist(result.dicts(), schema=arrow_schema(self.view))

    def _of_days(self, stored: StoredRows, days: Span) -> Mapping[str, View]:
        """Limit the calendar of the views to these days, as far as the whole history has them."""
        has_earlier, has_later = _beyond(stored, days)
        first = f"DATE '{days.first}'" if has_earlier else f"GREATEST(MIN(day), DATE '{days.first}')"
        last = f"DATE '{days.last}'" if has_later else f"LEAST(MAX(day), DATE '{days.last}')"
        sql = f"""-- One row per day to make again.
            WITH ends AS (SELECT {first} AS first_day, {last} AS last_day, COUNT(*) AS n FROM {ALL_DAYS})
            SELECT '{self.person}' AS person, CAST(days.day AS date) AS day
            FROM ends CROSS JOIN UNNEST(SEQUENCE(first_day, last_day, INTERVAL '1' DAY)) AS days (day)"""
        return {**self.views, ALL_DAYS: replace(self.views[CALENDAR], name=ALL_DAYS), CALENDAR: View(CALENDAR, sql)}

    def _loaded(self, days: Span, sources: Sources) -> Store:
        """Read the objects that these days need; raises _SourceChanged where one has another version."""
        wanted = list(_needed(self._reach, days, sources))
        keys = [lake_key(TABLES[table], self.person, period) for table, period in wanted]
        found = of_each(keys, self.store.get)
        loaded = MemoryStore()
        for (table, period), key, stored in zip(wanted, keys, found, strict=True):
            if stored is None or version_of(stored.etag) != sources[table][period]:
                raise _SourceChanged
            loaded.objects[key] = stored.data
        return loaded

    @cached_property
    def _digest(self) -> str:
        return digest_of(self.views)

    @cached_property
    def _reach(self) -> Reach:
        return reach_of(self.view)

    @cached_property
    def _tables(self) -> list[str]:
        """Tables below the view."""
        read = {name for view in in_order(self.views, [self.view.name]) for name in view.upstream}
        return sorted(read - self.views.keys())

    @cached_property
    def _select(self) -> str:
        parts = (
            f"CAST({name} AS JSON) AS {name}" if kind.startswith("array") else name
            for name, kind in self.view.columns.items()
            if name != PERSON
        )
        return f"SELECT {', '.join(parts)} FROM {self.view.name} WHERE {PERSON} = '{self.person}' ORDER BY day"


def _needed(reach: Reach, days: Span, sources: Sources) -> Iterator[tuple[str, str]]:
    """Tables and periods of the objects whose records count on some days."""
    for table, periods in sources.items():
        records = days.widened(reach.after_of(table), reach.before)
        for period in periods:
            span = span_of(period)
            if span is None or (span.first <= records.last and span.last >= records.first):
                yield table, period


def _adjoining(stored: StoredRows, days: Span) -> Span:
    """Span that leaves no day between it and the stored days: the calendar has no holes."""
    if not (known := _days(stored.table)):
        return days
    return Span(first=min(days.first, known[1] + DAY), last=max(days.last, known[0] - DAY))


def _outside(day: pa.ChunkedArray, days: Span) -> pa.ChunkedArray:
    return pc.or_(pc.less(day, pa.scalar(days.first)), pc.greater(day, pa.scalar(days.last)))


def _beyond(stored: StoredRows, days: Span) -> tuple[bool, bool]:
    """Whether there are stored days before some days, and after them."""
    known = _days(stored.table)
    return bool(known) and known[0] < days.first, bool(known) and known[-1] > days.last


def _days(table: pa.Table) -> list[date]:
    """First and last day of some rows in order; none without a row."""
    column = table["day"]
    return [column[0].as_py(), column[-1].as_py()] if len(column) else []
