"""Analysis of bedtimes: an hour and a half from the usual bedtime, on either side of midnight."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from support.slow_kinds import N, alert_days, analyses_of, steady_days


def nights(*minutes_off: int, usual: time = time(23, 40)) -> list[Any]:
    """Return the a hundred nights with the same bedtime, the last of them so many minutes off."""
    off = [*[0] * (N - len(minutes_off)), *minutes_off]
    eve = [datetime.combine(d.day - timedelta(days=1), usual) for d in steady_days()]
    return [
        replace(d, bedtime_start_local=bed + timedelta(minutes=m))
        for d, bed, m in zip(steady_days(), eve, off, strict=True)
    ]


@pytest.mark.parametrize(("minutes", "found"), [(89, []), (93, [99]), (-93, [99]), (-89, [])])
@pytest.mark.parametrize("usual", [time(21, 0), time(22, 45), time(23, 40)])
def test_an_hour_and_a_half_is_the_least_that_counts_on_either_side_of_midnight(
    minutes: int, found: list[int], usual: time
) -> None:
    assert alert_days("irregular_nights", nights(*[minutes] * 4, usual=usual)) == found


@pytest.mark.parametrize(
    ("last_week", "found"),
    [
        ((120, 120, 120), []),
        ((120, 0, 120, 0, 120, 0, 120), [99]),
        ((120, -120, 120, -120), [99]),
        ((120, 120, 120, 120, 0), [98]),
    ],
)
def test_four_of_the_last_seven_nights_are_an_alert_which_is_of_an_unusual_night(
    last_week: tuple[int, ...], found: list[int]
) -> None:
    assert alert_days("irregular_nights", nights(*last_week)) == found


def test_the_driver_shows_the_hour_of_the_clock() -> None:
    [driver] = analyses_of("irregular_nights", nights(110))[-1].drivers
    assert (driver.value, driver.baseline) == (1.5, 23.67)
    assert driver.z > 0


def test_a_night_without_a_bedtime_has_no_finding() -> None:
    days = nights()
    days[50] = replace(days[50], bedtime_start_local=None)
    assert {d.day for d in days} - {f.day for f in analyses_of("irregular_nights", days)} == {days[50].day}
