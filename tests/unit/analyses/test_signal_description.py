"""Signals: their reading from a day, and their limits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.analyses.questions.illness import analyse
from oura_lake.analyses.signal_description import MAX_NON_WEAR_H, plain, unread, value_of
from oura_lake.analyses.signals import OF_ILLNESS, READINESS
from support.illness_days import calm_day, calm_days
from support.present import present

BY_NAME = {signal.column: signal for signal in OF_ILLNESS}
DAY = timedelta(days=1)


def test_todays_unfinished_activity_is_not_heard() -> None:
    days = calm_days(60)
    days[-1] = replace(days[-1], steps=1.0, inactive_h=1.0)
    assert analyse(days)[-1] == analyse(calm_days(60))[-1]


def test_steps_of_a_day_with_the_ring_on_the_table_do_not_count() -> None:
    days = calm_days(60)
    days[-2] = replace(days[-2], steps=100.0, non_wear_h=14.0)
    assert "steps" not in {d.signal for d in analyse(days)[-1].drivers}


def test_sentinels_are_missing_values() -> None:
    days = calm_days(60)
    days[-1] = replace(days[-1], hrv_rmssd_ms=0.0, respiratory_rate_bpm=0.0)
    assert not {"hrv_rmssd_ms", "respiratory_rate_bpm"} & {d.signal for d in analyse(days)[-1].drivers}


@pytest.mark.parametrize("name", sorted(BY_NAME))
@given(value=st.floats(0.5, 50_000))
def test_what_is_shown_of_a_value_is_the_value_that_was_measured(name: str, value: float) -> None:
    signal = BY_NAME[name]
    assert signal.show(present(signal.read(calm_day(0, **{name: value})))) == pytest.approx(value)


@pytest.mark.parametrize("name", sorted({*BY_NAME} - {"temperature_deviation_c"}))
@pytest.mark.parametrize("value", [0.0, -1.0, None])
def test_a_value_that_no_body_has_is_not_read(name: str, value: float | None) -> None:
    assert BY_NAME[name].read(calm_day(0, **{name: value})) is None


def test_a_temperature_as_usual_is_a_value() -> None:
    assert BY_NAME["temperature_deviation_c"].read(calm_day(0, temperature_deviation_c=0.0)) == 0.0


@pytest.mark.parametrize("name", ["steps", "inactive_h"])
def test_activity_is_read_only_of_a_day_on_which_the_ring_was_worn(name: str) -> None:
    read = BY_NAME[name].read
    worn, off = (calm_day(0, **{name: 4.0}, non_wear_h=h) for h in (MAX_NON_WEAR_H, MAX_NON_WEAR_H + 0.1))
    assert read(worn) == read(replace(worn, non_wear_h=None)) is not None
    assert read(off) is None


def test_in_the_morning_the_night_is_known_and_the_steps_of_the_day_before() -> None:
    days = {d.day: d for d in (calm_day(0, steps=10_000.0), calm_day(1, steps=100.0, resting_heart_rate_bpm=61.0))}
    morning = max(days)
    assert value_of(BY_NAME["steps"], days, morning) == pytest.approx(100.0)  # the root of ten thousand
    assert value_of(BY_NAME["resting_heart_rate_bpm"], days, morning) == 61.0
    assert value_of(BY_NAME["steps"], days, morning - DAY) is None


def test_a_plain_reading_takes_a_zero_for_a_value_and_nothing_for_none() -> None:
    read = plain("readiness_score")
    assert (read(calm_day(0, readiness_score=0)), read(calm_day(0))) == (0.0, None)


def test_what_no_analysis_reads_is_nothing() -> None:
    assert unread(calm_day(0)) is None


@pytest.mark.parametrize(("value", "shown"), [(103.4, 100.0), (67.0, 67.0), (-2.0, 1.0)])
def test_a_value_is_clipped_to_what_the_signal_can_be(value: float, shown: float) -> None:
    assert READINESS.clipped(value) == shown
