"""Bands: a person's usual range on each day of the report, and the verdict on a value.

The band is the middle and two spreads to either side of the person's own 56 days before (analyses/usual_range.py),
without the judged day and days of a clear illness: about 19 of 20 healthy days lie in it. "Far" is more than 3 spreads
from the middle.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum

from oura_lake.alerts.wording.values import side_of
from oura_lake.analyses.baseline import MIN_NIGHTS, WINDOW_DAYS
from oura_lake.analyses.model import ILLNESS
from oura_lake.analyses.signal_description import SignalDescription, unread
from oura_lake.analyses.usual_range import Range, past_of, ranges
from oura_lake.report.history import History

ENOUGH_DAYS, FAR_SPREADS = MIN_NIGHTS, 3.0
RECENT = timedelta(days=366)  # what a page shows
__all__ = ["ENOUGH_DAYS", "FAR_SPREADS", "WINDOW_DAYS", "Verdict", "band", "bands", "is_bad", "verdict"]


class Verdict(Enum):
    """Side of a value relative to the usual range, in the words of the page."""

    MISSING = "not recorded"
    NOT_ENOUGH = "not enough data"
    FAR_BELOW = "far lower than usual"
    BELOW = "lower than usual"
    USUAL = "in the usual range"
    ABOVE = "higher than usual"
    FAR_ABOVE = "far higher than usual"


HIGH, LOW = (Verdict.ABOVE, Verdict.FAR_ABOVE), (Verdict.BELOW, Verdict.FAR_BELOW)


def bands(history: History, signal: SignalDescription, since: date = date.min) -> Mapping[date, Range]:
    """Usual range of a signal on each day that has one and is not before `since`."""
    if (signal.column, since) not in history.usual:
        past = past_of(history.findings.get(ILLNESS, ()), history.judged)
        history.usual[signal.column, since] = ranges(signal, _values(history, signal), past, since)
    return history.usual[signal.column, since]


def _values(history: History, signal: SignalDescription) -> dict[date, float]:
    """Known values on the judged scale of the signal."""
    known = {day.day: value for day in history.days.values() if (value := day.values.get(signal.column)) is not None}
    if signal.read is unread:
        return known
    read = {day.day: value for day in history.judged if (value := signal.read(day)) is not None}
    return {day: value for day, value in read.items() if day in known}


def band(history: History, signal: SignalDescription, day: date) -> Range | None:
    """Return the usual range of a day, or None where too few days before it are known."""
    recent = history.last - RECENT  # years of ranges are for a day that lies far back alone
    return bands(history, signal, recent if day >= recent else date.min).get(day)


def verdict(signal: SignalDescription, value: float | None, usual: Range | None) -> Verdict:
    """Verdict on a value relative to the usual range, by the displayed digits."""
    if value is None:
        return Verdict.MISSING
    if usual is None:
        return Verdict.NOT_ENOUGH
    side = side_of(signal, value, usual.low, usual.high)
    if side == 0:
        return Verdict.USUAL
    is_far = abs(usual.z or 0.0) > FAR_SPREADS
    if side > 0:
        return Verdict.FAR_ABOVE if is_far else Verdict.ABOVE
    return Verdict.FAR_BELOW if is_far else Verdict.BELOW


def is_bad(signal: SignalDescription, found: Verdict) -> bool:
    """Return whether a value lies outside the usual range on the side of bad news."""
    return found in (HIGH if signal.direction > 0 else LOW if signal.direction < 0 else ())
