"""Co-movement is learned soon, from what is new in a night."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.analyses.co_movement import ORDINARY, CoMovement

SIGNALS = ("hrv", "rate", "warmth")
NIGHTS = st.lists(st.dictionaries(st.sampled_from(SIGNALS), st.floats(-5, 5)), max_size=40)


def learned_from(nights: list[Any]) -> CoMovement:
    learned = CoMovement()
    for night in nights:
        learned.add(night)
    return learned


def drawn(shared: float, nights: int = 400, level: float = 0.0) -> list[Any]:
    """Nights of that mean correlation; in the second half each signal is shifted to its own side."""
    rng = np.random.default_rng(3)
    own, common = rng.standard_normal((nights, 3)), rng.standard_normal((nights, 1))
    values = np.sqrt(1 - shared) * own + np.sqrt(shared) * common
    values[nights // 2 :] += level * np.array([1, -1, 1])
    return [dict(zip(SIGNALS, map(float, row), strict=True)) for row in values]


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.6])
def test_it_is_the_mean_correlation(shared: float) -> None:
    assert learned_from(drawn(shared)).above_ordinary + ORDINARY == pytest.approx(shared, abs=0.1)


def test_a_level_that_stays_elsewhere_counts_little() -> None:
    assert learned_from(drawn(0.3, level=1.0)).above_ordinary == pytest.approx(
        learned_from(drawn(0.3)).above_ordinary, abs=0.1
    )


def test_one_illness_hardly_moves_it() -> None:
    ill = [dict.fromkeys(SIGNALS, up) for up in (2.5, 4.0, 4.0, 3.0, 2.0)]
    nights = drawn(0.3, nights=120)
    assert abs(learned_from(nights + ill).above_ordinary - learned_from(nights).above_ordinary) < 0.1


def test_few_nights_are_those_of_an_ordinary_person() -> None:
    assert learned_from([]).above_ordinary == 0
    assert abs(learned_from(drawn(0.9, nights=4)).above_ordinary) < abs(
        learned_from(drawn(0.9, nights=60)).above_ordinary
    )


@given(NIGHTS)
def test_a_single_signal_has_none_and_all_others_have_a_finite_one(nights: list[dict[str, float]]) -> None:
    assert learned_from([{"rate": n.get("rate", 0.0)} for n in nights]).above_ordinary == 0
    assert abs(learned_from(nights).above_ordinary) < 2


def test_it_is_worked_out_from_what_is_new_in_each_night_and_fades_within_a_year() -> None:
    """New in the nights are (0.5, 1.5), then (-0.5, 2.0) of which 3 - 1 is cut to 2, then one signal alone."""
    learned = learned_from([{"hrv": 1.0, "rate": 1.0}, {"hrv": 1.0, "rate": 2.0}])
    assert learned.above_ordinary == pytest.approx(1 / 21 * (1.5 / 2.5 - 0.34))
    learned.add({"hrv": 0.0, "rate": 3.5})
    fades = 364 / 365
    together, apart, n = fades * 1.5 - 2.0, fades * 2.5 + 4.25, fades + 1
    assert learned.above_ordinary == pytest.approx(n / (n + 20) * (together / apart - 0.34))
    before = learned.above_ordinary
    learned.add({"rate": 0.0})
    assert learned.above_ordinary == before


def test_a_night_of_three_signals_counts_each_pair() -> None:
    learned = learned_from([dict.fromkeys(SIGNALS, 0.0), {"hrv": 1.0, "rate": 1.0, "warmth": -1.0}])
    assert learned.above_ordinary == pytest.approx(1 / 21 * ((1 - 3) / 6 - 0.34))
