"""A week is compared with the person's own weeks, and the verdict is "cannot tell" where data lack."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.weekly_comparison import CANNOT_TELL, HIGHER, IN_20, IN_100, LOWER, USUAL, _beyond, compared
from oura_lake.maintenance.comparison_wording import is_striking
from support.illness_days import FIRST, calm_days
from support.present import present

N_DAYS = 14 * 7
MONDAY = FIRST + timedelta(weeks=13)


def days_with(week: tuple[int, ...] = (), **changes: Callable[[Any], Any]) -> list[PersonDay]:
    """Fourteen weeks of a calm person whose last week differs; `week` are its days with a record (none: all)."""
    bed = datetime(2026, 1, 1, 23, tzinfo=UTC)
    days = [
        replace(d, bedtime_start_local=bed + timedelta(minutes=d.day.day % 20), readiness_score=80.0)
        for d in calm_days(N_DAYS)
    ]
    calm, last = days[:-7], days[-7:]
    shifted = [replace(d, **{k: shift(getattr(d, k)) for k, shift in changes.items()}) for d in last]
    return calm + [d for n, d in enumerate(shifted) if not week or n in week]


def verdicts(days: list[PersonDay], monday: date = MONDAY) -> dict[Any, Any]:
    return {found.signal: found.verdict for found in compared(days, monday)}


def test_a_calm_week_is_as_usual_in_all_that_was_measured() -> None:
    assert set(verdicts(days_with()).values()) == {USUAL}


@pytest.mark.parametrize(
    ("signal", "shift", "verdict"),
    [
        ("resting_heart_rate_bpm", lambda v: v + 3, HIGHER),
        ("hrv_rmssd_ms", lambda v: v * 0.8, LOWER),
        ("sleep_h", lambda v: v - 1, LOWER),
        ("steps", lambda v: v * 1.5, HIGHER),
    ],
)
def test_a_week_that_differs_says_which_way_and_the_others_stay_as_usual(
    signal: str, shift: Callable[[Any], Any], verdict: str
) -> None:
    changes: dict[str, Any] = {signal: shift}
    found = verdicts(days_with(**changes))
    assert found.pop(signal) == verdict
    assert set(found.values()) == {USUAL}


def test_a_bedtime_after_midnight_is_later_and_not_earlier() -> None:
    found = compared(days_with(bedtime_start_local=lambda v: v + timedelta(hours=3)), MONDAY)
    bedtime = next(f for f in found if f.signal == "bedtime_h")
    assert bedtime.verdict == HIGHER
    assert 2 < present(bedtime.mean) < 3


@pytest.mark.parametrize(("week", "n", "is_judged"), [((0, 2, 5), 3, False), ((0, 2, 4, 6), 4, True)])
def test_a_week_with_few_nights_cannot_be_told_and_says_how_many_there_were(
    week: tuple[int, ...], n: int, is_judged: bool
) -> None:
    found = compared(days_with(week), MONDAY)
    assert {f.n for f in found} == {n}
    assert {f.verdict == CANNOT_TELL for f in found} == {not is_judged}


def test_a_newcomer_hears_how_many_weeks_there_are() -> None:
    found = compared(days_with()[-6 * 7 :], MONDAY)
    assert {(f.verdict, f.n, f.n_weeks) for f in found} == {(CANNOT_TELL, 7, 5)}
    assert {f.mean for f in found} == {None}


def test_a_new_ring_begins_anew() -> None:
    days = days_with()
    days[-20] = replace(days[-20], is_new_ring=True)
    assert set(verdicts(days).values()) == {CANNOT_TELL}


@given(st.permutations(range(N_DAYS)), st.integers(1, 40))
def test_neither_the_order_of_rows_nor_later_days_change_a_verdict(order: list[Any], n_later: int) -> None:
    days = days_with()
    last = replace(days[-1], sleep_h=2.0, is_new_ring=True)
    later = [replace(last, day=last.day + timedelta(days=n)) for n in range(1, n_later)]
    assert compared([days[n] for n in order] + later, MONDAY) == compared(days, MONDAY)


def test_the_usual_range_is_where_one_more_week_like_those_before_it_lies_19_times_in_20() -> None:
    hours = [6.0, 9.0, 7.0, 8.0, 6.5, 8.5]  # the mean is 7.5 and the standard deviation 1.1832
    days = [PersonDay(day=FIRST + timedelta(days=n), sleep_h=hours[n // 7] if n < 42 else 7.5) for n in range(49)]
    week = next(f for f in compared(days, FIRST + timedelta(weeks=6)) if f.signal == "sleep_h")
    half = 2.5706 * 1.1832 * (1 + 1 / 6) ** 0.5  # Student's t of five degrees, which 1 in 20 exceeds
    assert (week.low, week.high) == pytest.approx((7.5 - half, 7.5 + half), rel=0.02)
    assert (week.verdict, week.n_weeks, week.mean) == (USUAL, 6, 7.5)


@pytest.mark.parametrize(
    ("z", "freedom", "by_the_table"),
    [
        (IN_100, 5, 4.0321),
        (IN_100, 6, 3.7074),
        (IN_100, 8, 3.3554),
        (IN_100, 11, 3.1058),
        (IN_20, 5, 2.5706),
        (IN_20, 11, 2.2010),
    ],
)
def test_students_t_is_as_near_to_the_table_as_it_says(z: float, freedom: int, by_the_table: float) -> None:
    assert _beyond(z, freedom) == pytest.approx(by_the_table, rel=0.006)


def test_no_days_no_verdict() -> None:
    assert {(f.verdict, f.n, f.n_weeks) for f in compared([], date(2026, 5, 4))} == {(CANNOT_TELL, 0, 0)}


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_of_nine_weeks_in_which_nothing_happens_about_one_has_something_that_stands_out(missing: float) -> None:
    """The weekly mail states this rate beside its finding."""
    weeks = [compared(somebody(seed, missing), MONDAY) for seed in range(300)]
    striking = sum(any(is_striking(found) for found in week) for week in weeks)
    outside = sum(found.verdict in (HIGHER, LOWER) for week in weeks for found in week)
    assert 0.07 < striking / len(weeks) < 0.16
    assert 0.035 < outside / (7 * len(weeks)) < 0.065


def test_a_mean_is_the_arithmetic_one_that_the_views_show() -> None:
    steps = [2000.0, 4000.0, 9000.0, 12000.0, 7000.0, 15000.0, 3000.0]
    hrv = [20.0, 80.0, 45.0, 60.0, 55.0, 38.0, 71.0]
    days = days_with()
    week = [replace(d, steps=n, hrv_rmssd_ms=v) for d, n, v in zip(days[-7:], steps, hrv, strict=True)]
    found = {f.signal: f.mean for f in compared(days[:-7] + week, MONDAY)}
    assert found["steps"] == pytest.approx(sum(steps) / 7)
    assert found["hrv_rmssd_ms"] == pytest.approx(sum(hrv) / 7)


def test_two_nights_of_fever_are_seen_although_the_mean_of_the_week_hardly_moves() -> None:
    days = days_with()
    ill = [replace(d, temperature_deviation_c=1.0, readiness_score=46.0) for d in days[-2:]]
    found = {f.signal: f for f in compared(days[:-2] + ill, MONDAY)}
    for signal in ("temperature_deviation_c", "readiness_score"):
        assert [d.value > d.high or d.value < d.low for d in found[signal].days] == [False] * 5 + [True] * 2


def somebody(seed: int, missing: float) -> list[Any]:
    """Fourteen weeks of correlated nights, with longer sleep on free days."""
    rng, swing, days = random.Random(seed), [0.0] * 7, []
    for n in range(N_DAYS):
        swing = [0.45 * s + rng.gauss(0, (1 - 0.45**2) ** 0.5) for s in swing]
        day = FIRST + timedelta(days=n)
        free = day.weekday() >= 5
        bed = datetime(2026, 1, 1, 22, 30, tzinfo=UTC) + timedelta(hours=0.6 * swing[1] + free)
        days.append(
            PersonDay(
                day=day,
                sleep_h=7.2 + 0.7 * swing[0] + 0.7 * free,
                bedtime_start_local=bed,
                resting_heart_rate_bpm=round(52 + 1.7 * swing[2]),
                hrv_rmssd_ms=round(55 * 1.14 ** swing[3]),
                steps=max(500, 8600 + 2500 * swing[4] - 1400 * free),
                readiness_score=round(82 + 5 * swing[6]),
                temperature_deviation_c=round(0.16 * swing[5], 2),
            )
        )
    return [d for d in days if rng.random() >= missing]


def test_the_twelve_weeks_before_count_and_no_older_one() -> None:
    days = days_with()
    older = [replace(day, steps=20_000.0) if n < 7 else day for n, day in enumerate(days)]
    assert [f.n_weeks for f in compared(days, MONDAY)] == [12] * 7
    assert compared(older, MONDAY) == compared(days, MONDAY)
    twelfth = [replace(day, steps=20_000.0) if 7 <= n < 14 else day for n, day in enumerate(days)]
    assert compared(twelfth, MONDAY) != compared(days, MONDAY)


def test_a_mean_as_far_out_as_one_week_in_a_hundred_is_far() -> None:
    hours = [6.0, 9.0, 7.0, 8.0, 6.5, 8.5]
    far = 4.0321 * 1.1832 * (1 + 1 / 6) ** 0.5
    for beyond, is_far in ((0.97 * far, False), (1.03 * far, True)):
        last = 7.5 - beyond
        days = [PersonDay(day=FIRST + timedelta(days=n), sleep_h=[*hours, last][n // 7]) for n in range(49)]
        week = next(f for f in compared(days, FIRST + timedelta(weeks=6)) if f.signal == "sleep_h")
        assert (week.verdict, week.is_far) == (LOWER, is_far)
        assert week.distance == pytest.approx(-beyond / (2.5706 * 1.1832 * (1 + 1 / 6) ** 0.5), rel=0.01)


def test_a_range_is_never_closer_than_the_least_change_that_counts() -> None:
    days = [PersonDay(day=FIRST + timedelta(days=n), sleep_h=7.5 if n < 42 else 7.8) for n in range(49)]
    week = next(f for f in compared(days, FIRST + timedelta(weeks=6)) if f.signal == "sleep_h")
    assert (week.low, week.high, week.verdict) == (7.25, 7.75, HIGHER)
    assert week.distance == pytest.approx(1.2)
    assert week.is_far
