"""A goal stays for a week, and moves by no more than a twentieth to the next, whatever a person does."""

from datetime import date, timedelta
from itertools import chain, pairwise
from math import ceil

from hypothesis import example, given, settings
from hypothesis import strategies as st
from views.harness import Case, actual

FIRST = date(2026, 1, 1)
STEPS = st.one_of(st.none(), st.integers(0, 40_000).map(float))
WEEK = st.lists(STEPS, min_size=7, max_size=7)
UNWORN = st.just([None] * 7)
FEWEST, MOST, CHANGE = 2000.0, 15000.0, 0.05


def goals(walked: list[float | None]) -> dict[date, float | None]:
    """Goal of each day for somebody with these steps."""
    values = [{"day": FIRST + timedelta(days=n), "metric": "steps", "value": v} for n, v in enumerate(walked)]
    return {row["day"]: row["goal"] for row in actual(Case("goals", {"metric_values": values}, [], "TRUE"))}


def usual_before(walked: list[float | None], day: date) -> float | None:
    """Take the 60th percentile of the 28 worn days before a day, of nine at least, within sensible goals."""
    worn = sorted([v for v in walked[: (day - FIRST).days] if v is not None][-28:])
    return min(MOST, max(FEWEST, worn[ceil(0.6 * len(worn)) - 1])) if len(worn) >= 9 else None


@settings(max_examples=25)  # each example queries DuckDB, a third of a second
@example(walked=[15000.0] * 14 + [0.0] * 70)
@example(walked=[2000.0] * 14 + [None] * 21 + [15000.0] * 60)
@given(walked=st.lists(st.one_of(WEEK, WEEK, UNWORN), min_size=1, max_size=14).map(lambda weeks: list(chain(*weeks))))
def test_a_goal_holds_a_week_and_moves_by_a_twentieth_at_most(walked: list[float | None]) -> None:
    mondays: dict[date, float | None] = {}
    for day, goal in goals(walked).items():
        assert mondays.setdefault(day - timedelta(days=day.weekday()), goal) == goal
    for before, monday in pairwise(mondays):
        goal, last, own = mondays[monday], mondays[before], usual_before(walked, monday)
        if own is None:
            assert goal is None
        elif last is not None and goal is not None:
            assert FEWEST <= goal <= MOST
            assert abs(goal - last) <= CHANGE * last + 1e-6
            was_worn = any(v is not None for v in walked[max(0, (before - FIRST).days) : (monday - FIRST).days])
            towards = abs(own - last) if was_worn else 0.0
            assert abs(goal - last) >= min(towards, CHANGE * last) - 1e-6
            assert (goal - last) * (own - last) >= 0
        else:
            assert goal == own
