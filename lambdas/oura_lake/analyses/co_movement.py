"""Co-movement: how much a person's signals move together on healthy nights.

Where they know nothing of each other all are seldom up at once, and less evidence already says something; where they
sway together a usual bad night looks like an illness. It is the mean correlation of what is new in a night, each
deviation less half of the one before, so that a level that stays elsewhere counts little.
"""

from collections.abc import Mapping

CARRIED = 0.5  # of a deviation into the next night
MOST = 2.0  # spreads that count; so one illness hardly moves it
KEPT = 1 - 1 / 365  # a night's weight beside that of the next: about a year
ORDINARY, ORDINARY_NIGHTS = 0.34, 20  # what an ordinary person's is, and how many own nights that weighs


class CoMovement:
    """What one person's nights so far tell of it."""

    def __init__(self) -> None:
        self._before: Mapping[str, float] = {}
        self._n = self._together = self._apart = 0.0

    def add(self, deviations: Mapping[str, float]) -> None:
        """One more night: the deviation of each of its signals."""
        before, self._before = self._before, deviations
        new = [min(MOST, max(-MOST, deviations[s] - CARRIED * before[s])) for s in sorted(deviations) if s in before]
        if len(new) < 2:
            return
        squares = sum([v * v for v in new])
        self._n = KEPT * self._n + 1
        self._together = KEPT * self._together + sum(new) ** 2 - squares
        self._apart = KEPT * self._apart + (len(new) - 1) * squares

    @property
    def above_ordinary(self) -> float:
        """By how much more than an ordinary person's; the fewer nights tell it, the nearer to 0."""
        if not self._apart:
            return 0.0
        return self._n / (self._n + ORDINARY_NIGHTS) * (self._together / self._apart - ORDINARY)
