"""Analysis of a lasting shift: heart rate high, or readiness low, on most of the last days."""

import pytest
from oura_lake.analyses.model import PersonDay
from support.slow_kinds import N, alert_days, analyses_of, steady_days

QUIET = {"resting_heart_rate_bpm": 52.0, "readiness_score": 80.0}  # spreads at their floors of 1 bpm and 3 points


def after_quiet(**fields: object) -> list[PersonDay]:
    """Days of constant values; the last ones have these fields."""
    return steady_days(range(N), **QUIET)[:95] + steady_days(range(N), **(QUIET | fields))[95:]


@pytest.mark.parametrize(
    ("fields", "is_found"),
    [
        ({"resting_heart_rate_bpm": 53.9}, False),
        ({"resting_heart_rate_bpm": 54.2}, True),
        ({"readiness_score": 72.5}, False),
        ({"readiness_score": 71.0}, True),
        ({"resting_heart_rate_bpm": 45.0, "readiness_score": 95.0}, False),
    ],
)
def test_two_beats_more_or_eight_points_less_are_the_least_that_counts(
    fields: dict[str, float], is_found: bool
) -> None:
    assert bool(alert_days("lasting_shift", after_quiet(**fields))) == is_found


@pytest.mark.parametrize(("days", "found"), [((97, 98, 99), []), ((95, 97, 98, 99), [99])])
def test_four_of_the_last_five_days_are_an_alert_and_three_are_not(days: tuple[int, ...], found: list[int]) -> None:
    assert alert_days("lasting_shift", steady_days(days, readiness_score=60.0)) == found


def test_days_of_one_signal_and_days_of_the_other_do_not_add_up() -> None:
    mixed = steady_days((96, 97), readiness_score=60.0)[:98] + steady_days((98, 99), resting_heart_rate_bpm=58.0)[98:]
    assert alert_days("lasting_shift", mixed) == []


def test_either_signal_alone_is_judged_with_half_the_coverage() -> None:
    last = analyses_of("lasting_shift", steady_days(range(N), readiness_score=None))[-1]
    assert (last.coverage, [d.signal for d in last.drivers]) == (0.5, ["resting_heart_rate_bpm"])
