"""What is usual for this person? The band of their own trailing 60 days, the judged day left out.

Days within an alert are left out too: a week of fever would pass for usual for the two months after it.

The band spans the 10th to the 90th percentile, so that one night in five lies outside it by chance.
"Far" is more than 3 robust deviations (1.4826 x median absolute deviation, with a floor for each
signal) from the median: about 1 night in 100 by chance (Iglewicz & Hoaglin 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

import numpy as np

from oura_lake.report.history import History, span
from oura_lake.report.signals import Signal

WINDOW_DAYS = 60
ENOUGH_DAYS = 14
FAR_DEVIATIONS = 3.0
MAD_TO_SD = 1.4826


class Verdict(Enum):
    """Where a value lies, in the words the page uses."""

    MISSING = "not recorded"
    NOT_ENOUGH = "not enough data"
    FAR_BELOW = "far lower than usual"
    BELOW = "lower than usual"
    USUAL = "in the usual range"
    ABOVE = "higher than usual"
    FAR_ABOVE = "far higher than usual"


@dataclass(frozen=True, kw_only=True)
class Band:
    """The usual range of one signal on one day, from `n` earlier days."""

    low: float
    median: float
    high: float
    n: int


def earlier_values(history: History, signal: Signal, day: date) -> list[float]:
    """What is known of the trailing window; the day itself and days within an alert are left out."""
    days = span(day - timedelta(days=WINDOW_DAYS), day - timedelta(days=1))
    return history.values(signal.column, (d for d in days if not history.is_alerted(d)))


def band(values: Sequence[float]) -> Band | None:
    """The usual range of these values, or None where they are too few."""
    if len(values) < ENOUGH_DAYS:
        return None
    low, median, high = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))
    return Band(low=low, median=median, high=high, n=len(values))


def verdict(signal: Signal, value: float | None, earlier: Sequence[float]) -> Verdict:
    """Where the value lies against the earlier ones, judged by the digits that are shown."""
    usual = band(earlier)
    if value is None:
        return Verdict.MISSING
    if usual is None:
        return Verdict.NOT_ENOUGH
    written, low, high = (round(v / signal.digit) for v in (value, usual.low, usual.high))
    if low <= written <= high:
        return Verdict.USUAL
    is_far = abs(_robust_z(signal, value, earlier)) > FAR_DEVIATIONS
    if written > high:
        return Verdict.FAR_ABOVE if is_far else Verdict.ABOVE
    return Verdict.FAR_BELOW if is_far else Verdict.BELOW


def _robust_z(signal: Signal, value: float, earlier: Sequence[float]) -> float:
    scaled = np.array([signal.scaled(v) for v in earlier])
    median = float(np.median(scaled))
    spread = MAD_TO_SD * float(np.median(np.abs(scaled - median)))
    return (signal.scaled(value) - median) / max(spread, signal.floor)
