"""The personal threshold follows the person's own weeks, meets the budget, and never looks ahead."""

from dataclasses import replace
from datetime import timedelta
from math import log
from typing import Any

import pytest
from benchmarks.people import Life, live
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.analyses.personal_threshold import Budget, Known, Threshold, scale_of
from oura_lake.analyses.questions.illness import analyse
from support.illness_days import FIRST

EVIDENCE, SCALE = st.floats(-6, 8), 2.05


def marks(evidence: list[Any], events_a_month: float = 0.5, scale: float = SCALE) -> list[Threshold]:
    """Threshold of each day, given the evidence of the days before."""
    budget, found = Budget(events_a_month), []
    for n, value in enumerate(evidence):
        found.append(budget.threshold(FIRST + timedelta(days=n), scale))
        budget.add(FIRST + timedelta(days=n), value, is_going_on=False, deviations={})
    return found


def weekly(strongest: int | float) -> list[Any]:
    """Week of quiet nights with one night of that evidence."""
    return [-3.0, -3.0, strongest, -3.0, -3.0, -3.0, -3.0]


def test_the_first_mark_is_that_of_an_ordinary_person() -> None:
    first = marks([0.0])[0]
    assert 1.5 < first.log_odds < 3
    assert first.events_a_month == pytest.approx(0.45)


def test_few_signals_say_less_on_a_wild_night_so_their_mark_is_lower() -> None:
    rate, warmth, all_five = (marks([0.0], scale=scale_of(*of))[0] for of in ((1, False), (1, True), (5, True)))
    assert rate.log_odds < warmth.log_odds < all_five.log_odds
    assert rate.events_a_month == warmth.events_a_month == all_five.events_a_month


def test_whose_weeks_are_wilder_has_a_higher_mark() -> None:
    calm, wild = (marks([v for n in range(60) for v in weekly(high - n % 4)]) for high in (-1, 4))
    assert calm[-1].log_odds < calm[0].log_odds < wild[-1].log_odds


def test_after_a_year_the_mark_is_reached_about_as_often_as_the_budget_says() -> None:
    strongest = [-2.7 - 2.05 * log(-log(((n * 37) % 101 + 0.5) / 101)) for n in range(160)]
    evidence = [v for s in strongest for v in weekly(s)]
    late = list(zip(evidence, marks(evidence), strict=True))[60 * 7 :]
    reached = sum(value >= mark.log_odds for value, mark in late) / len(late) * 30
    assert 0.2 <= reached <= 0.5


def test_whose_nights_stay_up_for_long_has_a_higher_mark() -> None:
    short, long = (weekly(-3.0) * 9 + [6.0] * n + weekly(-3.0) * (10 - n) for n in (1, 6))
    once, lasting = marks(short * 5)[-1].log_odds, marks(long * 5)[-1].log_odds
    assert lasting > once


def test_whose_signals_move_together_has_a_higher_mark() -> None:
    alike, apart = Budget(0.5), Budget(0.5)
    for n in range(60):
        day, up, other = FIRST + timedelta(days=n), (-1.0) ** (n // 2), (-1.0) ** n
        alike.add(day, -2.0, is_going_on=False, deviations={"rate": up, "warmth": up})
        apart.add(day, -2.0, is_going_on=False, deviations={"rate": up, "warmth": other})
    last = FIRST + timedelta(days=60)
    assert alike.threshold(last, SCALE).log_odds > apart.threshold(last, SCALE).log_odds + 1


def test_a_larger_budget_is_a_lower_mark() -> None:
    evidence = [v for n in range(60) for v in weekly((n * 7) % 11 - 5.0)]
    few, many = marks(evidence, 0.25)[-1], marks(evidence, 2.0)[-1]
    assert many.log_odds < few.log_odds
    assert many.events_a_month > few.events_a_month


def test_weeks_of_more_than_a_year_ago_are_forgotten() -> None:
    quiet = [v for _ in range(60) for v in weekly(-2.0)]
    wild_before = [v for _ in range(30) for v in weekly(7.0)] + quiet
    assert marks(wild_before)[-1] == marks(quiet)[-1]


@settings(max_examples=50)
@given(st.lists(EVIDENCE, min_size=1, max_size=120), st.lists(EVIDENCE, max_size=30))
def test_later_nights_never_move_an_earlier_mark(evidence: list[Any], later: list[Any]) -> None:
    assert marks(evidence + later)[: len(evidence)] == marks(evidence)


def a_known(on: int, first: int, last: int, is_ill: bool = True) -> Known:
    return Known(
        on=FIRST + timedelta(days=on),
        first=FIRST + timedelta(days=first),
        last=FIRST + timedelta(days=last),
        is_ill=is_ill,
    )


def threshold_after(evidence: Any, *known: Known) -> Threshold:
    """Threshold after these nights, with these facts known."""
    budget = Budget(0.5)
    for n, value in enumerate(evidence):
        budget.add(FIRST + timedelta(days=n), value, is_going_on=False, deviations={})
    for one in known:
        budget.know(one)
    return budget.threshold(FIRST + timedelta(days=len(evidence)), SCALE)


CALM_THEN_ILL = [v for _ in range(12) for v in weekly(-1.0)] + weekly(7.0) * 2 + weekly(-1.0)
ILL_WEEKS = (84, 97)


def test_weeks_that_were_an_illness_are_no_chance_and_a_false_alarm_is() -> None:
    nothing, ill = threshold_after(CALM_THEN_ILL), threshold_after(CALM_THEN_ILL, a_known(105, *ILL_WEEKS))
    assert ill.log_odds < nothing.log_odds
    assert ill.events_a_month <= nothing.events_a_month
    assert threshold_after(CALM_THEN_ILL, a_known(105, *ILL_WEEKS, is_ill=False)) == nothing


def test_the_last_word_about_a_week_counts() -> None:
    taken_back = (a_known(105, *ILL_WEEKS), a_known(106, *ILL_WEEKS, is_ill=False))
    assert threshold_after(CALM_THEN_ILL, *taken_back) == threshold_after(CALM_THEN_ILL)


def test_nights_that_are_still_to_come_can_be_known_to_be_ill() -> None:
    before = Budget(0.5)
    before.know(a_known(0, *ILL_WEEKS))
    for n, value in enumerate(CALM_THEN_ILL):
        before.add(FIRST + timedelta(days=n), value, is_going_on=False, deviations={})
    assert before.threshold(FIRST + timedelta(days=105), SCALE) == threshold_after(
        CALM_THEN_ILL, a_known(105, *ILL_WEEKS)
    )


KNOWN = st.tuples(st.integers(0, 130), st.integers(0, 130), st.integers(0, 9), st.booleans()).map(
    lambda k: a_known(k[0], k[1], k[1] + k[2], is_ill=k[3])
)


@settings(max_examples=40)
@given(st.lists(KNOWN, max_size=6), st.integers(20, 129), st.integers(0, 50))
def test_no_verdict_changes_by_what_becomes_known_on_its_day_or_later(known: list[Any], n: int, seed: int) -> None:
    days = live(Life(nights=130, onset=100, missing=0.1), seed)
    days = [replace(d, day=FIRST + timedelta(days=k)) for k, d in enumerate(days)]
    known.append(a_known(n - 1, n - 30, n - 1))  # too late for the newest of the nights
    whole = analyse(days, known=known)
    before = analyse(days[:n], known=[k for k in known if k.on < days[n - 1].day])
    assert whole[: len(before)] == before
