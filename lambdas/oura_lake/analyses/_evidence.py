"""How sure are we tonight, given all nights before?

A two-state filter (usual, ill): between two nights the state may change, and each night's combined deviation
is held against what either state would let us expect after the night before. Nights resemble their neighbours
(a healthy swing lasts two or three), so a second high night after a first says less than the first did. How
much one night may say is capped, however wild it is: that is what a party looks like. A missing night only
lets the belief drift back to what is usual.
"""

from dataclasses import dataclass
from math import exp

from oura_lake.analyses._model import MAJOR, MINOR, NONE

FALLS_ILL = 1 / 55  # chance per night
RECOVERS = 1 / 5  # chance per night
SHIFT = 2.6  # deviation of an ill night
MOST_DOWN = -2.5  # log-odds that one night may take away at most
MOST_UP = 3.0  # and add, where no temperature was measured
# with a temperature: from COOLEST, while it is below COOL spreads, rising to WARMEST
COOLEST, WARMEST, COOL, WARMTH_GAIN = 1.2, 5.5, 1.2, 1.8
RAISE = {MINOR: 0.50, MAJOR: 0.93}
HOLD = {MINOR: 0.45, MAJOR: 0.70}
RANK = {NONE: 0, MINOR: 1, MAJOR: 2}
LONGEST_GAP = 60


@dataclass(frozen=True, kw_only=True)
class Belief:
    """The chance of being ill after a night, the level it was given, and the night's deviation."""

    score: float = FALLS_ILL
    level: str = NONE
    deviation: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Night:
    """What one night says: its combined deviation and what that must be weighed by.

    `since` counts the nights from the last judged one; `echo` is the share of that one's deviation that a healthy
    night would repeat; `warmth` is the temperature's own push (None: not measured).
    """

    deviation: float
    since: int
    echo: float
    warmth: float | None


def after_night(before: Belief, night: Night) -> Belief:
    """The belief after one more judged night."""
    was_ill = _drifted(before.score, night.since - 1)
    most, fresh = _most_up(night.warmth), night.deviation - night.echo * before.deviation

    def ratio(shift: float) -> float:
        """How much likelier the night is with its expectation moved by `shift` than without."""
        said = shift / (1 - night.echo**2) * (fresh - shift / 2)
        return exp(min(most, max(MOST_DOWN, said)))

    ill = was_ill * (1 - RECOVERS) * ratio(SHIFT * (1 - night.echo)) + (1 - was_ill) * FALLS_ILL * ratio(SHIFT)
    usual = (1 - was_ill) * (1 - FALLS_ILL) + was_ill * RECOVERS * ratio(-SHIFT * night.echo)
    score = ill / (ill + usual)
    return Belief(score=score, level=_level(score, before.level), deviation=night.deviation)


def _most_up(warmth: float | None) -> float:
    if warmth is None:
        return MOST_UP
    return min(WARMEST, COOLEST + WARMTH_GAIN * max(0.0, warmth - COOL))


def _drifted(score: float, nights: int) -> float:
    for _ in range(min(nights, LONGEST_GAP)):
        score = score * (1 - RECOVERS) + (1 - score) * FALLS_ILL
    return score


def _level(score: float, before: str) -> str:
    """A level is raised at one mark and held down to a lower one, so that it does not flicker."""
    for level in (MAJOR, MINOR):
        held = RANK[before] >= RANK[level]
        if score >= (HOLD if held else RAISE)[level]:
            return level
    return NONE
