"""A change of the measurement restarts the signals that it affects, and no other."""

from dataclasses import replace
from typing import Any

import pytest
from oura_lake.analyses.measurement_breaks import Breaks
from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.questions.illness import analyse
from oura_lake.analyses.signals import OF_ILLNESS
from support.illness_days import calm_day, calm_days
from support.present import present

OF_SLEEP = {"resting_heart_rate_bpm", "hrv_rmssd_ms", "respiratory_rate_bpm"}
ALL = OF_SLEEP | {"temperature_deviation_c", "steps"}


def judged(days: list[PersonDay], n: int) -> set[Any]:
    """Signals that are judged on the n-th day."""
    return {d.signal for d in analyse(days)[n].drivers}


def test_without_a_break_every_signal_is_judged() -> None:
    assert judged(calm_days(60), 45) == ALL


def test_another_algorithm_restarts_what_is_taken_from_the_sleep() -> None:
    days = [calm_day(n, sleep_algorithm_version="v1" if n < 40 else "v2") for n in range(60)]
    assert judged(days, 39) == ALL
    assert judged(days, 40) == judged(days, 53) == ALL - OF_SLEEP
    assert judged(days, 54) == ALL


def test_a_night_whose_algorithm_is_not_known_restarts_nothing() -> None:
    days = [calm_day(n, sleep_algorithm_version=None if n % 3 else "v1") for n in range(60)]
    assert judged(days, 45) == ALL


def test_another_ring_restarts_every_signal() -> None:
    days = [calm_day(n, is_new_ring=n in (0, 40)) for n in range(60)]
    findings = analyse(days)
    assert {f.status for f in findings[40:54]} == {"not_enough_data"}
    assert (findings[39].status, findings[54].status) == ("ok", "ok")


def test_a_ring_that_shifts_every_value_raises_nothing_if_the_lake_knows_of_it() -> None:
    def shifted(n: int, **fields: bool) -> PersonDay:
        return replace(
            calm_day(n, **fields),
            temperature_deviation_c=0.9 + present(calm_day(n).temperature_deviation_c),
            resting_heart_rate_bpm=8 + present(calm_day(n).resting_heart_rate_bpm),
        )

    known = [*calm_days(60), shifted(60, is_new_ring=True), *(shifted(n) for n in range(61, 110))]
    assert [f.day for f in analyse(known) if f.is_alert] == []
    assert [f.day for f in analyse([replace(d, is_new_ring=None) for d in known]) if f.is_alert] != []


def moved(n: int, since: int) -> PersonDay:
    """Calm day, from a day on at another level: 3 bpm up, temperature 0.3 down."""
    day = calm_day(n)
    if n < since:
        return day
    return replace(
        day,
        resting_heart_rate_bpm=present(day.resting_heart_rate_bpm) + 3,
        temperature_deviation_c=present(day.temperature_deviation_c) - 0.3,
    )


def test_a_level_that_stays_elsewhere_is_followed_within_three_weeks_and_without_silence() -> None:
    findings = analyse([moved(n, since=60) for n in range(90)])
    before, after = ({d.signal: d.baseline for d in findings[n].drivers} for n in (60, 60 + 21))
    assert after["temperature_deviation_c"] - before["temperature_deviation_c"] == pytest.approx(-0.3, abs=0.05)
    assert after["resting_heart_rate_bpm"] - before["resting_heart_rate_bpm"] == pytest.approx(3, abs=0.5)
    assert {f.status for f in findings[40:]} == {"ok"}


def test_half_a_cycle_is_no_new_level() -> None:
    days = [moved(n, since=0 if n % 28 >= 15 else 999) for n in range(140)]
    usual = [d.baseline for f in analyse(days)[60:] for d in f.drivers if d.signal == "resting_heart_rate_bpm"]
    assert max(usual) - min(usual) < 1


def test_a_long_gap_restarts_the_signal_that_it_is_in() -> None:
    days = [calm_day(n, **({"resting_heart_rate_bpm": None} if 40 <= n < 68 else {})) for n in range(90)]
    assert "resting_heart_rate_bpm" not in judged(days, 68)
    assert judged(days, 68) == judged(days, 81) == ALL - {"resting_heart_rate_bpm"}
    assert judged(days, 82) == ALL


@pytest.mark.parametrize("gap", [1, 10, 27])
def test_a_shorter_gap_restarts_nothing(gap: int) -> None:
    days = calm_days(60) + [calm_day(n) for n in range(60 + gap, 70 + gap)]
    assert judged(days, 60) >= ALL - {"steps"}


def test_the_first_ring_and_the_first_version_break_nothing() -> None:
    breaks = Breaks()
    first = calm_day(0, is_new_ring=True, sleep_algorithm_version="v1")
    assert breaks.broken_by(first, OF_ILLNESS) == []
    assert breaks.broken_by(replace(first, is_new_ring=False), OF_ILLNESS) == []
    assert breaks.broken_by(replace(first, is_new_ring=None, sleep_algorithm_version=None), OF_ILLNESS) == []
    assert breaks.broken_by(first, OF_ILLNESS) == list(OF_ILLNESS)
    second = replace(first, is_new_ring=False, sleep_algorithm_version="v2")
    assert {signal.column for signal in breaks.broken_by(second, OF_ILLNESS)} == OF_SLEEP
