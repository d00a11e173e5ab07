"""Baseline of a person: the nights that it needs, the gaps that end it, and the new levels that it follows."""

from datetime import date, timedelta
from statistics import fmean, mean, median, pstdev

import pytest
from oura_lake.analyses.baseline import Trailing, Usual
from support.present import present

FIRST = date(2026, 1, 5)


def after(values: list[float], floor: float = 1.0) -> tuple[Trailing, date]:
    """Baseline after one value a day, and the next day."""
    trailing = Trailing(floor)
    for n, value in enumerate(values):
        trailing.add(FIRST + timedelta(days=n), value)
    return trailing, FIRST + timedelta(days=len(values))


def calm(n: int) -> list[float]:
    """Nights around 50."""
    return [50.0 + (k % 3 - 1) * 0.5 for k in range(n)]


@pytest.mark.parametrize(("n", "is_known"), [(13, False), (14, True)])
def test_a_usual_value_takes_fourteen_nights(n: int, is_known: bool) -> None:
    trailing, today = after(calm(n))
    assert (trailing.usual(today) is not None, trailing.n_nights(today)) == (is_known, n)


def test_a_night_leaves_the_baseline_after_the_window() -> None:
    trailing, _ = after(calm(56))
    assert trailing.n_nights(FIRST + timedelta(days=56)) == 56
    assert trailing.n_nights(FIRST + timedelta(days=57)) == 55


@pytest.mark.parametrize(("gap", "n"), [(28, 20), (29, 0)])
def test_after_a_long_gap_nobody_knows_what_is_usual(gap: int, n: int) -> None:
    trailing, today = after(calm(20))
    day = today - timedelta(days=1) + timedelta(days=gap)
    assert (trailing.n_nights(day), trailing.usual(day) is not None) == (n, bool(n))


def test_a_new_level_is_believed_on_the_sixteenth_of_its_nights_and_not_a_night_before_or_after() -> None:
    before, new = calm(30), [55.0] * 16
    early, today = after(before + new[:-1])
    assert early.n_nights(today) == 30 + 15
    trailing, today = after(before + new)
    assert trailing.n_nights(today) == 18
    assert present(trailing.usual(today)).middle == pytest.approx(mean([*before[-2:], *new]), abs=1.0)


@pytest.mark.parametrize(("n_before", "n_left"), [(14, 18), (13, None)])
def test_a_new_level_is_believed_as_soon_as_fourteen_nights_stand_before_its_eighteen(
    n_before: int, n_left: int | None
) -> None:
    trailing, today = after(calm(n_before) + [55.0] * 18)
    assert trailing.n_nights(today) == (n_left or n_before + 18)


def test_a_level_to_the_other_side_is_believed_too() -> None:
    trailing, today = after(calm(30) + [45.0] * 16)
    assert trailing.n_nights(today) == 18


def test_middle_and_spread_are_those_of_the_values_with_the_far_ones_pulled_in() -> None:
    values = [50.0, 51, 49, 52, 48, 50, 51, 49, 50, 53, 47, 50, 51, 49, 80, 20]
    trailing, today = after(values, floor=0.1)
    rough = 1.4826 * median(abs(v - median(values)) for v in values)
    near = [min(median(values) + 2 * rough, max(median(values) - 2 * rough, v)) for v in values]
    usual = present(trailing.usual(today))
    assert usual.n == 16
    assert [usual.middle, usual.spread] == pytest.approx([fmean(near), pstdev(near) / 0.88])
    assert usual.z(usual.middle + 3 * usual.spread) == pytest.approx(3.0)


def test_a_spread_is_never_below_the_floor_nor_are_values_pulled_in_closer() -> None:
    trailing, today = after([50.0] * 15 + [53.0], floor=1.0)
    usual = present(trailing.usual(today))
    assert [usual.middle, usual.spread] == pytest.approx([50.125, 1.0])


def test_the_error_of_a_deviation_falls_with_the_nights_that_are_worth_fewer_than_they_are() -> None:
    assert Usual(middle=0.0, spread=1.0, n=29).z_error == pytest.approx(1.05 / 11**0.5)
    assert Usual(middle=0.0, spread=9.0, n=58).z_error == pytest.approx(1.05 / 22**0.5)


def test_a_first_value_after_a_long_gap_is_the_first_again() -> None:
    for gap, n in ((28, 21), (29, 1)):
        trailing, today = after(calm(20))
        trailing.add(today - timedelta(days=1) + timedelta(days=gap), 50.0)
        assert trailing.n_nights(today + timedelta(days=gap)) == n


def test_fifteen_apart_to_one_side_and_three_to_the_other_are_no_new_level() -> None:
    trailing, today = after(calm(30) + [55.0] * 15 + [45.0] * 3)
    assert trailing.n_nights(today) == 48


@pytest.mark.parametrize(("level", "n_left"), [(51.2, 20), (51.0, 48)])
def test_a_new_level_lies_three_quarters_of_a_spread_from_the_old(level: float, n_left: int) -> None:
    """The spread is at its floor of 1.5, so that a difference of 1.125 makes a new level."""
    trailing, today = after([50.0] * 30 + [level] * 18, floor=1.5)
    assert trailing.n_nights(today) == n_left
