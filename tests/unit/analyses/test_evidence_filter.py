"""Two-state filter of the illness warning, against the written-out arithmetic of two states."""

from math import exp, log
from typing import Any

import pytest
from oura_lake.analyses.evidence_filter import FALLS_ILL, MOST_LOG, RECOVERS, Push, after_night, log_odds

STILL = Push(deviation=0.0, before=0.0, since=1, shift=1.5, share=0.0)  # a signal without evidence


def drifted(chance: float, nights: int) -> float:
    """Probability of illness after so many nights without data."""
    for _ in range(nights):
        chance = chance * (1 - RECOVERS) + (1 - chance) * FALLS_ILL
    return chance


@pytest.mark.parametrize("since", [1, 2, 3, 10])
@pytest.mark.parametrize("before", [FALLS_ILL, 0.3, 0.9])
def test_a_night_that_says_nothing_lets_the_belief_drift_by_the_nights_that_passed(before: float, since: int) -> None:
    assert after_night(before, since, [STILL], None) == pytest.approx(drifted(before, since), rel=1e-12)


def test_a_gap_of_years_drifts_no_longer_than_the_longest_gap() -> None:
    assert after_night(0.9, 5000, [STILL], None) == pytest.approx(drifted(0.9, 61), rel=1e-12)


def test_a_signal_towards_illness_raises_the_belief_and_one_away_from_it_lowers_it() -> None:
    up, down = (Push(deviation=z, before=0.0, since=1, shift=1.5, share=0.8) for z in (3.0, -1.0))
    assert after_night(0.1, 1, [down], None) < drifted(0.1, 1) < after_night(0.1, 1, [up], None)


def a_push(deviation: float, before: float = 0.0, since: int = 1, **fields: Any) -> Push:
    return Push(**({"deviation": deviation, "before": before, "since": since, "shift": 1.6, "share": 0.87} | fields))


BREATH = {"shift": 1.3, "share": 0.77}
WILD = [a_push(6.0)] * 3


@pytest.mark.parametrize(
    ("before", "since", "pushes", "warmth", "after"),
    [
        (0.1, 1, [a_push(3.0)], None, 0.7648108111447615),
        (0.1, 1, [a_push(2.0), a_push(1.0, 0.5, 2, **BREATH)], None, 0.7345312392979634),
        (
            0.1,
            1,
            [a_push(2.0), a_push(1.0, 0.5, 2, **BREATH), a_push(1.5, shift=1.4, share=0.3, is_nightly=False)],
            1.0,
            0.781291014762809,
        ),
        (0.5, 1, [a_push(-3.0)] * 3, None, 0.005346054885763798),
        (0.1, 1, WILD, None, 0.7649992734996002),
        (0.1, 1, WILD, 0.2, 0.6059420270270217),
        (0.1, 1, WILD, 1.35, 0.849449034752114),
        (0.1, 1, WILD, 9.0, 0.992079007840913),
        (0.6, 3, [a_push(2.0, 3.0), a_push(0.5, -1.0, 3)], None, 0.5058468540851027),
    ],
    ids=["one", "two", "with steps", "low", "wild", "wild and cool", "and warm", "and hot", "after a gap"],
)
def test_the_chance_after_a_night_is_what_it_was_when_the_method_was_measured(
    before: float, since: int, pushes: list[Push], warmth: float | None, after: float
) -> None:
    """Golden values of illness-4; a change of them needs a new measurement (docs/explanation/detection.md)."""
    assert after_night(before, since, pushes, warmth) == pytest.approx(after, rel=1e-9)


def test_a_night_of_one_signal_is_the_rule_of_bayes_over_four_ways() -> None:
    """Probability over the four paths, well or ill before, well or ill now: each expects another value."""
    before, push = 0.2, a_push(1.0, share=1.0)
    ways = {
        (True, True): before * (1 - RECOVERS) * density(1.0, 1.6 * 0.7),
        (False, True): (1 - before) * FALLS_ILL * density(1.0, 1.6),
        (True, False): before * RECOVERS * density(1.0, -1.6 * 0.3),
        (False, False): (1 - before) * (1 - FALLS_ILL) * density(1.0, 0.0),
    }
    ill = ways[True, True] + ways[False, True]
    assert after_night(before, 1, [push], None) == pytest.approx(ill / sum(ways.values()))


def density(value: float, middle: float) -> float:
    """Likelihood of a value beside a middle, with the weight of one signal."""
    return exp(-(1.9 / 2) * (value - middle) ** 2 / (1 - 0.3**2))


def test_the_chances_are_those_of_an_illness_in_55_nights_that_lasts_a_week() -> None:
    assert (FALLS_ILL, RECOVERS, MOST_LOG) == (1 / 55, 1 / 6.5, 30.0)
    assert log_odds(0.8) == pytest.approx(log(4))
