"""Analysis of strain by day: the minutes of complete days, on three of the last four."""

import pytest
from support.illness_days import FIRST
from support.slow_kinds import N, alert_days, analyses_of, steady_days


@pytest.mark.parametrize(("days", "found"), [((96, 97), []), ((95, 96, 97), [98]), ((95, 97, 98), [99])])
def test_three_of_the_last_four_days_that_are_over_are_an_alert(days: tuple[int, ...], found: list[int]) -> None:
    assert alert_days("day_strain", steady_days(days, stress_high_min=200.0)) == found


@pytest.mark.parametrize(("minutes", "found"), [(119.0, []), (125.0, [98])])
def test_an_hour_more_than_usual_is_the_least_that_counts(minutes: float, found: list[int]) -> None:
    """The spread of constant days is the floor of a quarter of an hour."""
    assert alert_days("day_strain", steady_days((95, 96, 97), stress_high_min=minutes)) == found


def test_the_minutes_of_today_are_not_heard() -> None:
    assert analyses_of("day_strain", steady_days((99,), stress_high_min=900.0)) == analyses_of(
        "day_strain", steady_days()
    )


def test_a_morning_after_a_day_without_minutes_has_no_finding() -> None:
    without = steady_days((50,), stress_high_min=None)
    found = {(f.day - FIRST).days for f in analyses_of("day_strain", without)}
    assert found == {*range(1, N)} - {51}


def test_the_shown_range_has_no_minutes_below_none() -> None:
    [driver] = analyses_of("day_strain", steady_days(range(N), stress_high_min=5.0))[-1].drivers
    assert (driver.low, driver.baseline, driver.high) == (0.0, 5.0, 35.0)
