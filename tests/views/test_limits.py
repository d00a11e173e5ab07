"""Limits of views at their edges, where a test takes more rows than a .yml should have."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import cos, pi
from typing import Any

import pytest
from views.harness import Case, actual

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FIRST = date(2026, 1, 5)  # a Monday
Row = dict[str, Any]


def rows_of(view: str, where: str = "TRUE", **given: list[Row]) -> list[Row]:
    """Query the rows of a view over the rows of its inputs, in the order of their columns."""
    return actual(Case(view, given, [], where))


def days(first: date, n: int, **fields: Any) -> list[Row]:
    """Make that many days with the same fields."""
    return [{"day": first + k * DAY, **fields} for k in range(n)]


def calendar(n: int) -> list[Row]:
    return days(FIRST, n)


def regimes(*of_days: tuple[int, Row]) -> list[tuple[int, str | None]]:
    """Make the regime of each of these days, counted from the first, and the reason of its beginning."""
    given = [{"day": FIRST + n * DAY, "steps": 9000, **fields} for n, fields in of_days]
    found = rows_of("metric_values", "metric = 'steps'", person_day=given)
    return [(row["regime"], row["break_reason"]) for row in sorted(found, key=lambda row: row["day"])]


@pytest.mark.parametrize(("gap", "after"), [(15, (1, None)), (16, (2, "gap"))])
def test_a_regime_ends_with_more_than_two_weeks_without_a_measurement(gap: int, after: tuple[int, str | None]) -> None:
    assert regimes((0, {}), (gap, {})) == [(1, None), after]


def test_a_gap_is_counted_from_the_last_measured_day_before() -> None:
    assert regimes((0, {}), (15, {}), (16, {})) == [(1, None)] * 3


def test_a_version_of_the_algorithm_is_compared_with_the_one_before() -> None:
    versions = [(n, {"sleep_algorithm_version": v}) for n, v in enumerate(("v1", "v2", "v2", "v1"))]
    assert regimes(*versions) == [(1, None), (2, "algorithm"), (2, None), (3, "algorithm")]


def test_the_first_ring_begins_no_regime_and_the_next_one_does() -> None:
    assert regimes((0, {"is_new_ring": True}), (1, {"is_new_ring": True})) == [(1, None), (2, "ring")]


@pytest.mark.parametrize(("n_minutes", "is_counted"), [(25, False), (30, True), (60, True), (65, False), (90, False)])
def test_an_hour_has_half_of_its_minutes_at_least_and_never_more_than_all(n_minutes: int, is_counted: bool) -> None:
    """More come where two documents are about one hour."""
    start = datetime(2026, 1, 5, 3)  # noqa: DTZ001 - naive UTC, as stored
    documents = [
        {
            "id": f"{n}", "day": FIRST + n * DAY, "timestamp": start, "timestamp_utc_offset_min": 0,
            "class_5_min": "2" * 12,
            "met": {"interval": 300, "timestamp": start, "items": [2.0] * (minutes // 5)},
        }
        for n, minutes in enumerate((min(n_minutes, 60), n_minutes - 60))
        if minutes > 0
    ]  # fmt: skip
    found = rows_of("activity_hours", daily_activity=documents)
    assert [row["n_minutes"] for row in found] == ([float(n_minutes)] if is_counted else [])


def consents(persons: Iterable[str], mode: str, metric: str) -> list[Row]:
    return [{"person": p, "audience": "family", "mode": mode, "metric": metric, "is_given": True} for p in persons]


def of_group(**n_days: int) -> Row:
    """Make the month of a group whose persons have that many days; each has a value of his own."""
    values = [
        {**row, "person": person, "metric": "sleep_h", "value": 6.0 + k}
        for k, (person, n) in enumerate(n_days.items())
        for row in days(date(2026, 1, 1), n)
    ]
    [found] = rows_of(
        "group_anonymous", metric_values=values, stg_consents=consents(n_days, "anonymous", "sleep_h")
    )  # fmt: skip
    return found


def test_five_persons_with_fourteen_days_are_shown_and_a_sixth_with_thirteen_is_no_part_of_it() -> None:
    five = of_group(a=14, b=14, c=14, d=14, e=14, f=13)
    assert (five["n_persons"], five["coverage"], five["median"]) == (5, 70 / (5 * 31), 8.0)
    assert (five["is_suppressed"], five["suppressed_because"]) == (False, None)
    six = of_group(a=14, b=14, c=14, d=14, e=14, f=14)
    assert (six["n_persons"], six["median"]) == (6, 8.5)


def test_of_four_persons_nothing_is_shown() -> None:
    four = of_group(a=14, b=14, c=14, d=14, e=13)
    assert (four["n_persons"], four["coverage"], four["median"], four["is_suppressed"]) == (None, None, None, True)
    assert four["suppressed_because"] == "fewer than five persons with fourteen days"


def test_a_person_takes_part_in_a_challenge_with_four_worn_days_and_a_place_takes_two_persons() -> None:
    def places(**n_days: int) -> dict[str, int | None]:
        goals = [
            {**row, "person": p, "metric": "steps", "is_met": True} for p, n in n_days.items() for row in days(FIRST, n)
        ]
        found = rows_of("group_challenge", goals=goals, stg_consents=consents(n_days, "named", "goals"))
        return {row["person"]: row["place"] for row in found}

    assert places(a=4, b=4) == {"a": 1, "b": 1}
    assert places(a=4, b=3) == {"a": None, "b": None}
    assert places(a=4, b=5, c=3) == {"a": 1, "b": 1, "c": None}


@pytest.mark.parametrize(("n", "mean"), [(3, None), (4, 1.5)])
def test_a_week_is_held_against_the_own_past_with_four_days(n: int, mean: float | None) -> None:
    past = days(FIRST, n, person="a", metric="steps", value=1.0, z=1.5)
    [found] = rows_of("group_named", trend_baselines=past, stg_consents=consents("a", "named", "steps"))
    assert (found["n_z"], found["z_mean"]) == (n, mean)


def rhythm(n_days: int, hours: Iterable[int], less: int = 0, late: float = 14.0) -> Row:
    """Compute the cosine of the week with so many days of these hours; the last `less` hours were not measured."""
    moments = [
        datetime(2026, 1, 5 + d, h)  # noqa: DTZ001 - local
        for d in range(n_days)
        for h in hours
    ]
    given = [{"hour_local": m, "met": 2.0 + 0.5 * cos((m.hour + 0.5 - late) * pi / 12)} for m in moments]
    found = rows_of(
        "cosinor", f"signal = 'met' AND week = DATE '{FIRST + (n_days > 7) * WEEK}'", calendar=calendar(n_days),
        activity_hours=given[: len(given) - less], heart_rate_hours=[],
    )  # fmt: skip
    return found[0]


@pytest.mark.parametrize(
    ("n_days", "hours", "less", "status"),
    [
        (7, range(3, 21), 0, "ok"),  # 126 hours
        (7, range(3, 21), 1, "cannot_tell"),
        (6, range(24), 0, "cannot_tell"),  # 144 hours
        (14, range(6, 15), 0, "ok"),  # nine hours of each day: as one-sided as 126 hours can be
    ],
)
def test_a_rhythm_takes_seven_days_and_126_hours(n_days: int, hours: Iterable[int], less: int, status: str) -> None:
    assert rhythm(n_days, hours, less)["status"] == status


@pytest.mark.parametrize("late", [0.5, 11.5, 12.5, 23.5])
def test_the_peak_of_a_rhythm_is_an_hour_of_the_clock(late: float) -> None:
    assert rhythm(7, range(24), late=late)["acrophase_h"] == pytest.approx(late)


def nights(n_work: int, n_free: int, n_pairs: int) -> list[Row]:
    """Nights of which so many follow the one before; the first are those of work."""
    measured, day = set[int](), 0
    for k in range(n_work + n_free):
        day += 1 if k % 2 and k // 2 < n_pairs else 2
        measured.add(day)
    ordered = sorted(measured)
    return [
        {
            "day": FIRST + n * DAY,
            "mid_h": (3.0 + n % 2 if n in measured else None),
            "duration_h": 7.5,
            "onset_h": 23.0,
            "is_free_day": n in ordered[n_work:],
        }
        for n in range(max(ordered) + 1)
    ]


@pytest.mark.parametrize(
    ("n_work", "n_free", "n_pairs", "is_enough", "has_changes"),
    [(12, 8, 10, True, True), (12, 8, 9, True, False), (11, 9, 10, False, False), (13, 7, 10, False, False)],
)
def test_a_chronotype_takes_twelve_nights_of_work_and_eight_free_ones_and_ten_that_follow_another(
    n_work: int, n_free: int, n_pairs: int, is_enough: bool, has_changes: bool
) -> None:
    last = rows_of("chronotype", sleep_clock=nights(n_work, n_free, n_pairs))[-1]
    assert (last["n_work"], last["n_free"], last["n_pairs"]) == (n_work, n_free, n_pairs)
    assert (last["status"] == "ok", last["mid_free_h"] is not None) == (is_enough, is_enough)
    assert [last[c] is not None for c in ("cpd_h", "mistiming_h", "irregularity_h")] == [has_changes] * 3


@pytest.mark.parametrize(("view", "n", "step"), [("monthly_summary", 12, "month"), ("weekly_recap", 52, "week")])
def test_a_year_before_is_that_many_spans_and_no_older_one(view: str, n: int, step: str) -> None:
    """One day in each span: the last two have values of their own, the oldest one is out of the year's reach."""
    firsts = [date(2024 + k // 12, 1 + k % 12, 1) if step == "month" else FIRST + k * WEEK for k in range(n + 2)]
    values = {0: 1000.0, n: 500.0, n + 1: 7.0}
    given = [
        {"day": first, "metric": "sleep_h", "value": values.get(k, 1.0), "regime": 2 if k else 1}
        for k, first in enumerate(firsts)
    ]
    last = rows_of(view, f"{step} = DATE '{firsts[-1]}'", metric_baseline=given)[0]
    assert last["year_n"] == n
    assert last["difference_year"] == pytest.approx(7.0 - (500.0 + n - 1) / n)
    assert last["has_break_year"] is False
    second = rows_of(view, f"{step} = DATE '{firsts[-2]}'", metric_baseline=given)[0]
    assert (second["year_n"], second["has_break_year"]) == (n, True)


def published(statistic: str, value: float, **percentiles: float) -> tuple[float | None, str]:
    """Percentile and position of a value beside figures that stand at these percentiles."""
    table = {
        "source_id": "a", "metric": "vo2_max_ml_kg_min", "sex": "any", "age_from_y": 20, "age_to_y": 60,
        "statistic": statistic, "figures": list(percentiles.values()),
        "percentiles": [float(name.removeprefix("p")) for name in percentiles],
    }  # fmt: skip
    [found] = rows_of(
        "population", published_values=[table], sleep_regularity=[],
        metric_values=days(FIRST, 1, metric="vo2_max_ml_kg_min", value=value),
        stg_personal_info=[{"age_y": 40, "fetched_at": datetime(2026, 1, 5)}],  # noqa: DTZ001 - naive UTC, as stored
    )  # fmt: skip
    return found["percentile"], found["position"]


@pytest.mark.parametrize(
    ("value", "percentile", "position"),
    [
        (5.0, None, "below_all"),
        (10.0, 25.0, "between"),
        (15.0, 37.5, "between"),
        (25.0, 62.5, "between"),
        (30.0, None, "between"),
        (35.0, None, "above_all"),
    ],
)
def test_a_percentile_lies_between_two_of_three_figures_or_more(
    value: float, percentile: float | None, position: str
) -> None:
    assert published("percentile", value, p25=10.0, p50=20.0, p75=30.0) == (percentile, position)
    assert published("percentile", value, p25=10.0, p75=30.0) == (None, position)


@pytest.mark.parametrize(("value", "position"), [(5.0, "below"), (10.0, "equal"), (15.0, "above")])
def test_a_value_is_below_or_above_a_mean(value: float, position: str) -> None:
    assert published("mean", value, p50=10.0) == (None, position)
