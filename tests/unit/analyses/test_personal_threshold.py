"""The mark of a person: what raises it when the own nights stay up for longer than alarms may last."""

from datetime import timedelta

import pytest
from oura_lake.analyses.personal_threshold import DAYS_AN_EVENT, ORDINARY_NIGHTS, Budget, Recent
from support.illness_days import FIRST

SCALE = 2.05
WEEKS = 40


def after_weeks(n_high: int, high: float = 9.0) -> Budget:
    """Calm weeks of which each fourth goes on into so many nights of an episode that had begun before."""
    budget = Budget(0.5)
    for n in range(WEEKS * 7):
        week, night = divmod(n, 7)
        goes_on = week % 4 == 0 and 1 <= night <= n_high
        budget.add(FIRST + timedelta(days=n), high if goes_on else -3.0, is_going_on=goes_on, deviations={})
    return budget


def mark(budget: Budget) -> float:
    return budget.mark(FIRST + timedelta(days=WEEKS * 7), SCALE).log_odds


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
def test_a_quantile_lies_between_two_numbers_if_need_be(share, number) -> None:
    recent = Recent(4)
    for value in (9.0, 4.0, 1.0, 3.0, 2.0):  # the first of five is forgotten
        recent.add(value)
    assert recent.quantile(share) == number


def test_numbers_that_reach_a_value_include_those_that_equal_it() -> None:
    recent = Recent(9)
    for value in (1.0, 2.0, 2.0, 3.0):
        recent.add(value)
    assert [recent.n_from(v) for v in (0.5, 2.0, 3.0, 3.5)] == [4, 3, 1, 0]
