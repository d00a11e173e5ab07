"""Rules of the kinds, as docs/explanation/alerts.md has them: a number changes in both places."""

from math import log

import pytest
from oura_lake.analyses.model import QUESTIONS, Analysis
from oura_lake.analyses.questions import day_strain, irregular_nights, lasting_shift, low_recovery, short_sleep
from oura_lake.analyses.streak import Rule
from oura_lake.registry import plugins


@pytest.mark.parametrize(
    ("rule", "spreads", "least", "days", "of"),
    [
        (day_strain.RULE, 2.0, {"stress_high_min": 60.0}, 3, 4),
        (irregular_nights.RULE, 1.5, {"bedtime_h": 1.5}, 4, 7),
        (low_recovery.RULE, 1.25, {"hrv_rmssd_ms": pytest.approx(-log(0.92))}, 4, 5),
        (short_sleep.RULE, 1.0, {"sleep_h": 1.0}, 1, 1),
        (lasting_shift.RULE, 1.5, {"resting_heart_rate_bpm": 2.0, "readiness_score": 8.0}, 4, 5),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)
def test_a_day_is_unusual_by_spreads_and_by_a_least_change_on_most_of_the_last_days(
    rule: Rule, spreads: float, least: dict[str, float], days: int, of: int
) -> None:
    assert (rule.spreads, rule.least, rule.days, rule.of) == (spreads, least, days, of)


def test_a_verdict_takes_so_many_nights_and_the_illness_warning_alone_learns_anew_after_a_break() -> None:
    assert {kind: (a.needs_nights, a.starts_again) for kind, a in plugins(QUESTIONS, Analysis).items()} == {
        "day_strain": (14, False),
        "illness": (14, True),
        "irregular_nights": (14, False),
        "lasting_shift": (14, False),
        "low_recovery": (14, False),
        "ring_battery": (0, False),
        "short_sleep": (14, False),
        "strain": (34, False),
    }
