"""Baseline: the distance of a value from this person's own past weeks.

Middle and spread are the mean and the standard deviation of the trailing window. Values farther than two spreads from
the median count as two spreads away; this first spread is 1.4826 * MAD. The result is nearly as sharp as a plain mean,
and as hard to upset as a median. The judged day is never part of its own baseline, and neither is a day that was
judged ill. When the level moves and stays, the baseline forgets the nights before the move.
"""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW_DAYS = 56
MIN_NIGHTS = 14
LONG_GAP_DAYS = 28  # after four weeks without a value the baseline is unknown
TO_SD = 1.4826  # MAD -> standard deviation of a normal distribution
NEW_NIGHTS, APART_NIGHTS, APART = 18, 16, 0.75  # 16 of 18 nights, 0.75 spreads away: a new level
FAR = 2.0  # spreads; a value farther away counts as this far
PULLED_IN = 0.88  # the share of a normal distribution's standard deviation that remains after FAR
USUAL_RANGE = 2.0  # spreads to either side: about 19 of 20 healthy nights
NEW_NORMAL_NIGHTS = 10  # a shift that lasts longer is no illness but the new baseline
MIDDLE_SE = 1.05  # standard error of the middle in units of sd / sqrt(n)
AUTOCORRELATION = 0.45  # of nightly signals; it makes n nights worth n (1 - r) / (1 + r)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """Person's usual value of one signal: middle, spread (never below the floor) and nights behind it."""

    middle: float
    spread: float
    n: int

    def z(self, value: float) -> float:
        """Deviation of a value in spreads."""
        return (value - self.middle) / self.spread

    @property
    def z_error(self) -> float:
        """Standard error of `z`, since the middle is an estimate."""
        effective = self.n * (1 - AUTOCORRELATION) / (1 + AUTOCORRELATION)
        return float(MIDDLE_SE / effective**0.5)


class Trailing:
    """Values of one signal over the trailing window of calendar days."""

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._values: deque[tuple[date, float]] = deque()
        self._sorted: list[float] = []

    def add(self, day: date, value: float) -> None:
        """Add a judged day to the baseline of later days; after a long gap the baseline starts again."""
        if self._values and (day - self._values[-1][0]).days > LONG_GAP_DAYS:
            self.restart()
        self._values.append((day, value))
        insort(self._sorted, value)
        if self._has_moved():
            self._forget(self._values[-NEW_NIGHTS][0])

    def usual(self, day: date) -> Usual | None:
        """Baseline for a day; None below MIN_NIGHTS values and after a long gap."""
        self.advance(day)
        n = len(self._sorted)
        if n < MIN_NIGHTS or (day - self._values[-1][0]).days > LONG_GAP_DAYS:
            return None
        median, rough = self._rough(self._sorted)
        least, most = median - FAR * rough, median + FAR * rough
        low, high = bisect_left(self._sorted, least), bisect_right(self._sorted, most)
        near = [least] * low + self._sorted[low:high] + [most] * (n - high)
        middle = sum(near) / n
        spread = (sum([(v - middle) ** 2 for v in near]) / n) ** 0.5 / PULLED_IN
        return Usual(middle=middle, spread=max(spread, self._floor), n=n)

    def advance(self, day: date) -> None:
        """Forget the values that are too old for the baseline of a day."""
        self._forget(day - timedelta(days=WINDOW_DAYS))

    def n_nights(self, day: date) -> int:
        """Return the number of values in the baseline for a day."""
        self.advance(day)
        is_old = not self._values or (day - self._values[-1][0]).days > LONG_GAP_DAYS
        return 0 if is_old else len(self._sorted)

    def restart(self) -> None:
        """Forget all values; the baseline starts again."""
        self._values.clear()
        self._sorted.clear()

    def _has_moved(self) -> bool:
        """Return whether nearly all of the last nights lie to one side of the nights before them.

        The baseline so follows an unreported ring or a medicine within three weeks. Half a menstrual cycle is shorter.
        """
        if len(self._values) < NEW_NIGHTS + MIN_NIGHTS:
            return False
        values = [v for _, v in self._values]
        before, new = values[:-NEW_NIGHTS], values[-NEW_NIGHTS:]
        usual = _median(self._sorted)
        above = sum([v > usual for v in new])
        if NEW_NIGHTS - APART_NIGHTS < above < APART_NIGHTS:
            return False  # the sort below is slow, and seldom needed
        middle, rough = self._rough(sorted(before))
        low, high = middle - APART * rough, middle + APART * rough
        return max(sum([v < low for v in new]), sum([v > high for v in new])) >= APART_NIGHTS

    def _rough(self, ordered: list[float]) -> tuple[float, float]:
        """Median, and the spread by the distances from it."""
        median = _median(ordered)
        return median, max(TO_SD * _median(sorted([abs(v - median) for v in ordered])), self._floor)

    def _forget(self, first: date) -> None:
        while self._values and self._values[0][0] < first:
            _, value = self._values.popleft()
            del self._sorted[bisect_left(self._sorted, value)]


def _median(ordered: list[float]) -> float:
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
