"""Alert of low recovery: its message, and the illness that silences it."""

from datetime import timedelta

from support.illness_days import FIRST
from support.slow_kinds import N, an_illness, analyses_of, days_silenced, kind_of_alert, steady_days

DAY = timedelta(days=1)
LOW = steady_days(range(80, N), hrv_rmssd_ms=40.0)


def test_the_message_names_drivers_coverage_explanations_earlier_episodes_and_chance() -> None:
    history = steady_days((*range(40, 46), *range(80, N)), hrv_rmssd_ms=40.0)
    findings = analyses_of("low_recovery", history)
    kind = kind_of_alert("low_recovery")
    last = kind.evaluate(findings)[-1]
    body = kind.message(last, findings, False, {"low_recovery-2026-02-17": "you said: a cold"}).body
    for part in (
        "WHAT IS UNUSUAL",
        "Heart rate variability below the range of your eight weeks before",
        "WHAT ELSE COULD EXPLAIN IT",
        "EARLIER EPISODES LIKE THIS",
        "Judged from 1 of 1 signal",
        "By chance such a message comes",
        "In all",
        "not medical advice",
    ):
        assert part in body
    assert "40 ms" not in body


def test_an_illness_that_shows_in_heart_rate_alone_silences_it_for_a_week_after() -> None:
    ill = an_illness(FIRST + 84 * DAY, resting_heart_rate_bpm=2.0, temperature_deviation_c=0.1)
    assert days_silenced("low_recovery", LOW, ill) == list(range(8))
