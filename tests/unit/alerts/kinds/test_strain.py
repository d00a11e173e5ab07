"""Alert of strain: its silence where an illness explains it, and its message."""

from datetime import date, timedelta

import pytest
from benchmarks.kinds import false_strain, strained
from benchmarks.scenarios import SCENARIOS, STRONG_TOGETHER
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.analyses.model import Finding
from oura_lake.registry import plugins
from support.illness_days import FIRST
from support.slow_kinds import N, an_illness, analyses_of, steady_days

DAY = timedelta(days=1)


def test_an_illness_is_not_told_as_strain_more_often_than_chance_does() -> None:
    """Without an illness 13 % get an alert in three weeks; with an illness that does not silence it, over half."""
    assert false_strain(SCENARIOS[STRONG_TOGETHER], range(20)) <= 0.14


def strained_days() -> tuple[list[Finding], date]:
    """Return the findings of strain on days with less HRV and more load, and the first alert day."""
    findings = analyses_of("strain", steady_days(range(80, N), hrv_rmssd_ms=38.0, met_min=450.0))
    return findings, next(f.day for f in findings if f.is_alert)


@pytest.mark.parametrize(
    "spreads",
    [
        {"temperature_deviation_c": 3.0, "respiratory_rate_bpm": 0.0},
        {"respiratory_rate_bpm": 2.0, "hrv_rmssd_ms": -1.0},
        {"resting_heart_rate_bpm": 3.0, "hrv_rmssd_ms": -3.0},
    ],
    ids=["warm", "breathing", "nobody can tell"],
)
def test_an_illness_suppresses_strain_while_it_lasts_and_ten_days_after(spreads: dict[str, float]) -> None:
    findings, first = strained_days()
    strain = plugins(ALERT_KINDS, AlertKind)["strain"]
    assert strain.evaluate(findings)[0].first_alert_day == first
    raised = strain.evaluate(strain.unexplained(findings, [an_illness(first, **spreads)]))
    assert {a.first_alert_day for a in raised} == {first + 11 * DAY} & {f.day for f in findings}


def test_an_illness_that_shows_only_in_what_a_load_explains_too_does_not_suppress_strain() -> None:
    findings, first = strained_days()
    cool = an_illness(
        first, resting_heart_rate_bpm=2.0, hrv_rmssd_ms=-5.0, temperature_deviation_c=0.5, respiratory_rate_bpm=0.5
    )
    kinds = plugins(ALERT_KINDS, AlertKind)
    strain, low_recovery = kinds["strain"], kinds["low_recovery"]
    assert strain.evaluate(strain.unexplained(findings, [cool]))[0].first_alert_day == first
    low = analyses_of("low_recovery", steady_days(range(80, 85), hrv_rmssd_ms=40.0))
    assert low_recovery.evaluate(low_recovery.unexplained(low, [an_illness(FIRST + 80 * DAY)])) == []


def test_a_message_about_strain_names_the_load_that_went_with_it() -> None:
    history = strained(6, 0.85)
    findings = analyses_of("strain", history)
    strain = plugins(ALERT_KINDS, AlertKind)["strain"]
    body = strain.message(strain.evaluate(findings)[-1], findings, True).body
    assert "- Load of the week above what this alert lets pass: 1" in body
    assert "- Heart rate variability below the range of the six weeks that it is compared with: " in body
    assert "your usual range" not in body
    assert "Judged from 3 of 3 signals" in body
