"""Spans of days: of an object's period, of the records in it, of the days that these touch."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Span:
    """Days from the first to the last."""

    first: date
    last: date

    def hull(self, other: "Span | None") -> "Span":
        """Shortest span with both."""
        return self if other is None else Span(first=min(self.first, other.first), last=max(self.last, other.last))

    def widened(self, before: timedelta, after: timedelta) -> "Span":
        """Span with so many days more before and after it, as far as the calendar has them."""
        return Span(first=_moved(self.first, -before.days), last=_moved(self.last, after.days))


def span_of(period: str) -> Span | None:
    """Days of a year or a month; None for a table that is not divided, and for the year 0, which has no days."""
    year, _, month = period.partition("-")
    if not int(year or 0):
        return None
    first, last_month = date(int(year), int(month or 1), 1), int(month or 12)
    return Span(first=first, last=date(int(year), last_month, monthrange(int(year), last_month)[1]))


def _moved(day: date, n_days: int) -> date:
    """Day so many days later, or the first or last that there is: Oura may send any day, such as 9999-12-31."""
    return date.fromordinal(min(max(day.toordinal() + n_days, date.min.toordinal()), date.max.toordinal()))
