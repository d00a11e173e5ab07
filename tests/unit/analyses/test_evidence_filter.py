"""The two-state filter of the illness warning, against the arithmetic of two states written out."""

import pytest
from oura_lake.analyses.evidence_filter import FALLS_ILL, RECOVERS, Push, after_night

STILL = Push(deviation=0.0, before=0.0, since=1, shift=1.5, share=0.0)  # a signal that says nothing


def drifted(chance: float, nights: int) -> float:
    """The chance of being ill so many nights later, of which nothing is known."""
    for _ in range(nights):
        chance = chance * (1 - RECOVERS) + (1 - chance) * FALLS_ILL
    return chance


@pytest.mark.parametrize("since", [1, 2, 3, 10])
@pytest.mark.parametrize("before", [FALLS_ILL, 0.3, 0.9])
def test_a_night_that_says_nothing_lets_the_belief_drift_by_the_nights_that_passed(before, since) -> None:
    assert after_night(before, since, [STILL], None) == pytest.approx(drifted(before, since), rel=1e-12)


def test_a_gap_of_years_drifts_no_longer_than_the_longest_gap() -> None:
    assert after_night(0.9, 5000, [STILL], None) == pytest.approx(drifted(0.9, 61), rel=1e-12)


def test_a_signal_towards_illness_raises_the_belief_and_one_away_from_it_lowers_it() -> None:
    up, down = (Push(deviation=z, before=0.0, since=1, shift=1.5, share=0.8) for z in (3.0, -1.0))
    assert after_night(0.1, 1, [down], None) < drifted(0.1, 1) < after_night(0.1, 1, [up], None)
