"""Analysis of low recovery: HRV low by spreads and by share, on most of the last nights."""

import pytest
from support.slow_kinds import N, alert_days, analyses_of, steady_days


@pytest.mark.parametrize(("nights", "found"), [((97, 98, 99), []), ((96, 97, 98, 99), [99]), ((95, 96, 98, 99), [99])])
def test_four_of_the_last_five_nights_are_an_alert_and_three_are_not(nights: tuple[int, ...], found: list[int]) -> None:
    assert alert_days("low_recovery", steady_days(nights, hrv_rmssd_ms=40.0)) == found


@pytest.mark.parametrize(("hrv", "found"), [(54.8, []), (53.5, [98, 99])])
def test_eight_per_cent_less_are_the_least_that_counts_in_a_quiet_life(hrv: float, found: list[int]) -> None:
    """The spread of these nights is at its floor of 5 %, so that 1.25 spreads are 6 %."""
    quiet = steady_days(range(N), hrv_rmssd_ms=59.0)[:95] + steady_days(range(N), hrv_rmssd_ms=hrv)[95:]
    assert alert_days("low_recovery", quiet) == found


def test_a_high_hrv_is_no_low_recovery() -> None:
    assert alert_days("low_recovery", steady_days(range(80, N), hrv_rmssd_ms=100.0)) == []


def test_the_driver_is_shown_in_milliseconds() -> None:
    [driver] = analyses_of("low_recovery", steady_days(range(96, N), hrv_rmssd_ms=40.0))[-1].drivers
    assert (driver.signal, driver.value) == ("hrv_rmssd_ms", 40.0)
    assert driver.value < driver.low < driver.baseline < driver.high
