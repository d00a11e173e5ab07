"""Co-movement: how much a person's signals move together on healthy nights.

Independent signals are seldom high at once, so less evidence is meaningful. Where signals move together, an ordinary
bad night looks like an illness. Co-movement is the mean correlation of what is new in a night: each deviation less
half of the deviation before, so that a shifted level counts little.
"""

from collections.abc import Mapping

CARRIED = 0.5  # the share of a deviation that carries into the next night
MOST = 2.0  # spreads that count at most, so that one illness hardly changes the result
DECAY = 1 - 1 / 365  # the weight of a night relative to the next night: a memory of about a year
ORDINARY, ORDINARY_NIGHTS = 0.34, 20  # an ordinary person's co-movement, and its weight in nights of one's own


class CoMovement:
    """Co-movement of one person's signals, learned from the nights so far."""

    def __init__(self) -> None:
        self._before: Mapping[str, float] = {}
        self._n = self._together = self._apart = 0.0

    def add(self, deviations: Mapping[str, float]) -> None:
        """Add a night: the deviation of each of its signals."""
        before, self._before = self._before, deviations
        new = [min(MOST, max(-MOST, deviations[s] - CARRIED * before[s])) for s in sorted(deviations) if s in before]
        if len(new) < 2:
            return
        squares = sum([v * v for v in new])
        self._n = DECAY * self._n + 1
        self._together = DECAY * self._together + sum(new) ** 2 - squares
        self._apart = DECAY * self._apart + (len(new) - 1) * squares

    @property
    def above_ordinary(self) -> float:
        """Difference from an ordinary person's co-movement; the fewer the nights, the nearer to 0."""
        if not self._apart:
            return 0.0
        return self._n / (self._n + ORDINARY_NIGHTS) * (self._together / self._apart - ORDINARY)
