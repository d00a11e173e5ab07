"""Rows of a given/expect test in Trino's SQL: a SELECT of literals, typed as the table declares."""

from collections.abc import Mapping
from typing import Any

from oura_lake.query.duckdb_tables import columns_by_name
from oura_lake.query.views import in_order, load_views
from sqlglot import exp
from views.harness import Case, declaration

Types = Mapping[str, exp.DataType]


def statement(case: Case) -> str:
    """Build a case as one query: the given rows and each view below it as a step, and a final SELECT."""
    views = {name: view for name, view in load_views().items() if name not in case.given}
    order = in_order(views, [case.view])
    tables = sorted({*case.given, *(n for v in order for n in v.upstream)} - views.keys())
    steps = [f'"{name}" AS ({_rows(name, case.given.get(name, []))})' for name in tables]
    steps += [f'"{view.name}" AS (\n{view.sql}\n)' for view in order]
    return f"WITH {', '.join(steps)}\nSELECT * FROM {case.view} WHERE {case.where}"


def types_of(name: str) -> Types:
    """Columns of a table or view with their types, as declared."""
    if name in columns_by_name():
        return {c.name: exp.DataType.build(c.hive, dialect="hive") for c in columns_by_name()[name]}
    return {c: exp.DataType.build(d["type"], dialect="athena") for c, d in declaration(name)["columns"].items()}


def literal(value: Any, kind: exp.DataType) -> str:
    """Literal of a .yml's value in Trino's type; a record lacks what is not named."""
    written = kind.sql(dialect="trino")
    if value is None:
        return f"CAST(NULL AS {written})"
    if kind.this is exp.DType.ARRAY:
        items = ", ".join(literal(item, kind.expressions[0]) for item in value)
        return f"CAST(ARRAY[{items}] AS {written})"
    if kind.this is exp.DType.STRUCT:
        fields = ", ".join(literal(value.get(f.name), f.args["kind"]) for f in kind.expressions)
        return f"CAST(ROW({fields}) AS {written})"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"CAST('{text.replace(chr(39), chr(39) * 2)}' AS {written})"


def _rows(name: str, rows: list[dict[str, Any]]) -> str:
    types = types_of(name)
    if unknown := {column for row in rows for column in row} - types.keys():
        raise KeyError(f"{name} has no column {', '.join(sorted(unknown))}")
    given = [_row(types, {"person": "me", **row}) for row in rows]
    return "\nUNION ALL ".join(given) if given else f"{_row(types, {})} WHERE FALSE"


def _row(types: Types, row: Mapping[str, Any]) -> str:
    return "SELECT " + ", ".join(f'{literal(row.get(name), kind)} AS "{name}"' for name, kind in types.items())
