"""Explanation of a query: the bytes that Athena would read, and the price.

Each view is replaced by its SELECT down to the tables, a stored view by the table of its rows. The columns that the
query does not need are dropped, as Athena's planner does. A part that a query names twice is read twice: Trino replaces
each name of a WITH by its SELECT. The bytes are those of the needed columns of all objects of a table, as the objects'
own footers give them: a filter on person or day reads less.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from oura_lake.errors import QueryFailed
from oura_lake.lake.keys import RAW_TABLE, STORED_VIEW, stored_view_table
from oura_lake.lake.store import Store
from oura_lake.query.duckdb_tables import TABLES, columns_by_name
from oura_lake.query.local_files import LocalObjects
from oura_lake.query.statement import local_columns, local_names, of_any_depth, read_only
from oura_lake.query.stored_declaration import STORED, deployed
from oura_lake.query.views import DIALECT, View

USD_PER_BYTE = 5 / 1e12  # Athena's price in us-east-1 and most regions (docs/reference/costs.md)
LEAST_BYTES = 10_000_000  # Athena charges at least these for any query

Scan = tuple[str, frozenset[str]]
"""A table and the columns that one scan reads of it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Reading of one table: its scans, objects and columns, and the most bytes that all scans together read."""

    table: str
    n_scans: int
    n_objects: int
    n_columns: int
    n_bytes: int


@of_any_depth()
def reading(sql: str, store: Store, views: Mapping[str, View]) -> list[Reading]:
    """List the readings of a SELECT, the most bytes first. Raises QueryFailed and StoreUnavailable."""
    objects = LocalObjects(store)
    by_table: dict[str, Counter[frozenset[str]]] = {}
    for (table, columns), n in scans(sql, views).items():
        by_table.setdefault(table, Counter())[columns] += n
    raw_scans = by_table.pop(RAW_TABLE, None)
    stored = {stored_view_table(view): objects.stored(view) for view in STORED}
    read = [
        _reading(table, stored[table] if table in stored else objects.files(TABLES[table]), scans)
        for table, scans in by_table.items()
    ]
    read += [_raw_reading(objects.raw_files(), raw_scans)] if raw_scans else []
    return sorted(read, key=lambda r: (-r.n_bytes, r.table))


def price_usd(n_bytes: int) -> float:
    """Athena's price of a query that reads so many bytes: $5 for a TB, for 10 MB at least."""
    return max(n_bytes, LEAST_BYTES) * USD_PER_BYTE


def scans(sql: str, views: Mapping[str, View]) -> Counter[Scan]:
    """Count the scans of each table by a SELECT, by the columns that each reads; raises QueryFailed."""
    statement = read_only(sql)
    queries = {name: _query(deployed(view)) for name, view in views.items()}
    tables = _tables(views)
    local_names(statement, {*tables, *queries})
    local_columns(statement, tables | {name: query.named_selects for name, query in queries.items()})
    schema: dict[str, object] = {name: dict.fromkeys(of, "varchar") for name, of in tables.items()}
    try:
        tree: exp.Expr = exp.expand(statement, {**queries}, dialect=DIALECT)
        tree = qualify(tree, schema=schema, dialect=DIALECT, quote_identifiers=False, validate_qualify_columns=False)
        root = build_scope(pushdown_projections(tree))
    except SqlglotError as error:
        raise QueryFailed(
            "The bytes that this query reads cannot be counted beforehand", "run it without --explain"
        ) from error
    return _of(root, {}) if root else Counter()


def _tables(views: Mapping[str, View]) -> dict[str, list[str]]:
    """Columns of each table of the deployed lake, those with the rows of stored views too."""
    stored = {stored_view_table(name): list(view.columns) for name, view in views.items() if name in STORED}
    return {name: [c.name for c in of] for name, of in columns_by_name().items()} | stored


def _query(view: View) -> exp.Query:
    if not isinstance(view.body_tree, exp.Query):
        raise QueryFailed(f"{view.name}.sql in athena/ is no SELECT", "mend it")
    return view.body_tree


def _of(scope: Scope, known: dict[int, Counter[Scan]]) -> Counter[Scan]:
    """Count the scans below a part of a query, each as often as the query names it."""
    if id(scope) not in known:
        found: Counter[Scan] = Counter()
        for alias, (_, source) in scope.selected_sources.items():
            if isinstance(source, Scope):
                found += _of(source, known)
            elif source.name in columns_by_name() or source.name.startswith(STORED_VIEW):
                found[source.name, frozenset(c.name for c in scope.source_columns(alias))] += 1
        for part in (*scope.set_operation_scopes, *scope.subquery_scopes):
            found += _of(part, known)
        known[id(scope)] = found
    return known[id(scope)]


def _reading(table: str, files: list[Path], scans: Counter[frozenset[str]]) -> Reading:
    sizes: Counter[str] = Counter()
    for file in files:
        sizes += _column_bytes(file)
    return Reading(
        table=table,
        n_scans=scans.total(),
        n_objects=len(files),
        n_columns=len(frozenset().union(*scans) & sizes.keys()),
        n_bytes=sum(n * sizes[column] for columns, n in scans.items() for column in columns),
    )


def _raw_reading(files: list[Path], scans: Counter[frozenset[str]]) -> Reading:
    """Count a reading of raw lines: a scan reads their text whole, whatever columns it needs."""
    return Reading(
        table=RAW_TABLE,
        n_scans=scans.total(),
        n_objects=len(files),
        n_columns=len(frozenset().union(*scans)),
        n_bytes=scans.total() * sum(file.stat().st_size for file in files),
    )


def _column_bytes(file: Path) -> Counter[str]:
    """Compressed bytes of each column of an object."""
    footer, sizes = pq.read_metadata(file), Counter[str]()
    for group in (footer.row_group(i) for i in range(footer.num_row_groups)):
        for chunk in (group.column(i) for i in range(group.num_columns)):
            sizes[chunk.path_in_schema.partition(".")[0]] += chunk.total_compressed_size
    return sizes
