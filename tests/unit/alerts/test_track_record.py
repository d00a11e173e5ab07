"""The track record of a rule counts its hits beside the hits by chance."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from oura_lake.alerts.track_record import Hits, Record, hits_of, onsets_of, record_of
from oura_lake.analyses.model import MINOR, NONE, NOT_ENOUGH_DATA, OK, Finding
from support.present import present

FIRST = date(2026, 1, 1)


def findings(n_days: int, *alerts: int) -> list[Finding]:
    """Return the findings of judged days from the first on, with alert days at these offsets."""
    return [
        Finding(
            day=FIRST + timedelta(days=n),
            kind="illness",
            status=OK,
            level=MINOR if n in alerts else NONE,
            score=0.0,
            deviation=0.0,
            deviation_low=0.0,
            deviation_high=0.0,
            n_baseline_nights=20,
            coverage=1.0,
            drivers=(),
            confounders=(),
            method_version="1",
        )
        for n in range(n_days)
    ]


def days(*offsets: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in offsets]


def test_alert_days_with_short_gaps_are_one_event() -> None:
    record = record_of("illness", findings(60, 10, 11, 14, 40))
    assert (record.n_events, record.n_alert_days, record.events_a_month) == (2, 4, 1.0)


def test_the_longest_quiet_time_counts_the_ends_too() -> None:
    assert record_of("illness", findings(60, 10, 40)).longest_quiet_days == 29
    assert record_of("illness", findings(60)).longest_quiet_days == 60


def test_nothing_judged_is_no_rate() -> None:
    record = record_of("illness", [])
    assert (record.events_a_month, record.longest_quiet_days) == (0.0, 0)


def test_days_of_rest_within_a_week_are_one_illness() -> None:
    assert onsets_of(days(3, 4, 9, 20, 3)) == days(3, 20)


def test_an_alert_within_three_days_of_an_onset_is_a_hit_and_chance_stands_beside_it() -> None:
    hits = hits_of(findings(200, 100, 180), days(102, 103))
    assert (present(hits).n_onsets, present(hits).n_hit) == (1, 1)
    healthy = [n for n in range(200) if not -21 <= n - 102 <= 28]
    assert present(hits).chance == sum(abs(n - 180) <= 3 for n in healthy) / len(healthy)


def test_an_alert_three_days_to_either_side_of_an_onset_is_a_hit_and_one_four_days_away_is_none() -> None:
    found = [present(hits_of(findings(200, 100 + n), days(100))).n_hit for n in (-4, -3, 3, 4)]
    assert found == [0, 1, 1, 0]


def test_an_onset_far_from_any_judged_day_counts_for_nothing() -> None:
    assert present(hits_of(findings(50), days(90))).n_onsets == 0


def test_a_history_without_labels_has_no_hits() -> None:
    assert hits_of(findings(50, 3), []) is None


def test_rates_are_those_of_thirty_judged_days_and_lift_is_what_chance_does_not_explain() -> None:
    record = record_of("illness", findings(90, 10, 11, 40))
    assert (record.events_a_month, record.alert_days_a_month) == pytest.approx((2 / 3, 1.0))
    assert Record(kind="a", n_judged=0, n_events=1, n_alert_days=1, longest_quiet_days=0).alert_days_a_month == 0.0
    assert Hits(n_onsets=4, n_hit=3, chance=0.25).lift == 0.5
    assert Hits(n_onsets=4, n_hit=3, chance=None).lift is None
    assert Hits(n_onsets=0, n_hit=0, chance=0.25).lift is None


def test_days_without_enough_data_are_not_judged() -> None:
    judged = [replace(f, status=NOT_ENOUGH_DATA) if f.day < FIRST + timedelta(days=5) else f for f in findings(20)]
    assert record_of("illness", judged).n_judged == record_of("illness", judged).longest_quiet_days == 15


def test_chance_is_that_of_days_more_than_21_before_and_28_after_an_illness() -> None:
    assert present(hits_of(findings(49 + 1), days(21))).chance is None
    assert present(hits_of(findings(49 + 2), days(21))).chance == 0.0
    assert [present(hits_of(findings(60, n), days(22))).chance for n in (3, 4)] == [0.1, 0.0]


def test_days_of_rest_eight_days_apart_are_two_illnesses() -> None:
    assert onsets_of(days(3, 10, 18)) == days(3, 18)
