"""Engine: DuckDB over the Parquet objects of a store, for Athena's SQL."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Timer
from typing import Any

import duckdb
from sqlglot.errors import UnsupportedError

from oura_lake.errors import QueryFailed
from oura_lake.lake.changes import Change
from oura_lake.lake.keys import RAW_TABLE, stored_view_key
from oura_lake.lake.store import Store
from oura_lake.query.duckdb_connection import connected, spill_folder
from oura_lake.query.duckdb_tables import (
    TABLES,
    columns_by_name,
    declare,
    declare_raw,
    declare_stored,
    quoted,
)
from oura_lake.query.local_files import LocalObjects
from oura_lake.query.model import Limits, Result
from oura_lake.query.plain_values import json_value, number, plain_value
from oura_lake.query.statement import as_athena_types, local_names, no_column, of_any_depth, read_only
from oura_lake.query.stored_declaration import STORED, stored_columns
from oura_lake.query.stored_views import is_up_to_date
from oura_lake.query.views import View, in_order, load_views, relations, to_duckdb

UNKNOWN_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|not have a column named "([^"]+)"')
BY_ZERO = re.compile(r"Division by zero|value -?(inf|nan) can't be cast")
WITH_ZONE = "TIMESTAMP WITH TIME ZONE"
PLAIN_TYPES = {"VARCHAR", "INTEGER", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP", WITH_ZONE}
READERS: dict[str, Callable[[Any], Any]] = {"JSON": json_value, "DOUBLE": number, "FLOAT": number}


class DuckDBEngine:
    """DuckDB over one lake. A table or view is declared when a query first names it, and never listed again.

    DuckDB can read the objects of this lake and nothing else, whatever SQL it gets. With a `person` it reads the
    objects of that person alone. It uses the stored rows of a view where they are up to date, unless `uses_stored` is
    False.
    """

    def __init__(
        self,
        store: Store,
        views: Mapping[str, View] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        *,
        person: str | None = None,
        uses_stored: bool = True,
    ) -> None:
        self.limits = limits
        self._views = load_views() if views is None else views
        self._store, self._person = store, person
        self._objects = LocalObjects(store, person)
        self._has_stored: dict[str, bool] = {} if uses_stored else dict.fromkeys(self._views, False)
        self._declared: set[str] = set()
        self._connection = connected(self._objects.folder, limits, spill_folder(self) if limits.may_spill else "")

    @of_any_depth()
    def query(self, sql: str) -> Result:
        """Run one SELECT; raises QueryFailed, or UnreadableObject that names the damaged object."""
        statement = read_only(sql)
        local_names(statement, self.names)
        needed = relations(statement)
        try:
            self._declare(needed)
            typed = as_athena_types(statement, {name: self.columns(name) for name in needed})
            with self._in_time():
                return self._run(to_duckdb(typed))
        except UnsupportedError as error:
            raise QueryFailed(f"DuckDB cannot say this: {_sentence(error)}", "Ask the deployed lake instead") from error
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise self._over_the_limit(error) from error
        except duckdb.Error as error:
            self._raise_for_damage(needed)
            raise self._reason(error, needed) from error

    def refresh(self, person: str, changes: Sequence[Change] | None = None) -> bool:
        """Bring a person's stored views up to date; returns whether one was written.

        `changes` are those since the last refresh; None compares the versions of all objects. Raises QueryFailed,
        UnreadableObject, WriteConflict and StoreUnavailable.
        """
        from oura_lake.query.refresh import Refresher  # an engine that only reads needs no writer

        is_written = False
        for name in STORED:
            view, plain = self._views[name], partial(_without_stored, person, self.limits)
            done = Refresher(self._store, self._views, view, person, plain).run(changes)
            is_written |= done.is_written
            if self._person == person and name not in self._has_stored:
                self._has_stored[name] = done.data is not None
                self._objects.remember(stored_view_key(name, person), done.data)
        return is_written

    @property
    def names(self) -> set[str]:
        """All tables and views that a query may name."""
        return {*columns_by_name(), *self._views}

    def columns(self, name: str) -> dict[str, str]:
        """Columns of a table or view with DuckDB's types."""
        if name in self._views and (known := self._views[name].translated):
            return dict(known.columns)
        self._declare(frozenset({name}))
        rows = self._connection.execute(f"DESCRIBE {quoted(name)}").fetchall()
        return {row[0]: row[1] for row in rows}

    def _run(self, text: str) -> Result:
        answer = self._connection.execute(text)  # binds the statement once; a relation does so for each step
        names, types = zip(*((name, str(kind)) for name, kind, *_ in answer.description), strict=True)
        if WITH_ZONE in types:  # the driver wants pytz for these; the session's zone is UTC
            columns = (f"CAST(#{i} AS TIMESTAMP)" if t == WITH_ZONE else f"#{i}" for i, t in enumerate(types, 1))
            answer.abort()
            in_utc = self._connection.sql(text).project(", ".join(columns))
            answer = self._connection.execute(in_utc.sql_query())
        return Result(columns=names, rows=self._plain(answer, types))

    def _plain(self, answer: duckdb.DuckDBPyConnection, types: Sequence[str]) -> list[tuple[Any, ...]]:
        """Rows of an answer as `Result` promises them; raises QueryFailed for too many."""
        most = self.limits.rows
        if most is None:
            return _plain_rows(answer.fetchall(), types)
        rows = answer.fetchmany(most + 1)
        if len(rows) > most:
            raise QueryFailed(f"The query has more than {most:,} rows", "add a LIMIT, or allow more: --max-rows")
        return _plain_rows(rows, types)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Interrupt the query of the block when its time is over."""
        if self.limits.seconds is None:
            yield
            return
        timer = Timer(self.limits.seconds, self._connection.interrupt)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _over_the_limit(self, error: duckdb.Error) -> QueryFailed:
        if isinstance(error, duckdb.InterruptException):
            return QueryFailed(
                f"The query was ended after {self.limits.seconds:g} s",
                "narrow it by person or day, or allow more: --max-seconds",
            )
        allowed = f"{self.limits.gigabytes:g} GB" if self.limits.gigabytes else "this machine has"
        return QueryFailed(
            f"The query needs more memory than {allowed}", "narrow it by person or day, or allow more: --max-gb"
        )

    def _declare(self, needed: frozenset[str]) -> None:
        tables = sorted(self._tables_below(needed) - self._declared)
        for name in tables:  # DuckDB binds a view again for each view above it, down to the files: so none yet
            self._connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")  # left by a query that failed
            declare(self._connection, TABLES[name], [])
        if RAW_TABLE in self._with_upstream(needed) - self._declared:
            declare_raw(self._connection, self._objects.raw_files())
            self._declared.add(RAW_TABLE)
        for view in in_order(self._views, needed, self._is_stored):
            if view.name not in self._declared:
                self._declare_view(view)
                self._declared.add(view.name)
        for name in tables:
            if files := self._objects.files(TABLES[name]):
                self._connection.execute(f"DROP TABLE {quoted(name)}")
                declare(self._connection, TABLES[name], files)
            self._declared.add(name)

    def _declare_view(self, view: View) -> None:
        if self._is_stored(view):
            files = self._objects.stored(view.name)
            declare_stored(self._connection, view.name, stored_columns(view), view.columns, files)
        else:
            self._connection.execute(f"CREATE VIEW {quoted(view.name)} AS {view.in_duckdb}")

    def _is_stored(self, view: View) -> bool:
        """Whether a view is read from its stored rows: decided once, since another run may replace them."""
        if view.name not in STORED:
            return False
        if view.name not in self._has_stored:
            self._has_stored[view.name] = is_up_to_date(self._store, view, self._views, self._person)
        return self._has_stored[view.name]

    def _raise_for_damage(self, needed: frozenset[str]) -> None:
        self._objects.raise_for_damage(TABLES[name] for name in self._tables_below(needed))
        for view in in_order(self._views, needed, self._is_stored):
            if self._is_stored(view):
                self._objects.raise_for_damaged_rows(view.name)
        if RAW_TABLE in self._with_upstream(needed):
            self._objects.raise_for_damaged_lines()

    def _tables_below(self, needed: frozenset[str]) -> set[str]:
        return self._with_upstream(needed) & TABLES.keys() - self._views.keys()

    def _with_upstream(self, needed: frozenset[str]) -> set[str]:
        """Needed tables and views, and all that these views read."""
        views = in_order(self._views, needed, self._is_stored)
        return {*needed, *(name for view in views if not self._is_stored(view) for name in view.upstream)}

    def _reason(self, error: duckdb.Error, needed: frozenset[str]) -> QueryFailed:
        if BY_ZERO.search(str(error)):
            return QueryFailed(
                "The query divides by zero, or a number is too large for its type", "write x / NULLIF(y, 0)"
            )
        unknown = UNKNOWN_COLUMN.search(str(error))
        if not unknown:
            return QueryFailed(f"The query cannot run: {_sentence(error)}")
        return no_column(unknown[1] or unknown[2], {name: self.columns(name) for name in needed})


def _without_stored(person: str, limits: Limits, store: Store, views: Mapping[str, View]) -> DuckDBEngine:
    return DuckDBEngine(store, views, limits, person=person, uses_stored=False)


def _plain_rows(rows: list[tuple[Any, ...]], types: Sequence[str]) -> list[tuple[Any, ...]]:
    """Rows as `Result` promises them; most types are plain in the driver already."""
    readers = [None if t in PLAIN_TYPES else READERS.get(t, plain_value) for t in types]
    if not any(readers):
        return rows
    return [tuple(read(v) if read else v for v, read in zip(row, readers, strict=True)) for row in rows]


def _sentence(error: Exception) -> str:
    """First line of a DuckDB message, without the class that it begins with."""
    text = re.sub(r"^((\w+ )+Error: )+", "", str(error).partition("\n")[0]).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
