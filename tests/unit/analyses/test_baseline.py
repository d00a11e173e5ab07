"""A person's usual value: from how many nights on there is one, when it is forgotten, when a new level is believed."""

from datetime import date, timedelta
from statistics import mean

import pytest
from oura_lake.analyses.baseline import Trailing

FIRST = date(2026, 1, 5)


def after(values: list[float], floor: float = 1.0) -> tuple[Trailing, date]:
    """A baseline after one value a day, and the day that comes next."""
    trailing = Trailing(floor)
    for n, value in enumerate(values):
        trailing.add(FIRST + timedelta(days=n), value)
    return trailing, FIRST + timedelta(days=len(values))


def calm(n: int) -> list[float]:
    """Nights around 50."""
    return [50.0 + (k % 3 - 1) * 0.5 for k in range(n)]


@pytest.mark.parametrize(("n", "is_known"), [(13, False), (14, True)])
def test_a_usual_value_takes_fourteen_nights(n, is_known) -> None:
    trailing, today = after(calm(n))
    assert (trailing.usual(today) is not None, trailing.n_nights(today)) == (is_known, n)


def test_a_night_leaves_the_baseline_after_the_window() -> None:
    trailing, _ = after(calm(56))
    assert trailing.n_nights(FIRST + timedelta(days=56)) == 56
    assert trailing.n_nights(FIRST + timedelta(days=57)) == 55


@pytest.mark.parametrize(("gap", "n"), [(28, 20), (29, 0)])
def test_after_a_long_gap_nobody_knows_what_is_usual(gap, n) -> None:
    trailing, today = after(calm(20))
    day = today - timedelta(days=1) + timedelta(days=gap)
    assert (trailing.n_nights(day), trailing.usual(day) is not None) == (n, bool(n))


def test_a_new_level_is_believed_on_the_sixteenth_of_its_nights_and_not_a_night_before_or_after() -> None:
    before, new = calm(30), [55.0] * 16
    early, today = after(before + new[:-1])
    assert early.n_nights(today) == 30 + 15
    trailing, today = after(before + new)
    assert trailing.n_nights(today) == 18
    assert trailing.usual(today).middle == pytest.approx(mean([*before[-2:], *new]), abs=1.0)


@pytest.mark.parametrize(("n_before", "n_left"), [(14, 18), (13, None)])
def test_a_new_level_is_believed_as_soon_as_fourteen_nights_stand_before_its_eighteen(n_before, n_left) -> None:
    trailing, today = after(calm(n_before) + [55.0] * 18)
    assert trailing.n_nights(today) == (n_left or n_before + 18)


def test_a_level_to_the_other_side_is_believed_too() -> None:
    trailing, today = after(calm(30) + [45.0] * 16)
    assert trailing.n_nights(today) == 18
