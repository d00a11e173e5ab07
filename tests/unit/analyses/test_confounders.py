"""Other explanations of an unusual night, and the days in which each counts."""

from datetime import datetime, timedelta

import pytest
from oura_lake.analyses.confounders import CLOCK, TRAVEL, confounders
from support.illness_days import FIRST, calm_day


def found(**by_ago: object) -> tuple[str, ...]:
    """Explanations on a day; `offset_3=0` is the offset from UTC of the night three days before it."""
    days = {FIRST + timedelta(days=n): calm_day(n) for n in range(10)}
    for name, value in by_ago.items():
        column, _, ago = name.rpartition("_")
        days[FIRST + timedelta(days=9 - int(ago))] = calm_day(9 - int(ago), **{column: value})
    return confounders(FIRST + timedelta(days=9), days)


def offsets(*of_days: int | None) -> tuple[str, ...]:
    """Explanations on the last of these nights in a row, each at an offset from UTC in minutes."""
    days = {FIRST + timedelta(days=n): calm_day(n, utc_offset_min=offset) for n, offset in enumerate(of_days)}
    return confounders(max(days), days)


def test_a_calm_day_needs_no_explanation() -> None:
    assert found() == ()


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("has_alcohol_tag", True, "alcohol"),
        ("sleep_h", 5.4, "short_sleep"),
        ("longest_workout_min", 90.0, "hard_workout"),
        ("training_end_h", 24, "late_workout"),
    ],
)
def test_an_explanation_counts_on_its_day_and_the_two_after_it(column: str, value: float | int, name: str) -> None:
    assert [found(**{f"{column}_{ago}": value}) for ago in range(4)] == [(name,), (name,), (name,), ()]


def test_a_journey_is_an_explanation_of_the_three_nights_after_it_and_no_longer() -> None:
    after = [offsets(60, 60, 60, 60, *([540] * n)) for n in range(1, 5)]
    assert after == [(TRAVEL,), (TRAVEL,), (TRAVEL,), ()]


def test_an_hour_is_the_clock_and_more_is_a_journey() -> None:
    assert (offsets(60, 120), offsets(120, 60), offsets(60, 121)) == ((CLOCK,), (CLOCK,), (TRAVEL,))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sleep_h", 5.5),
        ("sleep_h", 0.0),
        ("longest_workout_min", 89.9),
        ("training_end_h", 19.9),
        ("has_alcohol_tag", False),
        ("bedtime_start_local", datetime(2026, 1, 14, 1, 29)),  # noqa: DTZ001 - local
        ("bedtime_start_local", datetime(2026, 1, 14, 12, 0)),  # noqa: DTZ001 - local
    ],
)
def test_what_lies_just_on_the_usual_side_is_no_explanation(column: str, value: object) -> None:
    assert found(**{f"{column}_0": value}) == ()


@pytest.mark.parametrize(("hour", "minute"), [(1, 30), (4, 0), (11, 59)])
def test_a_bed_from_half_past_one_until_noon_is_late(hour: int, minute: int) -> None:
    bed = datetime(2026, 1, 14, hour, minute)  # noqa: DTZ001 - local
    assert found(bedtime_start_local_0=bed) == ("late_night",)


def test_nights_without_a_known_offset_are_no_change_of_it() -> None:
    assert offsets(None, None) == ()
    assert offsets(60, None, 120) == (CLOCK,)


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("tag_generic_jet lag", ("travel",)),
        ("Jetlag", ("travel",)),
        ("no sauna", ()),
        ("late meal", ("late_meal",)),
        ("bicycle", ()),
        ("period", ("cycle",)),
        ("trial period", ()),
        ("tag_sleep_vaccine booster", ("vaccine",)),
    ],
)
def test_a_tag_speaks_by_its_words(tag: str, names: tuple[str, ...]) -> None:
    assert found(tags_0=(tag,)) == names
