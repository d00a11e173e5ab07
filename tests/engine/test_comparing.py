"""The comparison finds the differences that matter, and nothing else."""

from typing import Any

import pytest
from engine.comparing import difference
from oura_lake.query.model import Result


def an_answer(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("day", "hours")) -> Result:
    return Result(columns=columns, rows=list(rows))


ANSWER = an_answer(("a", 7.1), ("b", None), ("b", 6.5))


def test_rows_in_another_order_are_the_same() -> None:
    assert difference(ANSWER, an_answer(("b", 6.5), ("a", 7.1), ("b", None))) is None


def test_a_rounding_of_the_last_digit_changes_neither_value_nor_place() -> None:
    assert difference(an_answer(("a", 0.1 + 0.2), ("a", 0.3)), an_answer(("a", 0.3), ("a", 0.3))) is None


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (an_answer(("a", 7.1), ("b", None)), "3 and 2 rows"),
        (an_answer(("a", 7.1), ("b", None), ("b", 6.51)), "hours is 6.5 and 6.51"),
        (an_answer(("a", 7.1), ("b", 0.0), ("b", 6.5)), "hours is None and 0.0"),
        (an_answer(("a", 7.1), ("b", None), ("c", 6.5)), "day is 'b' and 'c'"),
        (an_answer(("a", 7.1), ("b", None), ("b", 6.5), columns=("day", "h")), "the columns are"),
    ],
)
def test_a_difference_is_named(other: Result, named: str) -> None:
    assert named in str(difference(ANSWER, other))


@pytest.mark.parametrize(("ours", "theirs"), [(7, 7.0), (True, 1), ([1.0], [1.0, None]), ({"z": 1.0}, {"z": 1.1})])
def test_another_type_or_another_part_is_another_value(ours: object, theirs: object) -> None:
    assert difference(an_answer(("a", ours)), an_answer(("a", theirs)))
