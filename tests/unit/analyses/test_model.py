"""Days of a person from the rows of the view, and the alert day of a finding."""

from datetime import date

import pytest
from oura_lake.analyses.model import PersonDay, person_days
from support.illness_days import a_finding


def test_rows_of_the_view_become_days() -> None:
    row = {"day": date(2026, 1, 5), "steps": None, "tags": None, "resting_heart_rate_bpm": 52, "person": "me"}
    assert person_days([row]) == [PersonDay(day=date(2026, 1, 5), resting_heart_rate_bpm=52)]


@pytest.mark.parametrize(("level", "is_alert"), [("none", False), ("minor", True), ("major", True)])
def test_a_day_of_any_level_but_none_counts_as_an_alert_day(level: str, is_alert: bool) -> None:
    assert a_finding(level=level).is_alert is is_alert
