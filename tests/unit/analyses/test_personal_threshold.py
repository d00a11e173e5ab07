"""Personal threshold: it rises when the own nights stay above it for longer than alarms may last."""

from dataclasses import replace
from datetime import timedelta
from math import log

import pytest
from oura_lake.analyses.co_movement import CoMovement
from oura_lake.analyses.personal_threshold import DAYS_AN_EVENT, ORDINARY_NIGHTS, Budget, Known, Recent, scale_of
from support.illness_days import FIRST

SCALE = 2.05
WEEKS = 40


def after_weeks(n_high: int, high: float = 9.0) -> Budget:
    """Budget after calm weeks, each fourth of which has so many nights of an episode that had begun before."""
    budget = Budget(0.5)
    for n in range(WEEKS * 7):
        week, night = divmod(n, 7)
        goes_on = week % 4 == 0 and 1 <= night <= n_high
        budget.add(FIRST + timedelta(days=n), high if goes_on else -3.0, is_going_on=goes_on, deviations={})
    return budget


def mark(budget: Budget) -> float:
    return budget.threshold(FIRST + timedelta(days=WEEKS * 7), SCALE).log_odds


def test_nights_of_an_episode_that_goes_on_raise_the_mark_though_no_week_counts_them() -> None:
    assert mark(after_weeks(5)) > mark(after_weeks(0)) + 1


def test_the_raised_mark_weighs_the_own_nights_against_those_of_an_ordinary_person() -> None:
    plain, budget = mark(after_weeks(0)), after_weeks(5)
    n = WEEKS * 7
    nights = Recent(n)
    for night in [9.0] * (5 * WEEKS // 4) + [-3.0] * (n - 5 * WEEKS // 4):
        nights.add(night)
    own = nights.quantile(1 - 0.9 * 0.5 * 7 / 30 * DAYS_AN_EVENT / 7)
    assert mark(budget) == pytest.approx((n * own + ORDINARY_NIGHTS * plain) / (n + ORDINARY_NIGHTS))


def test_few_nights_that_stay_up_leave_the_mark_where_it_is() -> None:
    one_night = Budget(0.5)
    for n in range(WEEKS * 7):
        goes_on = n == 8
        one_night.add(FIRST + timedelta(days=n), 9.0 if goes_on else -3.0, is_going_on=goes_on, deviations={})
    assert mark(one_night) == pytest.approx(mark(after_weeks(0)))


@pytest.mark.parametrize(("share", "number"), [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0), (0.25, 1.75)])
def test_a_quantile_lies_between_two_numbers_if_need_be(share: float, number: float) -> None:
    recent = Recent(4)
    for value in (9.0, 4.0, 1.0, 3.0, 2.0):  # the first of five is forgotten
        recent.add(value)
    assert recent.quantile(share) == number


def test_numbers_that_reach_a_value_include_those_that_equal_it() -> None:
    recent = Recent(9)
    for value in (1.0, 2.0, 2.0, 3.0):
        recent.add(value)
    assert [recent.n_from(v) for v in (0.5, 2.0, 3.0, 3.5)] == [4, 3, 1, 0]


def ordinary(weekly: float, scale: float) -> float:
    """Threshold of an ordinary person that this share of weeks exceeds (Gumbel)."""
    return -1.55 + scale * (log(log(2)) - log(-log(1 - weekly)))


@pytest.mark.parametrize(
    ("budget", "weekly"), [(0.5, 0.9 * 0.5 * 7 / 30), (2.0, 0.9 * 2 * 7 / 30), (50.0, 0.95), (0.001, 0.005)]
)
def test_a_new_person_has_the_mark_of_an_ordinary_one_within_the_bounds_of_the_budget(
    budget: float, weekly: float
) -> None:
    found = Budget(budget)
    for _ in range(2):  # a call changes nothing
        mark = found.threshold(FIRST, SCALE)
        assert (mark.log_odds, mark.events_a_month) == pytest.approx((ordinary(weekly, SCALE), weekly * 30 / 7))


def of_weeks(*strongest: float) -> Budget:
    """Budget after weeks with one outstanding night each."""
    budget = Budget(0.5)
    for n in range(7 * len(strongest)):
        evidence = strongest[n // 7] if n % 7 == 3 else -4.0
        budget.add(FIRST + timedelta(days=n), evidence, is_going_on=False, deviations={})
    return budget


def test_the_strongest_night_of_each_week_weighs_with_28_weeks_of_an_ordinary_person() -> None:
    weekly = 0.105
    mark = of_weeks(*[-1.0, 0.0, 1.0, 2.0] * 3).threshold(FIRST + timedelta(weeks=12), SCALE)
    assert mark.log_odds == pytest.approx((12 * 2.0 + 28 * ordinary(weekly, SCALE)) / 40)
    assert mark.events_a_month == pytest.approx((0 + 28 * weekly) / 40 * 30 / 7)


def test_weeks_that_all_go_above_the_mark_raise_it_and_so_do_their_nights() -> None:
    weekly = 0.105
    high = of_weeks(*[3.0] * 10).threshold(FIRST + timedelta(weeks=10), SCALE)
    by_weeks = (10 * 3.0 + 28 * ordinary(weekly, SCALE)) / 38
    assert high.log_odds == pytest.approx((70 * 3.0 + 28 * 7 * by_weeks) / (70 + 28 * 7))
    assert high.events_a_month == pytest.approx((10 + 28 * weekly) / 38 * 30 / 7)


def test_a_week_that_is_not_over_does_not_count() -> None:
    budget = Budget(0.5)
    budget.add(FIRST, 9.0, is_going_on=False, deviations={})
    assert budget.threshold(FIRST + timedelta(days=3), SCALE).log_odds == pytest.approx(ordinary(0.105, SCALE))


@pytest.mark.parametrize(("other", "weight"), [(1.0, 3.0), (-1.0, 7.0)])
def test_who_sways_more_has_a_higher_mark_and_who_sways_less_a_lower_one(other: float, weight: float) -> None:
    budget, learned = Budget(0.5), CoMovement()
    for n in range(4):
        deviations = {"a": n % 2 * 1.0, "b": n % 2 * other}
        budget.add(FIRST + timedelta(days=n), -4.0, is_going_on=False, deviations=deviations)
        learned.add(deviations)
    assert learned.above_ordinary * other > 0
    mark = budget.threshold(FIRST + timedelta(days=4), SCALE).log_odds
    assert mark == pytest.approx(ordinary(0.105, SCALE) + weight * learned.above_ordinary)


def test_days_of_a_known_illness_do_not_count_until_it_is_taken_back() -> None:
    budget, today = of_weeks(-1.0, 9.0, -1.0), FIRST + timedelta(weeks=3)
    before = budget.threshold(today, SCALE)
    ill = Known(on=today, first=FIRST + timedelta(days=9), last=FIRST + timedelta(days=11))
    budget.know(ill)
    assert budget.threshold(today, SCALE).log_odds == of_weeks(-1.0, -4.0, -1.0).threshold(today, SCALE).log_odds
    budget.know(replace(ill, is_ill=False))
    assert budget.threshold(today, SCALE) == before


@pytest.mark.parametrize(
    ("n", "has_temperature", "scale"), [(1, False, 1.48), (1, True, 1.9), (3, False, 1.84), (4, True, 2.02)]
)
def test_more_signals_say_more_on_a_wild_night_and_warmth_most(n: int, has_temperature: bool, scale: float) -> None:
    assert scale_of(n, has_temperature) == pytest.approx(scale)
