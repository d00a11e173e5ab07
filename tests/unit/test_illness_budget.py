"""Does the warning keep its budget, and see strong illnesses early, on generated persons? (docs/detection.md)

A modest sample; `python tests/benchmarks/detection.py` is the whole evaluation.
"""

from time import process_time

import pytest
from benchmarks.detection import SCENARIOS, Score, area, recorded_days, rest_mode, scored
from benchmarks.people import Life, live
from oura_lake.analyses.illness import analyse

PERSONS = 40
PEERS = "peers' illness, their signals"


@pytest.fixture(scope="module", params=[PEERS, "strong", "heart rate only", "never ill, alcohol one night in ten"])
def healthy(request: pytest.FixtureRequest) -> Score:
    return scored(SCENARIOS[request.param], PERSONS, first_seed=1000)


def test_healthy_months_keep_the_budget(healthy):
    assert healthy.events_per_month <= 0.5 + 0.1  # the budget, and what 40 persons may miss it by
    assert healthy.alert_days_per_month <= 1.0 + 0.2


def test_strong_illnesses_are_seen_by_the_second_morning():
    assert scored(SCENARIOS[PEERS], PERSONS, first_seed=1000).by_day[1] >= 0.9


@pytest.mark.parametrize("hardship", ["the same, 20 % of nights missing", "the same, a night out every ten",
                                      "the same, clock change the day before"])
def test_with_hardships_strong_illnesses_are_seen_by_the_third_morning(hardship):
    assert scored(SCENARIOS[hardship], PERSONS, first_seed=1000).by_day[2] >= 0.9


def test_alcohol_nights_are_hardly_ever_major():
    assert scored(Life(onset=None, alcohol=0.1), PERSONS, first_seed=1000).major_days_per_month < 0.35


def test_five_years_are_judged_in_two_seconds():
    days = live(Life(nights=5 * 365, onset=None), seed=7)
    start = process_time()
    analyse(days)
    assert process_time() - start < 2.0


def test_rest_mode_days_score_higher_in_the_recorded_history(shared):
    folder = shared / "oura" / "recorded"
    rest = {day for day, _ in rest_mode(folder)}
    assert area([(f.score, f.day in rest) for f in analyse(recorded_days(folder)) if f.score is not None]) > 0.85
