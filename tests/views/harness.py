"""Runner of a view's given/expect test on DuckDB, over rows of the types that the upstream declares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import pytest
from oura_lake.query.duckdb_tables import columns_by_name, duckdb_type, quoted
from oura_lake.query.meanings import declared
from oura_lake.query.views import in_order, load_views, to_duckdb
from sqlglot import exp

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Test of a .yml; `where` narrows the rows compared."""

    view: str
    given: dict[str, list[Row]]
    expect: list[Row]
    where: str


@cache
def declaration(view: str) -> Mapping[str, Any]:
    """Read the .yml of a view."""
    return declared(view)


def cases() -> list[Any]:
    """Make every test of every view a pytest parameter."""
    return [
        pytest.param(Case(view, test["given"], test["expect"], test.get("where", "TRUE")), id=f"{view}-{name}")
        for view in load_views()
        for name, test in declaration(view)["tests"].items()
    ]


def actual(case: Case) -> list[Row]:
    """Rows of the view over the given ones."""
    connection = duckdb.connect()
    make(connection, case.view, case.given)
    relation = connection.sql(f"SELECT * FROM {case.view} WHERE {case.where} ORDER BY ALL")
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def make(connection: duckdb.DuckDBPyConnection, view: str, given: dict[str, list[Row]]) -> None:
    """Make the view and all views below it; fill what is given, and leave any other table empty."""
    views = {name: v for name, v in load_views().items() if name not in given}
    order = in_order(views, [view])
    for name in {*given, *(n for v in order for n in v.upstream)} - views.keys():
        types = upstream_types(name)
        connection.execute(f"CREATE TABLE {quoted(name)} ({', '.join(f'{quoted(c)} {t}' for c, t in types.items())})")
        for row in given.get(name, []):
            _insert(connection, name, types, ({"person": "me"} if "person" in types else {}) | row)
    for v in order:
        connection.execute(f"CREATE VIEW {quoted(v.name)} AS {to_duckdb(v.tree)}")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, types: dict[str, str], row: Row) -> None:
    if unknown := row.keys() - types.keys():
        raise KeyError(f"{name} has no column {', '.join(sorted(unknown))}")
    values = ", ".join(f"CAST(? AS {t})" for t in types.values())
    connection.execute(f"INSERT INTO {quoted(name)} SELECT {values}", [row.get(c) for c in types])


def upstream_types(name: str) -> dict[str, str]:
    """Columns of a table or view with DuckDB's types, as declared."""
    if name in columns_by_name():
        return {c.name: duckdb_type(c.type) for c in columns_by_name()[name]}
    return {c: from_trino(d["type"]) for c, d in declaration(name)["columns"].items()}


def from_trino(kind: str) -> str:
    """DuckDB's name of a Trino type."""
    return exp.DataType.build(kind, dialect="athena").sql(dialect="duckdb")


def agree(expected: list[Row], rows: list[Row]) -> bool:
    """Whether each expected row is one of the rows, in the columns it names, and no row remains."""
    left = list(rows)
    for want in expected:
        match = next((r for r in left if all(same(r[c], v) for c, v in want.items())), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def same(value: Any, wanted: Any) -> bool:
    """Whether two values are equal, a float to 1e-9."""
    return bool(value == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float) else wanted))
