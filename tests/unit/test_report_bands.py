"""Is "usual" told honestly: from enough days, without the judged day, without days of fever?"""

from datetime import timedelta

import pytest
from oura_lake.report.bands import Verdict, band, earlier_values, verdict
from oura_lake.report.history import History
from oura_lake.report.reading import history_of
from oura_lake.report.signals import CHARTED
from report_lake import ALERTS, TODAY, FakeEngine, a_row, an_alert

SLEEP, READINESS, RESTING, HRV, TEMPERATURE, STEPS = CHARTED


def a_history(values, alerts=(), column="resting_heart_rate_bpm") -> History:
    """A person whose last day holds the last value; None is a day without."""
    begin = TODAY - timedelta(days=len(values) - 1)
    rows = [a_row(begin + timedelta(days=n), **{column: value}) for n, value in enumerate(values)]
    return history_of(FakeEngine(rows, alerts), "anna", TODAY)


def judged(signal, value, earlier):
    return verdict(signal, value, earlier)


def test_the_judged_day_is_not_part_of_its_own_band():
    assert earlier_values(a_history([50, 51, 99]), RESTING, TODAY) == [50, 51]


def test_only_the_trailing_sixty_days_count():
    assert len(earlier_values(a_history([50] * 100), RESTING, TODAY)) == 60


def test_days_within_an_alert_are_no_measure_of_the_usual():
    ill = an_alert(TODAY - timedelta(days=3), TODAY - timedelta(days=2))
    assert earlier_values(a_history([50, 60, 61, 51, 50], [ill]), RESTING, TODAY) == [50, 51]


def test_gaps_shrink_n_and_are_not_filled():
    assert earlier_values(a_history([50, None, None, 52, 50]), RESTING, TODAY) == [50, 52]


def test_thirteen_days_are_not_enough_and_fourteen_are():
    assert band([50.0] * 13) is None
    assert band([50.0] * 14).n == 14


def test_the_band_spans_eight_of_ten_days():
    usual = band([float(n) for n in range(101)])
    assert (usual.low, usual.median, usual.high) == (10, 50, 90)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Verdict.MISSING), (50, Verdict.USUAL), (53, Verdict.ABOVE), (47, Verdict.BELOW),
        (60, Verdict.FAR_ABOVE), (40, Verdict.FAR_BELOW),
    ],
)  # fmt: skip
def test_a_value_is_told_by_its_distance_from_the_band(value, expected):
    assert judged(RESTING, value, [49, 50, 51, 50] * 5) is expected


def test_a_quiet_stretch_does_not_turn_a_ripple_into_something_far():
    assert judged(RESTING, 52, [50] * 20) is Verdict.ABOVE


def test_a_value_written_like_the_bound_of_the_band_is_not_called_outside():
    assert judged(TEMPERATURE, 0.234, [0.0] * 10 + [0.22] * 10) is Verdict.USUAL


def test_too_few_days_give_no_verdict():
    assert judged(HRV, 20, [50] * 13) is Verdict.NOT_ENOUGH


def test_an_alert_in_the_lake_covers_its_days_from_onset_to_last():
    history = a_history([50] * 10, ALERTS)
    assert [d for d in history.days if history.is_alerted(d)] == [TODAY - timedelta(days=n) for n in (5, 4, 3, 2)]
