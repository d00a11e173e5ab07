"""Comparison of two engines' rows: exact, but for floats, which add up in another order: to 1e-9."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from oura_lake.query.model import Result

TOLERANCE = 1e-9  # relative, and absolute beside zero
Cells = Sequence[Any]


def difference(ours: Result, theirs: Result) -> str | None:
    """Return the first difference of two answers as a sentence; None if they have the same rows in any order."""
    if ours.columns != theirs.columns:
        return f"the columns are {ours.columns} and {theirs.columns}"
    if len(ours.rows) != len(theirs.rows):
        return f"there are {len(ours.rows)} and {len(theirs.rows)} rows"
    inexact = [any(_has_float(row[n]) for row in (*ours.rows, *theirs.rows)) for n in range(len(ours.columns))]
    for one, other in zip(_sorted(ours.rows, inexact), _sorted(theirs.rows, inexact), strict=True):
        for name, a, b in zip(ours.columns, one, other, strict=True):
            if not same(a, b):
                return f"{name} is {a!r} and {b!r} in {one} and {other}"
    return None


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal and of one type; floats to the tolerance."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


def _sorted(rows: Sequence[Cells], inexact: Sequence[bool]) -> list[Cells]:
    """Sort rows by their exact columns, then by the others, so that a rounding does not move a row."""
    order = sorted(range(len(inexact)), key=lambda n: inexact[n])
    return sorted(rows, key=lambda row: [leaf for n in order for leaf in _leaves(row[n])])


def _leaves(value: Any) -> Iterator[tuple[int, Any]]:
    """Parts of a value, each with a rank that separates what cannot be compared."""
    if isinstance(value, list):
        yield (3, len(value))
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif value is None:
        yield (0, 0)
    elif isinstance(value, (bool, int, float)):
        yield (1, value)
    else:
        yield (2, str(value))


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)
