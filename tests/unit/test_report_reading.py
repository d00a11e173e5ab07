"""Does the report understand what an engine answers, whichever engine it is?"""

import json
from datetime import UTC, datetime

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.report.reading import chosen_person, history_of
from report_lake import ALERTS, FINDINGS, TODAY, FakeEngine, a_finding, a_row, a_year, an_alert


def read(days=(), alerts=(), findings=()):
    return history_of(FakeEngine(days, alerts, findings), "anna", TODAY)


def test_an_empty_lake_is_one_clear_sentence():
    with pytest.raises(SettingsWrong, match="holds nothing of anyone yet; fill it with"):
        chosen_person(FakeEngine(), None)


def test_the_only_person_needs_no_name():
    assert chosen_person(FakeEngine([a_row(TODAY)]), None) == "anna"


def test_of_several_persons_one_must_be_chosen():
    with pytest.raises(SettingsWrong, match="holds anna, ben; choose one with --person anna"):
        chosen_person(FakeEngine([a_row(TODAY), a_row(TODAY, person="ben")]), None)


def test_an_unknown_person_is_told_who_is_known():
    with pytest.raises(SettingsWrong, match="nothing of clara; it has anna"):
        chosen_person(FakeEngine([a_row(TODAY)]), "clara")


def test_a_name_that_is_sql_never_reaches_the_engine():
    with pytest.raises(SettingsWrong):
        history_of(FakeEngine([a_row(TODAY)]), "x' OR '1'='1", TODAY)


def test_nulls_and_nans_are_both_nothing():
    history = read([a_row(TODAY, sleep_h=float("nan"), readiness_score=None, hrv_rmssd_ms=40)])
    assert history.days[TODAY].values == {"hrv_rmssd_ms": 40.0}


def test_a_day_may_come_as_date_timestamp_or_text():
    assert read([a_row(datetime(2026, 11, 22, tzinfo=UTC))]).last == read([a_row("2026-11-22")]).last == TODAY


def test_notes_name_workouts_tags_and_rest_once():
    tags = json.dumps(["tag_generic_alcohol", "tag_generic_late_meal"])
    row = a_row(TODAY, n_workouts=2, workout_min=75.4, tags=tags, has_alcohol_tag=True, is_rest_mode=True)
    assert read([row]).days[TODAY].notes == ("2 workouts, 75 min", "alcohol", "rest mode", "late meal")


def test_an_alert_is_explained_by_the_strongest_finding_of_its_days():
    weak, strong = a_finding(ALERTS[0]["onset_day"], score=0.2), FINDINGS[0]
    alert = read(a_year(10), ALERTS[:1], [weak, strong]).alerts[0]
    assert alert.peak_day == strong["day"]
    assert alert.drivers[0].signal == "resting_heart_rate_bpm"


def test_findings_of_other_days_and_kinds_explain_nothing():
    other = [a_finding(TODAY), a_finding(ALERTS[0]["onset_day"], kind="strain")]
    assert read(a_year(10), ALERTS[:1], other).alerts[0].drivers == ()


def test_an_alert_without_an_end_lasts_its_onset_day():
    alert = read([a_row(TODAY)], [an_alert(TODAY, None, first_alert_day=None)]).alerts[0]
    assert (alert.first_alert_day, alert.last_alert_day) == (TODAY, TODAY)
