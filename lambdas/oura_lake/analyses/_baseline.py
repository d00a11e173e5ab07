"""How far is a value from what is usual for this person, judged by the weeks before it?

Robust z: (x - median) / max(1.4826 * MAD, floor) over the trailing window. The judged day is never part of
its own baseline, and neither is a day that was judged ill (docs/detection.md).
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

WINDOW_DAYS = 56
MIN_NIGHTS = 14
TO_SD = 1.4826  # MAD -> standard deviation of a normal distribution
MEDIAN_SE = 1.2533  # standard error of a median in units of sd / sqrt(n)
ORDINARY, PRIOR_NIGHTS, MOST_PERSISTENT = 0.3, 20, 0.75
AUTOCORRELATION = 0.45  # of nightly signals; it makes n nights worth n (1 - r) / (1 + r)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """A person's usual value of one signal: median, spread (never below the floor) and nights behind it."""

    median: float
    spread: float
    n: int

    def z(self, value: float) -> float:
        """The deviation of a value in spreads."""
        return (value - self.median) / self.spread

    @property
    def z_error(self) -> float:
        """The standard error of `z` that comes from the median being an estimate."""
        effective = self.n * (1 - AUTOCORRELATION) / (1 + AUTOCORRELATION)
        return float(MEDIAN_SE / effective**0.5)


class Trailing:
    """The values of one signal over the trailing window of calendar days."""

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._values: deque[tuple[date, float]] = deque()
        self._sorted: list[float] = []

    def add(self, day: date, value: float) -> None:
        """Let a judged day enter the baseline of the days after it."""
        self._values.append((day, value))
        insort(self._sorted, value)

    def usual(self, day: date) -> Usual | None:
        """The baseline for a day; None below MIN_NIGHTS values."""
        self._forget(day - timedelta(days=WINDOW_DAYS))
        if len(self._sorted) < MIN_NIGHTS:
            return None
        middle = _median(self._sorted)
        spread = TO_SD * _median(sorted(abs(v - middle) for v in self._sorted))
        return Usual(median=middle, spread=max(spread, self._floor), n=len(self._sorted))

    def recent(self, day: date) -> list[float]:
        """The values of the window before a day, in order of size."""
        self._forget(day - timedelta(days=WINDOW_DAYS))
        return self._sorted

    def persistence(self, day: date) -> float:
        """The share of one night's value that the next one repeats, held to ORDINARY while nights are few."""
        self._forget(day - timedelta(days=WINDOW_DAYS))
        pairs = [(a, b) for (first, a), (then, b) in pairwise(self._values) if then - first == timedelta(days=1)]
        together = sum(a * b for a, b in pairs) + PRIOR_NIGHTS * ORDINARY
        alone = sum((a * a + b * b) / 2 for a, b in pairs) + PRIOR_NIGHTS
        return min(MOST_PERSISTENT, max(0.0, together / alone))

    def restart(self) -> None:
        """Forget everything: what follows is a new normal."""
        self._values.clear()
        self._sorted.clear()

    def _forget(self, first: date) -> None:
        while self._values and self._values[0][0] < first:
            _, value = self._values.popleft()
            del self._sorted[bisect_left(self._sorted, value)]


def _median(ordered: list[float]) -> float:
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
