"""Quiet hours: by the clock of the person's place, over midnight or within a day."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.alerts.quiet_hours import is_quiet, parse_hours, where
from support.illness_days import NOW, calm_day
from support.present import present


@pytest.mark.parametrize(
    ("hour", "offset_min", "expected"),
    [
        (23, 0, True),
        (6, 0, True),
        (7, 0, False),
        (12, 0, False),
        (23, 540, False),
        (14, 540, True),
        (12, None, False),
    ],
)
def test_it_is_night_where_the_newest_document_was_made(hour: int, offset_min: int | None, expected: bool) -> None:
    days = [calm_day(0, utc_offset_min=0), calm_day(1, utc_offset_min=offset_min)]
    now = NOW.replace(hour=hour, minute=0)
    assert is_quiet(now, (time(22), time(7)), days, present(NOW.tzinfo)) == expected


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    at_noon = NOW.replace(hour=12)
    assert is_quiet(at_noon, parse_hours("11:00-13:00"), [], present(NOW.tzinfo))
    assert not is_quiet(at_noon, parse_hours(""), [], present(NOW.tzinfo))


@pytest.mark.parametrize("text", ["22:00", "22-", "25:00-07:00", "night"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(Invalid|hour)"):
        parse_hours(text)


def test_hours_of_no_length_are_no_quiet_hours() -> None:
    at_ten = NOW.replace(hour=22, minute=0)
    assert not is_quiet(at_ten, parse_hours("22:00-22:00"), [], present(NOW.tzinfo))


def test_they_begin_with_their_first_minute_and_end_before_their_last() -> None:
    hours = parse_hours("22:00 - 07:00")
    assert [
        is_quiet(NOW.replace(hour=h, minute=m), hours, [], present(NOW.tzinfo)) for h, m in ((22, 0), (7, 0), (6, 59))
    ] == [
        True,
        False,
        True,
    ]


CLOCK = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(CLOCK, CLOCK, CLOCK)
def test_at_each_moment_either_the_hours_or_the_rest_of_the_day_are_quiet(now: time, begin: time, end: time) -> None:
    moment = NOW.replace(hour=now.hour, minute=now.minute)
    both = [is_quiet(moment, hours, [], present(NOW.tzinfo)) for hours in ((begin, end), (end, begin))]
    assert sum(both) == (begin != end)


def test_the_place_is_that_of_the_newest_day_with_an_offset_else_the_configured_one() -> None:
    days = [calm_day(2, utc_offset_min=None), calm_day(1, utc_offset_min=540), calm_day(0, utc_offset_min=60)]
    berlin = ZoneInfo("Europe/Berlin")
    assert where(days, berlin).utcoffset(NOW) == timedelta(hours=9)
    assert where(days[:1], berlin) is berlin


def test_who_has_no_offset_yet_is_quiet_by_the_configured_zone() -> None:
    assert is_quiet(NOW.replace(hour=21, minute=30), (time(22), time(7)), [], ZoneInfo("Europe/Berlin"))
