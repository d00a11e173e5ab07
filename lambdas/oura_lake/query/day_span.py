"""Spans of days: of an object's period, of the records in it, of the days that these touch."""

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


def span_of(period: str) -> Span | None:
    """Days of a year or a month; None for a table that is not divided."""
    if not period:
        return None
    year, _, month = period.partition("-")
    first = date(int(year), int(month or 1), 1)
    after = first.replace(day=28) + timedelta(days=4) if month else date(int(year) + 1, 1, 1)
    return Span(first=first, last=after.replace(day=1) - timedelta(days=1))
