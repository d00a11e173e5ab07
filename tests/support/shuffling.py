"""Engine that answers in any order that a query leaves open, as DuckDB with several threads and Athena do."""

from random import Random
from typing import Any

import sqlglot
from oura_lake.query.model import Engine, Result
from sqlglot import exp


class Shuffled:
    """Rows of another engine; those that the ORDER BY leaves equal are in random order."""

    def __init__(self, engine: Engine, seed: int = 1) -> None:
        self._engine, self._random = engine, Random(seed)

    def query(self, sql: str) -> Result:
        """See Engine."""
        result = self._engine.query(sql)
        rows = list(result.rows)
        self._random.shuffle(rows)
        for position, is_descending in reversed(_keys(sql, result.columns)):
            rows.sort(key=lambda row, n=position: _rank(row[n]), reverse=is_descending)  # type: ignore[misc]
        return Result(columns=result.columns, rows=rows, bytes_scanned=result.bytes_scanned)


def _keys(sql: str, columns: tuple[str, ...]) -> list[tuple[int, bool]]:
    """Positions of the columns that order the whole answer, and which of them descend."""
    order = sqlglot.parse_one(sql, dialect="athena").args.get("order")
    if order is None:
        return []
    return [(_position(one.this, columns), bool(one.args.get("desc"))) for one in order.expressions]


def _position(key: exp.Expression, columns: tuple[str, ...]) -> int:
    return int(key.name) - 1 if isinstance(key, exp.Literal) else columns.index(key.name)


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)
