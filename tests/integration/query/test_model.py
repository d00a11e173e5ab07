"""A cell of each declared type has the same plain value over both engines."""

from datetime import date, datetime
from typing import Any

import pytest
from moto.athena.models import QueryResults, athena_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from oura_lake.lake.store import MemoryStore
from oura_lake.query.athena import AthenaEngine
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.duckdb_tables import DUCKDB
from oura_lake.query.model import Engine

NOON = datetime.fromisoformat("2026-11-22 12:30")
# The SQL, Athena's name of its type, the text that Athena gives, and the value.
CELLS: dict[str, tuple[str, str, str, Any]] = {
    "string": ("'5'", "varchar", "5", "5"),
    "int": ("CAST(5 AS integer)", "integer", "5", 5),
    "bigint": ("CAST(5000000000 AS bigint)", "bigint", "5000000000", 5_000_000_000),
    "double": ("CAST(7.25 AS double)", "double", "7.25", 7.25),
    "boolean": ("TRUE", "boolean", "true", True),
    "date": ("DATE '2026-11-22'", "date", "2026-11-22", date(2026, 11, 22)),
    "timestamp": ("TIMESTAMP '2026-11-22 12:30:00'", "timestamp", "2026-11-22 12:30:00.000", NOON),
    "timestamp with a zone": (
        "FROM_ISO8601_TIMESTAMP('2026-11-22T14:30:00+02:00')",
        "timestamp with time zone",
        "2026-11-22 12:30:00.000 UTC",
        NOON,
    ),
    "decimal": ("CAST(1.25 AS decimal(4, 2))", "decimal", "1.25", 1.25),
    "nan": ("CAST('NaN' AS double)", "double", "NaN", None),
    "array<string>": ("ARRAY['alcohol', 'nap']", "array", "[alcohol, nap]", ["alcohol", "nap"]),
    "array<double>": ("ARRAY[CAST(52 AS double), NULL]", "array", "[52.0, null]", [52.0, None]),
    "array<string> as JSON": ("CAST(ARRAY['5', 'a, b'] AS JSON)", "json", '["5","a, b"]', ["5", "a, b"]),
    "struct as JSON": ('JSON_PARSE(\'{"z": 1.5, "n": null}\')', "json", '{"z":1.5,"n":null}', {"z": 1.5, "n": None}),
}


def prepared(kind: str, *texts: str | None) -> None:
    """Let the simulated Athena give these cells of one type next."""
    rows: list[dict[str, Any]] = [{"Data": [{} if text is None else {"VarCharValue": text}]} for text in ("x", *texts)]
    info: list[dict[str, Any]] = [{"Name": "x", "Type": kind, "Precision": 4, "Scale": 2}]
    answer = QueryResults(rows=rows, column_info=info)
    athena_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].query_results_queue.append(answer)


def cells(engine: Engine, sql: str) -> list[tuple[Any, type]]:
    """List the values of the one column, with their types."""
    return [(value, type(value)) for (value,) in engine.query(sql).rows]


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_the_same_plain_value_over_both_engines(name: str, athena: AthenaEngine) -> None:
    sql, kind, text, value = CELLS[name]
    prepared(kind, text)
    expected = [(value, type(value))]
    assert cells(athena, f"SELECT {sql} AS x") == expected
    assert cells(DuckDBEngine(MemoryStore()), f"SELECT {sql} AS x") == expected


@pytest.mark.parametrize("name", CELLS)
def test_nothing_is_none_over_both_engines(name: str, athena: AthenaEngine) -> None:
    sql, kind, text, value = CELLS[name]
    prepared(kind, None, text)
    expected = [(None, type(None)), (value, type(value))]
    assert cells(athena, "SELECT x") == expected
    either = f"SELECT IF(n = 2, {sql}) AS x FROM UNNEST(ARRAY[1, 2]) AS t (n) ORDER BY n"
    assert cells(DuckDBEngine(MemoryStore()), either) == expected


def test_every_declared_type_is_tried() -> None:
    assert DUCKDB.keys() <= CELLS.keys()
