"""Analysis of a sleep debt: the mean of a week against the person's own usual mean."""

from typing import Any

import pytest
from support.illness_days import FIRST
from support.slow_kinds import N, alert_days, analyses_of, steady_days


@pytest.mark.parametrize(("nights", "found"), [(range(94, N), [99]), (range(95, N), []), ((93, *range(95, N)), [99])])
def test_a_week_of_an_hour_less_a_night_is_a_debt_whichever_nights_it_lies_in(
    nights: range | tuple[Any, ...], found: list[int]
) -> None:
    """With usually 7.5 hours, six nights of 75 minutes less are 7.5 hours less in a week, five are 6.25."""
    assert alert_days("short_sleep", steady_days(nights, sleep_h=6.25)) == found


def test_long_nights_are_no_debt_and_make_up_for_short_ones_of_the_same_week() -> None:
    assert alert_days("short_sleep", steady_days(range(80, N), sleep_h=10.0)) == []
    short, long = steady_days(range(96, N), sleep_h=4.0), steady_days(range(93, 96), sleep_h=10.0)
    assert alert_days("short_sleep", short)
    assert alert_days("short_sleep", [*long[:96], *short[96:]]) == []


@pytest.mark.parametrize(("n_nights", "is_judged"), [(4, False), (5, True)])
def test_a_week_is_judged_from_five_nights_on(n_nights: int, is_judged: bool) -> None:
    missing = steady_days(range(93, N - n_nights), sleep_h=None)
    assert (analyses_of("short_sleep", missing)[-1].day == missing[-1].day) == is_judged


def test_a_morning_without_a_night_of_its_own_has_no_finding() -> None:
    days = {(f.day - FIRST).days for f in analyses_of("short_sleep", steady_days((60, 70), sleep_h=None))}
    assert days == {*range(4, N)} - {60, 70}


def test_the_driver_is_the_mean_of_the_week() -> None:
    [driver] = analyses_of("short_sleep", steady_days((97, 98, 99), sleep_h=4.0))[-1].drivers
    assert driver.value == pytest.approx((4 * 7.5 + 3 * 4.0) / 7, abs=0.005)
