"""Spans of days hold at both ends of the calendar, since a day may be any that a document names."""

from datetime import date, timedelta

import pytest
from oura_lake.query.day_span import Span, span_of


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("9999", date(9999, 1, 1), date.max),
        ("9999-12", date(9999, 12, 1), date.max),
        ("0001", date.min, date(1, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_its_last_day(period: str, first: date, last: date) -> None:
    assert span_of(period) == Span(first=first, last=last)


@pytest.mark.parametrize("period", ["", "0000", "0000-01"])
def test_a_period_without_days_has_no_span(period: str) -> None:
    assert span_of(period) is None


def test_a_span_is_widened_as_far_as_the_calendar_goes() -> None:
    day, week = timedelta(days=1), timedelta(days=7)
    span = Span(first=date(2026, 3, 1), last=date(2026, 3, 2))
    assert span.widened(day, week) == Span(first=date(2026, 2, 28), last=date(2026, 3, 9))
    ends = Span(first=date.min, last=date.max)
    assert ends.widened(day, week) == ends
