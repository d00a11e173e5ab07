"""Outcomes of a rule on some persons: false alarms, hits beside chance, lead, each with an interval.

An event is a run of alert days with gaps of at most three days. A hit is an alert within three days of the onset;
chance is the same window laid on healthy days; lift is hits minus chance. Intervals: 2,000 bootstraps of the persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from oura_lake.alerts.episodes import MOST_GAP_DAYS

WARM_UP = 30  # nights before the first counted one: enough for a baseline
INCUBATION = 4  # days before the onset that are no healthy days
REACH = 3
MORNINGS = 5
MONTH = 30.0
DRAWS, SEED = 2000, 1
STEPS = 14  # of the search for a threshold
Alerts = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Outcome with one number a person: events, alert days and healthy months; hits by morning, near onset, chance."""

    events: Numbers
    days: Numbers
    months: float
    by_morning: Numbers
    near: Numbers
    chance: Numbers
    lead: Numbers  # days from the first near alert to the onset; NaN without one

    def a_month(self, counts: Numbers) -> str:
        """Rates per 30 healthy days, with their interval."""
        return spoken(counts / self.months)

    @property
    def events_a_month(self) -> float:
        """False events in 30 healthy days."""
        return float(self.events.mean() / self.months)


def outcome(alerts: Alerts, onset: int | None) -> Outcome:
    """Count the outcome of the alerts (persons by days); without an onset all days are healthy."""
    last = alerts.shape[1] if onset is None else onset - INCUBATION
    healthy = alerts[:, WARM_UP:last]
    no = np.full(len(alerts), np.nan)
    by_morning, near, lead = np.full((len(alerts), MORNINGS), np.nan), no, no
    if onset is not None:
        by_morning = np.stack([alerts[:, onset : onset + n + 1].any(1) for n in range(MORNINGS)], axis=1).astype(float)
        window = alerts[:, onset - REACH : onset + REACH + 1]
        near, lead = window.any(1).astype(float), np.where(window.any(1), REACH - window.argmax(1), np.nan)
    wide = np.lib.stride_tricks.sliding_window_view(healthy, 2 * REACH + 1, axis=1)
    return Outcome(
        events=_n_events(healthy).astype(float),
        days=healthy.sum(1).astype(float),
        months=healthy.shape[1] / MONTH,
        by_morning=by_morning,
        near=near,
        chance=wide.any(2).mean(1),
        lead=lead,
    )


def at_equal_events(lives: Sequence[tuple[Numbers, int | None]], wanted: float) -> list[Alerts]:
    """Alerts of a rule at the threshold that gives as many false events a month as wanted, over some lives.

    A life is the rule's scores (persons by days) and the onset. Equal scores are separated at random, so that a rule
    of whole numbers can meet any rate.
    """
    rng = np.random.default_rng(SEED)
    without_ties = [(scores + rng.uniform(0, 1e-6, scores.shape), onset) for scores, onset in lives]
    finite = np.concatenate([s[:, WARM_UP:onset][np.isfinite(s[:, WARM_UP:onset])] for s, onset in without_ties])
    if not finite.size:
        return [np.zeros(scores.shape, bool) for scores, _ in lives]
    low, high = 0.5, 1.0
    for _ in range(STEPS):
        share = (low + high) / 2
        threshold = np.quantile(finite, share)
        rates = [outcome(scores >= threshold, onset).events_a_month for scores, onset in without_ties]
        low, high = (share, high) if np.mean(rates) > wanted else (low, share)
    return [scores >= threshold for scores, _ in without_ties]


def interval(values: Numbers) -> tuple[float, float]:
    """Middle 95 % of the mean over bootstrapped persons."""
    values = values[~np.isnan(values)]
    if not values.size:
        return np.nan, np.nan
    drawn = np.random.default_rng(SEED).integers(0, values.size, (DRAWS, values.size))
    means = values[drawn].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def spoken(values: Numbers, percent: bool = False) -> str:
    """Format a mean with its interval; nothing where there is none."""
    if np.isnan(values).all():
        return ""
    low, high = interval(values)
    by, form = (100, ".0f") if percent else (1, ".2f")
    return f"{by * np.nanmean(values):{form}} [{by * low:{form}}, {by * high:{form}}]"


def _n_events(alerts: Alerts) -> NDArray[np.int64]:
    count, last = np.zeros(len(alerts), int), np.full(len(alerts), -99)
    for n in range(alerts.shape[1]):
        count += alerts[:, n] & (n - last > MOST_GAP_DAYS + 1)
        last = np.where(alerts[:, n], n, last)
    return count
