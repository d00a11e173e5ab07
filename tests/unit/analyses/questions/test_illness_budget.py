"""Warning's budget, and strong illnesses seen early, on generated persons (docs/explanation/detection.md).

A modest sample; `make evaluate` is the whole evaluation.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from benchmarks.detection import Judged, judged_life, margins
from benchmarks.outcomes import Outcome, interval
from benchmarks.people import Life, live
from benchmarks.recorded_history import area, recorded_days, rest_mode
from benchmarks.references import RULES
from benchmarks.scenarios import SCENARIOS, STRONG_APART, STRONG_TOGETHER
from oura_lake.analyses.questions.illness import analyse

PERSONS = 40


@cache
def life(name: str) -> Judged:
    return judged_life((name, SCENARIOS[name]), PERSONS, first_seed=1000)


def judged(name: str) -> Outcome:
    return life(name).ours


@pytest.fixture(
    scope="module",
    params=[
        STRONG_APART,
        STRONG_TOGETHER,
        "heart rate only",
        "never ill, alcohol one night in ten",
        "never ill, a cycle",
    ],
)
def healthy(request: pytest.FixtureRequest) -> Outcome:
    return judged(request.param)


def test_healthy_months_keep_the_budget(healthy: Outcome) -> None:
    assert healthy.events_a_month <= 0.5 + 0.05  # the budget, and the error of 40 persons
    assert healthy.days.mean() / healthy.months <= 1.0 + 0.1


@pytest.mark.parametrize(
    "name",
    [
        STRONG_APART,
        "the same, a night out every ten",
        "the same, clock change the day before",
    ],
)
def test_strong_illnesses_are_seen_by_the_second_morning(name: str) -> None:
    assert judged(name).by_morning[:, 1].mean() >= 0.9


def test_with_one_night_in_five_missing_nearly_all_are_seen_by_the_third_morning() -> None:
    seen = judged("the same, 20 % of nights missing").by_morning.mean(axis=0)
    assert seen[1] >= 0.85  # of 40 persons; the bar of 90 % is judged on 200
    assert seen[2] >= 0.95


def test_a_ring_that_nobody_knows_of_costs_few_illnesses_six_weeks_later() -> None:
    assert judged("another ring on day 100, not known").by_morning[:, 2].mean() >= 0.9


def test_a_signal_more_costs_no_hits() -> None:
    alone, with_steps = judged("heart rate only"), judged("heart rate and steps")
    assert with_steps.by_morning[:, 2].mean() >= alone.by_morning[:, 2].mean() - 0.05


@pytest.mark.parametrize("rule", RULES)
def test_at_as_many_false_events_the_warning_sees_more_than_a_known_rule(rule: str) -> None:
    lives = [
        life(name)
        for name in (
            STRONG_APART,
            STRONG_TOGETHER,
            "the same, a night out every ten",
            "heart rate only",
            "never ill, a cycle",
        )
    ]
    for more in margins(lives, rule):
        assert interval(more)[0] > 0


def test_alcohol_nights_are_hardly_ever_major() -> None:
    findings = [f for seed in range(PERSONS) for f in analyse(live(Life(onset=None, alcohol=0.1), 1000 + seed))]
    assert np.mean([f.level == "major" for f in findings]) * 30 < 0.35


def test_what_a_message_says_of_chance_is_about_what_happens() -> None:
    lives = [analyse(live(Life(onset=None, nights=500), seed)) for seed in range(1000, 1010)]
    stated = np.mean([f.chance_a_month for findings in lives for f in findings if f.chance_a_month])
    starts = sum(b.is_alert and not a.is_alert for findings in lives for a, b in pairwise(findings))
    assert stated == pytest.approx(starts / sum(map(len, lives)) * 30, abs=0.15)


def test_a_smaller_budget_is_kept_too() -> None:
    days = [live(Life(onset=None, nights=400), seed) for seed in range(1000, 1010)]
    few, usual = (sum(f.is_alert for d in days for f in analyse(d, budget)) for budget in (0.2, 0.5))
    assert few < usual


def test_rest_mode_days_score_higher_in_the_recorded_history(shared: Path) -> None:
    folder = shared / "oura" / "recorded"
    rest = {day for day, _ in rest_mode(folder)}
    assert area([(f.score, f.day in rest) for f in analyse(recorded_days(folder)) if f.score is not None]) > 0.9


def test_shuffled_days_with_gaps_and_sentinels_score_the_same() -> None:
    days = [replace(d, hrv_rmssd_ms=0.0) if d.hrv_rmssd_ms is None else d for d in live(Life(missing=0.3), seed=3)]
    assert analyse(reversed(days)) == analyse(live(Life(missing=0.3), seed=3))
