"""Points of a chart: the value, its band, and the mean of its week, for each day."""

from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.report.bands import band
from oura_lake.report.history import History, span

WEEK_NEEDS = 4


@dataclass(frozen=True, kw_only=True)
class Point:
    """One day of one chart; None makes a gap, which no line crosses."""

    day: date
    value: float | None
    week_mean: float | None
    low: float | None = None
    median: float | None = None
    high: float | None = None


def points(history: History, signal: SignalDescription, first: date, last: date) -> list[Point]:
    """One point for each calendar day."""
    return [_point(history, signal, day) for day in span(first, last)]


def _point(history: History, signal: SignalDescription, day: date) -> Point:
    usual = band(history, signal, day)
    value, week_mean = history.value(signal.column, day), _week_mean(history, signal, day)
    if usual is None:
        return Point(day=day, value=value, week_mean=week_mean)
    return Point(
        day=day, value=value, week_mean=week_mean, low=usual.low, median=usual.middle, high=usual.high
    )  # fmt: skip


def _week_mean(history: History, signal: SignalDescription, day: date) -> float | None:
    """Mean of the seven days up to this one; None where the day itself or more than three of them are unknown."""
    week = history.values(signal.column, span(day - timedelta(days=6), day))
    if len(week) < WEEK_NEEDS or history.value(signal.column, day) is None:
        return None
    return sum(week) / len(week)
