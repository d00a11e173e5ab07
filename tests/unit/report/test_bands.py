"""The usual range is that of the illness warning: from enough days, without the judged day, without fever."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.analyses.signals import charted
from oura_lake.analyses.usual_range import Range
from oura_lake.report.bands import Verdict, band, is_bad, verdict
from oura_lake.report.history import History
from oura_lake.report.reading import history_of
from support.present import present
from support.report_lake import ALERTS, TODAY, FakeEngine, a_finding, a_row

SLEEP, READINESS, RESTING, HRV, TEMPERATURE, STEPS = charted()


def a_history(
    values: list[Any],
    alerts: tuple[dict[str, Any], ...] = (),
    findings: Sequence[dict[str, Any]] = (),
    column: str = "resting_heart_rate_bpm",
) -> History:
    """History whose last day has the last value; None is a day without a value."""
    begin = TODAY - timedelta(days=len(values) - 1)
    rows = [a_row(begin + timedelta(days=n), **{column: value}) for n, value in enumerate(values)]
    return history_of(FakeEngine(rows, alerts, findings), "anna")


def usual(*values: int | None, **fields: Any) -> Range | None:
    return band(a_history([*values], **fields), RESTING, TODAY)


def test_the_judged_day_is_not_part_of_its_own_band() -> None:
    calm, wild = present(usual(*[50, 51] * 10, 50)), present(usual(*[50, 51] * 10, 99))
    assert (calm.low, calm.middle, calm.high, calm.n) == (wild.low, wild.middle, wild.high, 20)


def test_only_the_trailing_eight_weeks_count() -> None:
    assert present(usual(*[50] * 100)).n == 56


def test_a_day_of_years_ago_has_its_band_too() -> None:
    history = a_history([50, 51] * 400)
    assert present(band(history, RESTING, TODAY)).n == 56
    assert present(band(history, RESTING, TODAY - timedelta(days=700))).n == 56
    assert band(history, RESTING, TODAY - timedelta(days=790)) is None


def test_days_of_a_clear_illness_are_no_measure_of_the_usual() -> None:
    ill = [a_finding(TODAY - timedelta(days=n), level="major") for n in (2, 3)]
    assert present(usual(*[50] * 20, 60, 61, 51, 50, findings=ill)).n == 21


def test_gaps_shrink_n_and_are_not_filled() -> None:
    assert present(usual(*[50] * 14, None, None, 52, 50)).n == 15


def test_thirteen_days_are_not_enough_and_fourteen_are() -> None:
    assert usual(*[50] * 14) is None
    assert present(usual(*[50] * 15)).n == 14


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Verdict.MISSING), (50, Verdict.USUAL), (53, Verdict.ABOVE), (47, Verdict.BELOW),
        (60, Verdict.FAR_ABOVE), (40, Verdict.FAR_BELOW),
    ],
)  # fmt: skip
def test_a_value_is_told_by_its_distance_from_the_band(value: int | None, expected: Verdict) -> None:
    history = a_history([*[49, 50, 51, 50] * 5, value])
    assert verdict(RESTING, value, band(history, RESTING, TODAY)) is expected


def test_a_quiet_stretch_does_not_turn_a_ripple_into_something_far() -> None:
    history = a_history([*[50] * 20, 53])
    assert verdict(RESTING, 53, band(history, RESTING, TODAY)) is Verdict.ABOVE


def test_a_value_written_like_the_bound_of_the_band_is_not_called_outside() -> None:
    assert verdict(TEMPERATURE, 0.234, Range(low=-0.2, middle=0.0, high=0.22, n=20, z=2.1)) is Verdict.USUAL


def test_too_few_days_give_no_verdict() -> None:
    assert verdict(HRV, 20, None) is Verdict.NOT_ENOUGH


@pytest.mark.parametrize(
    ("signal", "found", "is_alarming"),
    [
        (HRV, Verdict.FAR_ABOVE, False),
        (HRV, Verdict.BELOW, True),
        (RESTING, Verdict.ABOVE, True),
        (RESTING, Verdict.FAR_BELOW, False),
        (SLEEP, Verdict.FAR_ABOVE, False),
        (READINESS, Verdict.ABOVE, False),
        (STEPS, Verdict.USUAL, False),
    ],
)
def test_only_the_side_of_bad_news_is_alarming(signal: SignalDescription, found: Verdict, is_alarming: bool) -> None:
    assert is_bad(signal, found) is is_alarming


def test_an_alert_in_the_lake_covers_its_days_from_onset_to_last() -> None:
    history = a_history([50] * 10, ALERTS)
    assert [d for d in history.days if history.is_alerted(d)] == [TODAY - timedelta(days=n) for n in (5, 4, 3, 2)]
