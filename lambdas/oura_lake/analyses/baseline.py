"""Baseline: how far a value lies from this person's own past weeks.

Middle and spread are the mean and the standard deviation of the trailing window with its far values pulled in to two
spreads from the median, the first spread being 1.4826 * MAD: nearly as sharp as a plain mean, and as hard to upset
as a median. The judged day is never part of its own baseline, and neither is a day that was judged ill. A level that
stays elsewhere makes the nights before it forgotten.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW_DAYS = 56
MIN_NIGHTS = 14
LONG_GAP_DAYS = 28  # after four weeks without a value nobody knows what is usual now
TO_SD = 1.4826  # MAD -> standard deviation of a normal distribution
NEW_NIGHTS, APART_NIGHTS, APART = 18, 16, 0.75  # of so many nights so many, by so many spreads: a new level
FAR = 2.0  # spreads; what lies farther counts as lying there
PULLED_IN = 0.88  # what that leaves of the standard deviation of a normal distribution
USUAL_RANGE = 2.0  # spreads to either side: about 19 of 20 healthy nights
NEW_NORMAL_NIGHTS = 10  # a shift that lasts longer is no illness but the new baseline
MIDDLE_SE = 1.05  # standard error of the middle in units of sd / sqrt(n)
AUTOCORRELATION = 0.45  # of nightly signals; it makes n nights worth n (1 - r) / (1 + r)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """A person's usual value of one signal: middle, spread (never below the floor) and nights behind it."""

    middle: float
    spread: float
    n: int

    def z(self, value: float) -> float:
        """Deviation of a value in spreads."""
        return (value - self.middle) / self.spread

    @property
    def z_error(self) -> float:
        """Standard error of `z` that comes from the middle being an estimate."""
        effective = self.n * (1 - AUTOCORRELATION) / (1 + AUTOCORRELATION)
        return float(MIDDLE_SE / effective**0.5)


class Trailing:
    """The values of one signal over the trailing window of calendar days."""

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._values: deque[tuple[date, float]] = deque()
        self._sorted: list[float] = []

    def add(self, day: date, value: float) -> None:
        """Let a judged day enter the baseline of the days after it; after a long gap it is the first again."""
        if self._values and (day - self._values[-1][0]).days > LONG_GAP_DAYS:
            self.restart()
        self._values.append((day, value))
        insort(self._sorted, value)
        if self._has_moved():
            self._forget(self._values[-NEW_NIGHTS][0])

    def usual(self, day: date) -> Usual | None:
        """Baseline for a day; None below MIN_NIGHTS values and after a long gap."""
        self._forget(day - timedelta(days=WINDOW_DAYS))
        n = len(self._sorted)
        if n < MIN_NIGHTS or (day - self._values[-1][0]).days > LONG_GAP_DAYS:
            return None
        median, rough = self._rough(self._sorted)
        least, most = median - FAR * rough, median + FAR * rough
        near = [min(most, max(least, v)) for v in self._sorted]
        middle = sum(near) / n
        spread = (sum([(v - middle) ** 2 for v in near]) / n) ** 0.5 / PULLED_IN
        return Usual(middle=middle, spread=max(spread, self._floor), n=n)

    def n_nights(self, day: date) -> int:
        """How many values the baseline for a day has."""
        self._forget(day - timedelta(days=WINDOW_DAYS))
        is_old = not self._values or (day - self._values[-1][0]).days > LONG_GAP_DAYS
        return 0 if is_old else len(self._sorted)

    def restart(self) -> None:
        """Forget everything: what follows is a new normal."""
        self._values.clear()
        self._sorted.clear()

    def _has_moved(self) -> bool:
        """Whether nearly all of the last nights lie apart, to one side, from those before them.

        So another ring that nobody knows of, or a medicine, is followed within three weeks. Half a cycle is shorter.
        """
        if len(self._values) < NEW_NIGHTS + MIN_NIGHTS:
            return False
        values = [v for _, v in self._values]
        before, new = values[:-NEW_NIGHTS], values[-NEW_NIGHTS:]
        usual = _median(self._sorted)
        above = sum([v > usual for v in new])
        if NEW_NIGHTS - APART_NIGHTS < above < APART_NIGHTS:
            return False  # the sort below is dear, and seldom needed
        middle, rough = self._rough(sorted(before))
        low, high = middle - APART * rough, middle + APART * rough
        return max(sum([v < low for v in new]), sum([v > high for v in new])) >= APART_NIGHTS

    def _rough(self, ordered: list[float]) -> tuple[float, float]:
        """Median, and the spread that the distances from it tell."""
        median = _median(ordered)
        return median, max(TO_SD * _median(sorted([abs(v - median) for v in ordered])), self._floor)

    def _forget(self, first: date) -> None:
        while self._values and self._values[0][0] < first:
            _, value = self._values.popleft()
            del self._sorted[bisect_left(self._sorted, value)]


def _median(ordered: list[float]) -> float:
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
