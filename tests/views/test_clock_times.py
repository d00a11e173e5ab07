"""A time of day is the time on the local clock, and a distance is the shorter way round it."""

import math
from datetime import date, datetime, timedelta

import pytest
from views.harness import Case, Row, actual

MONDAY = date(2026, 1, 5)


def minutes_of_a_wave(top_h: float) -> list[Row]:
    """Make a week of activity days from 00:00, each minute the value of a cosine in its middle."""
    met = [5 + 2 * math.cos(2 * math.pi * ((m + 0.5) / 60 - top_h) / 24) for m in range(1440)]
    days = [datetime(2026, 1, 5) + timedelta(days=n) for n in range(7)]  # noqa: DTZ001 - UTC without saying so
    return [
        {"id": str(d), "day": d.date(), "timestamp": d, "timestamp_utc_offset_min": 0, "class_5_min": "3" * 288,
         "met": {"interval": 60.0, "timestamp": d, "items": met}}
        for d in days
    ]  # fmt: skip


@pytest.mark.parametrize("top_h", [15.0, 2.25])
def test_a_wave_with_its_top_at_an_hour_has_its_acrophase_there(top_h: float) -> None:
    [found] = actual(Case("cosinor", {"daily_activity": minutes_of_a_wave(top_h)}, [], "signal = 'met'"))
    assert (found["status"], found["acrophase_h"]) == ("ok", pytest.approx(top_h, abs=1e-6))


@pytest.mark.parametrize(("work_h", "free_h", "jetlag_h"), [(15.0, 1.0, 10.0), (2.0, 5.0, 3.0), (-9.0, 9.0, -6.0)])
def test_social_jetlag_goes_the_shorter_way_round(work_h: float, free_h: float, jetlag_h: float) -> None:
    clock = [
        {
            "day": day,
            "onset_h": mid - 4,
            "mid_h": mid,
            "wake_h": mid + 4,
            "duration_h": 8.0,
            "is_free_day": day.weekday() >= 5,
        }
        for day in (MONDAY + timedelta(days=n) for n in range(28))
        for mid in [free_h if day.weekday() >= 5 else work_h]
    ]
    [found] = actual(Case("chronotype", {"sleep_clock": clock}, [], "week = DATE '2026-01-26'"))
    assert (found["status"], found["social_jetlag_h"], found["onset_difference_h"]) == ("ok", jetlag_h, jetlag_h)
