"""Quiet hours at the person's place; a run by day delivers the messages that they delayed.

The person's place is that of their newest document: its offset from UTC counts, else the configured zone.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta, timezone, tzinfo

from oura_lake.analyses.model import PersonDay

Hours = tuple[time, time]


def is_quiet(now: datetime, hours: Hours | None, days: Iterable[PersonDay], zone: tzinfo) -> bool:
    """Return whether `now` (aware) lies within the quiet hours of the place; they may cross midnight."""
    if hours is None or hours[0] == hours[1]:
        return False
    begin, end = hours
    local = now.astimezone(where(days, zone)).time()
    return begin <= local < end if begin < end else local >= begin or local < end


def where(days: Iterable[PersonDay], zone: tzinfo) -> tzinfo:
    """Zone of the newest day that has an offset of its own."""
    known = [(d.day, d.utc_offset_min) for d in days if d.utc_offset_min is not None]
    return timezone(timedelta(minutes=max(known)[1])) if known else zone


def parse_hours(text: str) -> Hours | None:
    """Read `22:00-07:00`; an empty text means no quiet hours. Raises ValueError."""
    if not text:
        return None
    begin, _, end = text.partition("-")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
