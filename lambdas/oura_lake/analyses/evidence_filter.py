"""Two-state Bayesian filter (well, ill): updates the probability of illness night by night.

A two-state filter (usual, ill): between two nights the state may change, and each signal's deviation is held against
what either state would let us expect after its value of the night before, since a healthy swing lasts two or three
nights. No illness moves every signal: one that keeps still costs little, so that a signal more never drowns another.
How much one night may say in all is capped, however wild it is: that is what a party looks like. A missing night
only lets the belief drift back to what is usual.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

FALLS_ILL = 1 / 55  # chance per night
RECOVERS = 1 / 6.5  # chance per night
ECHO = 0.3  # the share of a deviation that a healthy night repeats of the one before
GAIN, IN_COMMON = 1.9, 0.46  # how loud one signal is, and how much of it each further one of that night says again
MOST_DOWN = -3.4  # log-odds that one night may take away at most
MOST_UP = 3.35  # and add, where no temperature was measured
# with a temperature: from COOLEST, while it is below COOL spreads, rising to WARMEST
COOLEST, WARMEST, COOL, WARMTH_GAIN = 2.6, 7.0, 0.35, 1.3
LONGEST_GAP = 60
MOST_LOG = 30.0  # beyond, a number of either sign says the same


@dataclass(frozen=True, kw_only=True)
class Push:
    """One signal on one night: `deviation` towards illness in spreads, and the last one before, `since` nights ago.

    `shift` is the deviation of an ill night, `share` the chance that an illness moves this signal at all. What is not
    nightly (yesterday's steps) does not say again what the night's signals say.
    """

    deviation: float
    before: float
    since: int
    shift: float
    share: float
    is_nightly: bool = True

    @property
    def echo(self) -> float:
        """Share of the last deviation that a healthy night would repeat."""
        return float(ECHO**self.since)


def after_night(before: float, since: int, pushes: Sequence[Push], warmth: float | None) -> float:
    """Chance of being ill after one more judged night, `since` nights after the last one.

    `warmth` is the temperature's own deviation (None: not measured).
    """
    was_ill = _drifted(before, since - 1)
    n_nightly = sum(p.is_nightly for p in pushes)
    gain = GAIN / (1 + IN_COMMON * max(n_nightly - 1, 0)) ** 0.5
    most = _most_up(warmth)

    def ratio(moved: Callable[[Push], float]) -> float:
        """How much likelier the night is with each expectation moved than without."""
        return exp(min(most, max(MOST_DOWN, gain * sum([_said(p, moved(p)) for p in pushes]))))

    ill = was_ill * (1 - RECOVERS) * ratio(lambda p: p.shift * (1 - p.echo))
    ill += (1 - was_ill) * FALLS_ILL * ratio(lambda p: p.shift)
    usual = (1 - was_ill) * (1 - FALLS_ILL) + was_ill * RECOVERS * ratio(lambda p: -p.shift * p.echo)
    return ill / (ill + usual)


def log_odds(chance: float) -> float:
    """Chance on the scale on which evidence adds up."""
    return log(chance / (1 - chance))


def _said(push: Push, moved: float) -> float:
    """Log of how much likelier one signal's value is, if its expectation moved with the chance `share`."""
    fresh = push.deviation - push.echo * push.before
    said = moved / (1 - push.echo**2) * (fresh - moved / 2)
    return log(1 - push.share + push.share * exp(min(MOST_LOG, max(-MOST_LOG, said))))


def _most_up(warmth: float | None) -> float:
    if warmth is None:
        return MOST_UP
    return min(WARMEST, COOLEST + WARMTH_GAIN * max(0.0, warmth - COOL))


def _drifted(chance: float, nights: int) -> float:
    for _ in range(min(nights, LONGEST_GAP)):
        chance = chance * (1 - RECOVERS) + (1 - chance) * FALLS_ILL
    return chance
