"""Rule of the slow kinds: the comparison of a day, and the limits of an unusual day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from oura_lake.analyses.model import NONE, NOT_ENOUGH_DATA, OK, Finding, PersonDay
from oura_lake.analyses.signal_description import SignalDescription, plain
from oura_lake.analyses.streak import Rule, judged
from support.illness_days import FIRST

RATE = SignalDescription(
    column="resting_heart_rate_bpm",
    title="Rate",
    read=plain("resting_heart_rate_bpm"),
    show=lambda v: v,
    direction=1,
    floor=1.0,
    most=5.0,
)
RULE = Rule(
    kind="a_kind", version="1", signals=(RATE,), spreads=2.0, least={"resting_heart_rate_bpm": 4.0}, days=2, of=3
)


def days(*rates: float | None) -> list[PersonDay]:
    return [PersonDay(day=FIRST + timedelta(days=n), resting_heart_rate_bpm=rate) for n, rate in enumerate(rates)]


def last(*rates: float | None) -> Finding:
    return judged(days(*rates), RULE)[-1]


@pytest.mark.parametrize("rate", [50.0, 57.0, 5000.0])
def test_the_judged_day_is_not_in_its_own_baseline(rate: float) -> None:
    [driver] = last(*[50.0] * 14, rate).drivers
    assert (driver.baseline, driver.low, driver.high, driver.z) == (50.0, 48.0, 52.0, rate - 50.0)


def test_the_judged_day_does_not_count_among_the_nights_that_it_takes() -> None:
    findings = judged(days(*[50.0] * 15), RULE)
    assert [(f.status, f.n_baseline_nights) for f in findings[-2:]] == [(NOT_ENOUGH_DATA, 13), (OK, 14)]


@pytest.mark.parametrize(("rate", "is_unusual"), [(53.99, False), (54.0, True), (46.0, False)])
def test_a_day_is_unusual_from_the_least_change_on_towards_the_worse(rate: float, is_unusual: bool) -> None:
    assert last(*[50.0] * 14, rate).score == pytest.approx(is_unusual / 3, abs=1e-4)


def test_to_either_side_where_the_signal_has_no_worse_side() -> None:
    either = replace(RULE, signals=(replace(RATE, direction=0),))
    assert judged(days(*[50.0] * 14, 46.0), either)[-1].score == pytest.approx(1 / 3, abs=1e-4)


def test_an_alert_day_is_unusual_itself_and_so_were_enough_of_the_last_days() -> None:
    high, usual = 57.0, 50.0
    assert [
        last(*[50.0] * 14, *end).is_alert
        for end in (
            (high,),
            (high, high),
            (high, usual, high),
            (high, high, usual),
            (high, usual, usual, high),
            (high, None, high),
        )
    ] == [False, True, True, False, False, True]


def test_a_day_without_the_signal_has_no_finding() -> None:
    assert [f.day for f in judged(days(50.0, None, 50.0), RULE)] == [FIRST, FIRST + timedelta(days=2)]
    assert {f.level for f in judged(days(*[50.0] * 20), RULE)} == {NONE}


def test_coverage_is_the_share_of_the_signals_that_were_judged() -> None:
    others = tuple(replace(RATE, column=name, read=plain(name)) for name in ("sleep_h", "steps"))
    three = replace(RULE, signals=(RATE, *others))
    assert judged(days(*[50.0] * 15), three)[-1].coverage == 0.33
    assert judged(days(*[50.0] * 15), RULE)[-1].coverage == 1.0
