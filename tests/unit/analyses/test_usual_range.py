"""There is one usual range: the findings of the illness warning show the same as every other place."""

import random
from dataclasses import replace
from datetime import timedelta
from math import log
from typing import Any

import pytest
from benchmarks.kinds import a_life
from benchmarks.people import Life
from oura_lake.analyses.baseline import Usual
from oura_lake.analyses.questions import illness
from oura_lake.analyses.signals import (
    HIGH_STRAIN,
    HRV,
    OF_ILLNESS,
    READINESS,
    RESTING_HEART_RATE,
    STEPS,
    TEMPERATURE,
)
from oura_lake.analyses.usual_range import Past, driver_of, past_of, ranges
from support.illness_days import calm_days
from support.present import present


def a_history(seed: int) -> list[Any]:
    """Days of two thirds of a year with an illness, a tenth of them missing."""
    rng = random.Random(seed)
    return [d for d in a_life(Life(nights=240, onset=170), seed=seed) if rng.random() > 0.1]


def with_new_ring(days: list[Any]) -> list[Any]:
    return [replace(d, is_new_ring=n == 100) for n, d in enumerate(days)]


def with_new_algorithm(days: list[Any]) -> list[Any]:
    return [replace(d, sleep_algorithm_version="v2" if n > 90 else "v1") for n, d in enumerate(days)]


def with_a_long_gap(days: list[Any]) -> list[Any]:
    return [*days[:80], *days[115:]]


def with_weeks_of_fever(days: list[Any]) -> list[Any]:
    return [
        replace(d, temperature_deviation_c=1.3, resting_heart_rate_bpm=66.0) if 120 < n < 140 else d
        for n, d in enumerate(days)
    ]


@pytest.mark.parametrize("changed", [list, with_new_ring, with_new_algorithm, with_a_long_gap, with_weeks_of_fever])
@pytest.mark.parametrize("seed", [3, 4])
def test_the_range_of_a_day_is_the_one_that_the_illness_warning_shows(changed: Any, seed: int) -> None:
    days = changed(a_history(seed))
    findings = illness.analyse(days)
    past, n_shown = past_of(findings, days), 0
    for signal in OF_ILLNESS:
        values = {d.day: value for d in days if (value := signal.read(d)) is not None}
        usual = ranges(signal, values, past)
        for finding in findings:
            for driver in (d for d in finding.drivers if d.signal == signal.column):
                shown = usual[finding.day - signal.lag_days * timedelta(days=1)]
                assert (shown.low, shown.middle, shown.high) == (driver.low, driver.baseline, driver.high)
                assert round(present(shown.z), 2) == driver.z
                n_shown += 1
    assert n_shown > 300


@pytest.mark.parametrize("changed", [list, with_new_ring, with_a_long_gap, with_weeks_of_fever])
@pytest.mark.parametrize("signal", [RESTING_HEART_RATE, STEPS])
def test_the_ranges_since_a_day_are_the_last_of_all_ranges(changed: Any, signal: Any) -> None:
    days = changed(a_history(5))
    past = past_of(illness.analyse(days), days)
    values = {d.day: value for d in days if (value := signal.read(d)) is not None}
    every = ranges(signal, values, past)
    since = days[150].day
    late = {day: usual for day, usual in every.items() if day >= since}
    assert 0 < len(late) < len(every)
    assert ranges(signal, values, past, since) == late


def test_a_level_that_drifts_has_the_same_late_ranges_without_the_early_ones() -> None:
    days = calm_days(260)
    drifting = {d.day: 50 + n * 0.02 + (n % 3 - 1) * 0.8 for n, d in enumerate(days)}
    since, every = days[200].day, ranges(RESTING_HEART_RATE, drifting, past_of([]))
    assert ranges(RESTING_HEART_RATE, drifting, past_of([]), since) == {d: u for d, u in every.items() if d >= since}


def test_thirteen_nights_are_no_range_and_fourteen_are() -> None:
    days = calm_days(15)
    values = {d.day: present(d.resting_heart_rate_bpm) for d in days}
    usual = ranges(RESTING_HEART_RATE, values, past_of([], days))
    assert list(usual) == [days[14].day]
    assert usual[days[14].day].n == 14


def test_the_day_itself_is_not_in_its_own_range() -> None:
    days = calm_days(30)
    calm = {d.day: present(d.resting_heart_rate_bpm) for d in days}
    ends = [
        ranges(RESTING_HEART_RATE, calm | {days[-1].day: last}, past_of([], days))[days[-1].day]
        for last in (52.0, 90.0)
    ]
    assert (ends[0].low, ends[0].high) == (ends[1].low, ends[1].high)


def test_without_values_there_is_no_range() -> None:
    assert ranges(TEMPERATURE, {}, past_of([])) == {}


def test_no_range_goes_beyond_what_the_signal_can_be() -> None:
    days = calm_days(40)
    values = {d.day: 92.0 + 3.0 * (n % 3) for n, d in enumerate(days)}
    usual = ranges(READINESS, values, past_of([], days))[days[-1].day]
    assert (round(usual.low), usual.high) == (89, 100.0)


def test_a_driver_shows_two_spreads_either_side_in_the_own_unit_and_none_below_nought() -> None:
    usual = Usual(middle=log(60.0), spread=0.1, n=40)
    shown = driver_of(HRV, log(45.0), usual)
    assert (shown.value, shown.baseline, shown.low, shown.high) == (45.0, 60.0, 49.12, 73.28)
    assert shown.z == round(log(45 / 60) / 0.1, 2) == -2.88
    assert driver_of(HIGH_STRAIN, 5.0, Usual(middle=10.0, spread=15.0, n=40)).low == 0.0


def test_yesterdays_value_is_not_learned_where_the_morning_has_no_night_and_a_nightly_one_is() -> None:
    days = calm_days(31)
    nights = Past(levels={d.day: "none" for n, d in enumerate(days) if n % 2})
    for signal, n_learned in ((RESTING_HEART_RATE, 30), (STEPS, 15)):
        values = {d.day: 50.0 + n % 3 for n, d in enumerate(days)}
        assert ranges(signal, values, nights)[days[30].day].n == n_learned
        assert ranges(signal, values, Past(levels={}))[days[30].day].n == 30


def test_days_of_a_clear_illness_are_left_out_and_ten_unusual_nights_begin_anew() -> None:
    days = calm_days(40)
    values = {d.day: 50.0 + n % 3 for n, d in enumerate(days)}
    levels = {d.day: "none" for d in days}
    ill = levels | {d.day: "major" for d in days[30:33]}
    assert ranges(RESTING_HEART_RATE, values, Past(levels=ill))[days[39].day].n == 36
    slight = levels | {d.day: "minor" for d in days[30:33]}
    assert ranges(RESTING_HEART_RATE, values, Past(levels=slight))[days[39].day].n == 39
    for n_unusual, n in ((9, 30), (10, 14)):
        unusual = levels | {d.day: "major" for d in days[25 : 25 + n_unusual]}
        assert ranges(RESTING_HEART_RATE, values, Past(levels=unusual))[days[39].day].n == n
