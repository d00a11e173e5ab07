"""The engine's protocol, and the result of a query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from oura_lake.lake.changes import Change


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of a query: its seconds, its memory in GB and its rows; None leaves the engine's own limit.

    A query beyond one of them fails: an answer is whole or an error. With `may_spill`, rows beyond the memory go to a
    temporary folder of the process, which its owner alone may enter; without it, no row leaves the memory.
    """

    seconds: float | None = None
    gigabytes: float | None = None
    rows: int | None = None
    may_spill: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer of a query: column names in order, rows as tuples, bytes read where the engine counts them.

    A cell is a plain Python value, and every engine gives the same one:

    - None for NULL and NaN.
    - bool, int, float, str and date. A decimal is a float. A value of any other type is its text.
    - datetime without a zone. A timestamp with a time zone is in UTC.
    - list and dict of such values for a column of the type JSON: `CAST(tags AS JSON) AS tags`.
    - list for an array. Athena gives its items without their types, so an item that looks like a number is a float.

    A query that needs the types of an array's items casts the array to JSON.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    bytes_scanned: int | None = None

    def dicts(self) -> list[dict[str, Any]]:
        """Rows as dictionaries by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Engine(Protocol):
    """An engine for SQL in Athena's dialect over the tables and views of one lake."""

    def query(self, sql: str) -> Result:
        """Run one SELECT; raises QueryFailed with the engine's reason in one sentence."""
        ...


class StoringEngine(Engine, Protocol):
    """An engine of a run that may write: it keeps the stored rows of a person's views up to date."""

    def refresh(self, person: str, changes: Sequence[Change] | None = None) -> bool:
        """Bring the stored rows up to date; returns whether any were written. Raises QueryFailed and StoreError.

        `changes` are those of the landings since the last refresh; None: unknown.
        """
        ...
