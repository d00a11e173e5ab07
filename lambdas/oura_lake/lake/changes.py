"""Changes of a landing: which object was replaced, by which version, and on which days its rows differ.

An analysis that knows the changes reads only what they touch. Whoever does not know them compares versions instead, so
a lost change costs requests and never an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from oura_lake.lake.rows import Row
from oura_lake.sources.model import Endpoint


@dataclass(frozen=True, kw_only=True)
class Change:
    """Replacement of one object: its etags before (None: there was none) and after, its first and last changed day.

    The days are None for a table without days.
    """

    key: str
    before: str | None
    after: str
    first: date | None
    last: date | None


def change_of(key: str, before: str | None, after: str, days: Iterable[date | None]) -> Change:
    """Change of an object with rows of these days; one row without a day makes the days unknown."""
    every = set(days)
    dated = sorted(day for day in every if day is not None)
    first, last = (dated[0], dated[-1]) if dated and None not in every else (None, None)
    return Change(key=key, before=before, after=after, first=first, last=last)


def days_of_rows(endpoint: Endpoint, rows: Iterable[Row | None]) -> set[date | None]:
    """Days of some rows of a table of documents; None for a row without one."""
    return {row.get(endpoint.day) if endpoint.day else None for row in rows if row}


def as_json(change: Change) -> dict[str, Any]:
    """Change as plain values of JSON."""
    days = {"first": change.first, "last": change.last}
    plain = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"key": change.key, "before": change.before, "after": change.after, **plain}


def from_json(changes: object) -> list[Change]:
    """Read changes from their plain values; raises ValueError for anything else."""
    return msgspec.convert(changes, list[Change])
