"""The analysis of strain: weeks' means apart from the band of the weeks before, under a load that explains them."""

from dataclasses import replace

import pytest
from benchmarks.kinds import raised_within
from oura_lake.analyses.model import NOT_ENOUGH_DATA, OK
from support.slow_kinds import N, alert_days, analyses_of, steady_days

LOW = {"hrv_rmssd_ms": 57.0}  # beyond the band, not so far that no second sign is needed
BAD = range(80, N)


def test_two_weeks_of_a_tenth_to_a_fifth_less_ln_rmssd_under_rising_load_raise_within_ten_days() -> None:
    assert raised_within(0.9, 10, range(20)) >= 0.6
    assert raised_within(0.8, 10, range(20)) >= 0.7


def test_a_low_hrv_is_strain_where_the_load_has_risen_or_the_heart_rate_is_up() -> None:
    assert alert_days("strain", steady_days(BAD, **LOW)) == []
    assert alert_days("strain", steady_days(BAD, **LOW, met_min=450.0))
    assert alert_days("strain", steady_days(BAD, **LOW, resting_heart_rate_bpm=55.0))


def test_far_below_the_band_no_second_sign_is_needed() -> None:
    assert alert_days("strain", steady_days(BAD, hrv_rmssd_ms=35.0))


def test_an_unusually_high_hrv_under_more_load_is_strain_too_but_only_after_two_weeks() -> None:
    high = {"hrv_rmssd_ms": 80.0, "met_min": 450.0}
    assert alert_days("strain", steady_days(range(80, 90), **high)) == []
    assert min(alert_days("strain", steady_days(BAD, **high))) >= 80 + 13


def test_a_week_of_little_load_is_no_strain_however_low_the_hrv() -> None:
    rested = steady_days(range(70, N), met_min=100.0)
    low = [replace(day, hrv_rmssd_ms=35.0) for day in rested[80:]]
    assert alert_days("strain", [*rested[:80], *low]) == []


def test_the_load_is_that_of_the_steps_where_no_met_minutes_are_known() -> None:
    calm, walked = steady_days(BAD, **LOW), steady_days(BAD, **LOW, steps=14_000.0)
    assert alert_days("strain", [replace(day, met_min=None) for day in calm]) == []
    assert alert_days("strain", [replace(day, met_min=None) for day in walked])


def test_a_verdict_takes_twenty_one_nights_of_the_band_and_says_how_many_there_are() -> None:
    findings = analyses_of("strain", steady_days()[:36])
    assert [(f.status, f.n_baseline_nights) for f in findings[33:]] == [(NOT_ENOUGH_DATA, 33), (OK, 21), (OK, 22)]


@pytest.mark.parametrize(("n_nights", "status"), [(3, NOT_ENOUGH_DATA), (4, OK)])
def test_a_week_is_judged_from_four_nights_on(n_nights, status) -> None:
    last = [*steady_days()[: N - 7], *steady_days()[N - n_nights :]]
    assert analyses_of("strain", last)[-1].status == status
