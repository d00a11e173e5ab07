"""Two-state Bayesian filter (well, ill): updates the probability of illness night by night.

Between two nights the state may change. Each signal's deviation is compared with the deviation that either state
predicts after the value of the night before, since a healthy swing lasts two or three nights. No illness moves every
signal: a signal that does not move costs little, so that one more signal never drowns another. The evidence of one
night is capped, however wild it is, since a party looks like that. After a missing night the belief only drifts back
to the usual state.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

FALLS_ILL = 1 / 55  # chance per night
RECOVERS = 1 / 6.5  # chance per night
ECHO = 0.3  # the share of a deviation that a healthy night repeats from the night before
GAIN, IN_COMMON = 1.9, 0.46  # the weight of one signal, and the share of it that each further signal repeats
MOST_DOWN = -3.4  # log-odds that one night may subtract at most
MOST_UP = 3.35  # log-odds that one night may add at most without a measured temperature
# with a temperature that cap is COOLEST below COOL spreads, and rises to WARMEST
COOLEST, WARMEST, COOL, WARMTH_GAIN = 2.6, 7.0, 0.35, 1.3
LONGEST_GAP = 60
MOST_LOG = 30.0  # a larger number of either sign changes nothing


@dataclass(frozen=True, kw_only=True)
class Push:
    """One signal on one night: `deviation` towards illness in spreads, and the deviation `before`, `since` nights ago.

    `shift` is the deviation of an ill night, `share` the chance that an illness moves this signal at all. A signal
    that is not nightly (yesterday's steps) does not repeat the night's signals.
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
    """Probability of illness after one more judged night, `since` nights after the last one.

    `warmth` is the temperature's own deviation (None: not measured).
    """
    was_ill = _drifted(before, since - 1)
    n_nightly = sum(p.is_nightly for p in pushes)
    gain = GAIN / (1 + IN_COMMON * max(n_nightly - 1, 0)) ** 0.5
    most = _most_up(warmth)

    def ratio(moved: Callable[[Push], float]) -> float:
        """Likelihood ratio of the night with each expectation moved to the night without."""
        return exp(min(most, max(MOST_DOWN, gain * sum([_log_ratio(p, moved(p)) for p in pushes]))))

    ill = was_ill * (1 - RECOVERS) * ratio(lambda p: p.shift * (1 - p.echo))
    ill += (1 - was_ill) * FALLS_ILL * ratio(lambda p: p.shift)
    usual = (1 - was_ill) * (1 - FALLS_ILL) + was_ill * RECOVERS * ratio(lambda p: -p.shift * p.echo)
    return ill / (ill + usual)


def log_odds(chance: float) -> float:
    """Probability as log-odds, the scale on which evidence adds up."""
    return log(chance / (1 - chance))


def _log_ratio(push: Push, moved: float) -> float:
    """Log-likelihood ratio of one signal's value, if its expectation moved with the chance `share`."""
    fresh = push.deviation - push.echo * push.before
    log_ratio = moved / (1 - push.echo**2) * (fresh - moved / 2)
    return log(1 - push.share + push.share * exp(min(MOST_LOG, max(-MOST_LOG, log_ratio))))


def _most_up(warmth: float | None) -> float:
    if warmth is None:
        return MOST_UP
    return min(WARMEST, COOLEST + WARMTH_GAIN * max(0.0, warmth - COOL))


def _drifted(chance: float, nights: int) -> float:
    for _ in range(min(nights, LONGEST_GAP)):
        chance = chance * (1 - RECOVERS) + (1 - chance) * FALLS_ILL
    return chance
