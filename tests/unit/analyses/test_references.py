"""The reference rules, with which the warning is compared, behave as published."""

from datetime import timedelta

import numpy as np
import pytest
from benchmarks.people import START, Life, live
from benchmarks.references import RULES, night_signal
from oura_lake.analyses.model import PersonDay

RED = 4


def nights(*rates: float | None) -> list[PersonDay]:
    return [PersonDay(day=START + timedelta(n), resting_heart_rate_bpm=rate) for n, rate in enumerate(rates)]


def reds(*rates: float | None) -> list[int]:
    return [n for n, score in enumerate(night_signal(nights(*rates))) if score >= RED]


def test_nightsignal_is_red_from_the_second_night_running_that_is_four_whole_beats_above_the_median_so_far() -> None:
    assert reds(50, 50, 50, 50, 54.9, 54, 53.9, 54) == [5]


def test_nightsignal_takes_a_single_missing_night_as_the_mean_of_its_neighbours() -> None:
    usual = [50.0] * 9
    assert reds(*usual, 54, None, 55) == [11]
    assert reds(*usual, None, 54, None, 55) == []  # the night before the neighbours has to be known too
    assert reds(*usual, 54, None, None, 55) == []
    assert reds(*usual, 54, 54, None, 55) == [10, 12]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n", [40, 41, 90, 141])
def test_a_rule_says_the_same_of_a_prefix(rule: str, n: int) -> None:
    scored, _ = RULES[rule]
    days = live(Life(missing=0.3), seed=5)
    assert np.array_equal(scored(days[:n]), scored(days)[:n])
