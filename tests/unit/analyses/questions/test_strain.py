"""Analysis of strain: weekly means outside the band of the weeks before, under a load that explains them."""

from dataclasses import replace
from datetime import date

import pytest
from benchmarks.kinds import raised_within
from oura_lake.analyses.model import NOT_ENOUGH_DATA, OK
from oura_lake.analyses.questions.strain import BAND, _lasts
from support.slow_kinds import N, alert_days, analyses_of, steady_days

LOW = {"hrv_rmssd_ms": 57.0}  # beyond the band, but near enough to need a second sign
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
def test_a_week_is_judged_from_four_nights_on(n_nights: int, status: str) -> None:
    last = [*steady_days()[: N - 7], *steady_days()[N - n_nights :]]
    assert analyses_of("strain", last)[-1].status == status


HRV = ("hrv_rmssd_ms", 57.0, 59.39, 57.2, 61.66, -0.82)
HEART_RATE, LOAD = (
    ("resting_heart_rate_bpm", 52.04, 52.04, 51.29, 52.79, 0.0),
    ("load_pct", 100.0, 100.0, 50.0, 110.0, 0.0),
)


@pytest.mark.parametrize(
    ("fields", "first", "shift", "drivers"),
    [
        (
            LOW | {"met_min": 450.0}, 91, 0.821,
            [HRV, HEART_RATE, ("load_pct", 140.0, 100.0, 50.0, 110.0, 4.0)],
        ),
        (
            LOW | {"resting_heart_rate_bpm": 55.0}, 91, 0.821,
            [HRV, ("resting_heart_rate_bpm", 54.8, 52.45, 51.57, 53.33, 2.0), LOAD],
        ),
        ({"hrv_rmssd_ms": 35.0}, 85, 2.0, [("hrv_rmssd_ms", 37.53, 55.39, 47.87, 64.1, -2.0), HEART_RATE, LOAD]),
    ],
    ids=["load", "heart rate", "far"],
)  # fmt: skip
def test_the_finding_of_a_night_is_what_it_was_when_the_method_was_measured(
    fields: dict[str, float], first: int, shift: float, drivers: list[tuple[object, ...]]
) -> None:
    """Golden values of strain-1; a change of them needs a new measurement (docs/explanation/alerts.md)."""
    history = steady_days(BAD, **fields)
    assert alert_days("strain", history) == [*range(first, N)]
    last = analyses_of("strain", history)[-1]
    assert (last.level, last.score, last.deviation, last.n_baseline_nights, last.coverage) == (
        "minor",
        shift,
        shift,
        42,
        1.0,
    )
    assert [(d.signal, d.value, d.baseline, d.low, d.high, d.z) for d in last.drivers] == drivers


def test_without_load_and_heart_rate_a_finding_has_a_third_of_its_coverage() -> None:
    bare = [replace(day, met_min=None, steps=None, resting_heart_rate_bpm=None) for day in steady_days()]
    last = analyses_of("strain", bare)[-1]
    assert (last.status, last.coverage, [d.signal for d in last.drivers]) == (OK, 0.33, ["hrv_rmssd_ms"])


@pytest.mark.parametrize(("load", "is_strained"), [(329.0, False), (331.0, True)])
def test_a_load_has_risen_from_a_tenth_more_on(load: float, is_strained: bool) -> None:
    assert bool(alert_days("strain", steady_days(BAD, **LOW, met_min=load)[:94])) is is_strained


@pytest.mark.parametrize("side", [1, -1])
def test_a_day_that_is_missing_is_not_beyond_a_threshold(side: int) -> None:
    today = date(2026, 8, 20).toordinal()
    beyond = {today - n: side * BAND for n in (0, 1, 2)}
    assert _lasts(beyond, today, side * BAND, 5, 3)
    del beyond[today - 1]
    assert not _lasts(beyond, today, side * BAND, 5, 3)
