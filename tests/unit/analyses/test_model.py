"""Days of a person from the rows of the view, and what a finding's level says."""

from datetime import date, datetime

import pytest
from oura_lake.analyses.model import PersonDay, person_days
from oura_lake.analyses.questions.illness import analyse
from support.illness_days import a_finding, calm_days


def test_rows_of_the_view_become_days() -> None:
    row = {"day": date(2026, 1, 5), "steps": float("nan"), "tags": None, "resting_heart_rate_bpm": 52, "person": "me"}
    assert person_days([row]) == [PersonDay(day=date(2026, 1, 5), resting_heart_rate_bpm=52)]


def test_a_tag_that_reads_as_a_number_stops_no_analysis() -> None:
    rows = [vars(day) | {"tags": [5.0]} for day in calm_days(20)]  # Athena's text `[5]`, as its engine reads it
    assert person_days(rows)[-1].tags == ("5.0",)
    assert analyse(person_days(rows))[-1].confounders == ()


def test_a_day_that_an_engine_gives_as_a_moment_is_its_date() -> None:
    bed = datetime(2026, 1, 4, 23, 30)  # noqa: DTZ001
    [day] = person_days([{"day": datetime(2026, 1, 5), "bedtime_start_local": bed}])  # noqa: DTZ001
    assert type(day.day) is date
    assert (day.day, day.bedtime_start_local) == (date(2026, 1, 5), bed)


@pytest.mark.parametrize(("level", "is_alert"), [("none", False), ("minor", True), ("major", True)])
def test_a_day_of_any_level_but_none_counts_as_an_alert_day(level: str, is_alert: bool) -> None:
    assert a_finding(level=level).is_alert is is_alert
