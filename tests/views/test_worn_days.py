"""A day with the ring in a drawer is a day without data to every view that counts steps or load."""

from datetime import date, timedelta

import pytest
from oura_lake.analyses.signal_description import MAX_NON_WEAR_H
from views.harness import Case, Row, actual

MONDAY = date(2026, 1, 5)
DRAWER = MONDAY + timedelta(days=38)
LAST = MONDAY + timedelta(days=41)


def activity() -> list[Row]:
    """Make six weeks of 8,000 steps and more or less of load, and Oura's zeros for the one day in the drawer."""
    days = [MONDAY + timedelta(days=n) for n in range(42)]
    worn = [
        {"id": str(d), "day": d, "steps": 8000 + 100 * (d.day % 2), "non_wear_time": 600,
         "medium_activity_met_minutes": 100 + 10 * (d.day % 3), "high_activity_met_minutes": 0}
        for d in days if d != DRAWER
    ]  # fmt: skip
    zeros = {"steps": 0, "medium_activity_met_minutes": 0, "high_activity_met_minutes": 0}
    return [*worn, {"id": "drawer", "day": DRAWER, "non_wear_time": 86400, **zeros}]


def row(view: str, where: str) -> Row:
    [found] = actual(Case(view, {"daily_activity": activity()}, [], where))
    return found


def test_a_day_in_the_drawer_ends_no_streak() -> None:
    found = row("goals", f"metric = 'steps' AND day = DATE '{DRAWER}'")
    before = row("goals", f"metric = 'steps' AND day = DATE '{DRAWER - timedelta(days=1)}'")
    assert (found["value"], found["is_met"], found["streak_days"]) == (None, None, before["streak_days"])
    assert before["streak_days"] > 0


def test_a_day_in_the_drawer_is_not_far_outside() -> None:
    found = row("trend_baselines", f"metric = 'steps' AND day = DATE '{DRAWER}'")
    assert (found["z"], found["verdict"]) == (None, None)


def test_a_day_in_the_drawer_is_no_day_of_rest() -> None:
    assert row("training_load", f"day = DATE '{LAST}'")["n_7"] == 6


def test_a_day_in_the_drawer_does_not_lower_the_mean_of_the_week() -> None:
    found = row("weekly_recap", f"metric = 'steps' AND week = DATE '{LAST - timedelta(days=6)}'")
    assert (found["n"], found["lowest"]) == (6, 8000.0)


@pytest.mark.parametrize(("more_s", "steps"), [(0, 8000), (1, None)])
def test_views_and_analyses_have_one_limit(more_s: int, steps: int | None) -> None:
    off = int(MAX_NON_WEAR_H * 3600) + more_s
    given = {"daily_activity": [{"id": "a", "day": MONDAY, "steps": 8000, "non_wear_time": off}]}
    assert actual(Case("person_day", given, [], "TRUE"))[0]["steps"] == steps
