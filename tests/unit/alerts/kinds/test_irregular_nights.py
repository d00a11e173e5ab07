"""Alert of slipped bedtimes: its message about late and about early bedtimes."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from support.illness_days import FIRST
from support.slow_kinds import N, an_illness, days_silenced, last_message, steady_days

DAY = timedelta(days=1)


def slipped(hours: int) -> list[Any]:
    """Return the findings of a hundred nights from 23:00 on, the last eight of them so many hours later."""
    beds = [
        datetime.combine(d.day - DAY, time(23)) + timedelta(hours=hours * (n >= N - 8))
        for n, d in enumerate(steady_days())
    ]
    return [replace(d, bedtime_start_local=bed) for d, bed in zip(steady_days(), beds, strict=True)]


@pytest.mark.parametrize(("hours", "side"), [(3, "later than"), (-3, "earlier than")])
def test_the_message_says_on_which_side_of_the_usual_bedtime_the_nights_are(hours: int, side: str) -> None:
    body = last_message("irregular_nights", slipped(hours)).body
    assert f"\n- Bedtime {side} the range of your eight weeks before\n" in body


def test_a_number_of_the_message_is_an_hour_of_the_clock() -> None:
    assert ": 02:00, in the eight weeks before 22:" in last_message("irregular_nights", slipped(3), True).body


def test_an_illness_silences_no_bedtimes() -> None:
    ill = an_illness(FIRST + 96 * DAY, temperature_deviation_c=4.0)
    assert days_silenced("irregular_nights", slipped(3), ill) == []
