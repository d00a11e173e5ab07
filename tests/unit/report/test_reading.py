"""The report reads the rows of either engine."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.report.history import History
from oura_lake.report.reading import chosen_person, history_of
from support.present import present
from support.report_lake import ALERTS, FINDINGS, TODAY, FakeEngine, a_finding, a_row, a_workout, a_year, an_alert


def read(
    days: Sequence[dict[str, Any]] = (),
    alerts: Sequence[dict[str, Any]] = (),
    findings: Sequence[dict[str, Any]] = (),
) -> History:
    return history_of(FakeEngine(days, alerts, findings), "anna")


def test_an_empty_lake_is_one_clear_sentence() -> None:
    with pytest.raises(SettingsWrong, match="holds nothing of anyone yet; fill it with"):
        chosen_person(FakeEngine(), None)


def test_the_only_person_needs_no_name() -> None:
    assert chosen_person(FakeEngine([a_row(TODAY)]), None) == "anna"


def test_of_several_persons_one_must_be_chosen() -> None:
    with pytest.raises(SettingsWrong, match="holds anna, ben; choose one with --person anna"):
        chosen_person(FakeEngine([a_row(TODAY), a_row(TODAY, person="ben")]), None)


def test_an_unknown_person_is_told_who_is_known() -> None:
    with pytest.raises(SettingsWrong, match="nothing of clara; it has anna"):
        chosen_person(FakeEngine([a_row(TODAY)]), "clara")


def test_a_name_that_is_sql_never_reaches_the_engine() -> None:
    with pytest.raises(SettingsWrong):
        history_of(FakeEngine([a_row(TODAY)]), "x' OR '1'='1")


def test_a_null_is_nothing() -> None:
    history = read([a_row(TODAY, sleep_h=None, readiness_score=None, hrv_rmssd_ms=40)])
    assert history.days[TODAY].values == {"hrv_rmssd_ms": 40.0}


def test_notes_name_tags_rest_and_workouts_once_and_no_walk() -> None:
    tags = ["tag_generic_alcohol", "tag_generic_late_meal"]
    row = a_row(TODAY, tag_list=tags, has_alcohol_tag=True, is_rest_mode=True)
    workouts = [a_workout(TODAY, "walking", 31.0), a_workout(TODAY, "strength_training", 44.6), a_workout(TODAY)]
    history = history_of(FakeEngine([row], workouts=workouts), "anna")
    assert history.days[TODAY].notes == (
        "alcohol",
        "rest mode",
        "late meal",
        "strength training, 45 min",
        "running, 42 min",
    )


def test_an_alert_is_explained_by_the_night_that_deviates_most_as_its_message_is() -> None:
    weak, strong = a_finding(TODAY - timedelta(days=3), deviation=1.2, score=0.99), FINDINGS[0]
    alert = read(a_year(10), ALERTS[:1], [strong, weak]).alerts[0]
    assert present(alert.worst).day == strong["day"]
    assert present(alert.worst).drivers[0].signal == "resting_heart_rate_bpm"


def test_findings_of_other_days_and_kinds_explain_nothing() -> None:
    other = [a_finding(TODAY - timedelta(days=4), kind="strain")]
    assert read(a_year(10), ALERTS[:1], other).alerts[0].worst is None


def test_an_episode_of_the_ledger_that_nobody_was_told_of_and_no_rule_finds_is_not_counted() -> None:
    old = an_alert(TODAY - timedelta(days=9), TODAY - timedelta(days=9), status="found_in_history")
    assert [a.onset_day for a in read(a_year(20), [ALERTS[0], old], FINDINGS[:1]).alerts] == [FINDINGS[0]["day"]]


def test_what_was_told_and_newer_data_took_back_says_so() -> None:
    withdrawn = an_alert(TODAY - timedelta(days=12), TODAY - timedelta(days=12))
    assert [a.is_taken_back for a in read(a_year(20), [ALERTS[0], withdrawn], FINDINGS[:1]).alerts] == [False, True]


def test_an_alert_without_an_end_lasts_its_onset_day() -> None:
    alert = read([a_row(TODAY)], [an_alert(TODAY, None, first_alert_day=None)]).alerts[0]
    assert (alert.first_alert_day, alert.last_alert_day) == (TODAY, TODAY)
