"""Known rules over the same days: each gives a number a day, and the alert is at or above its threshold.

So each can be compared with the warning at its own published threshold and at as many false events as the warning
has.
"""

from collections.abc import Callable, Sequence

import numpy as np
from benchmarks.people import BAD, NAMES
from numpy.typing import NDArray
from oura_lake.analyses.model import PersonDay

WINDOW, MIN_NIGHTS = 28, 14
RATE = NAMES.index("resting_heart_rate_bpm")
FOUR = [NAMES.index(name) for name in NAMES if name != "steps"]
Scores = NDArray[np.float64]


def night_signal(days: Sequence[PersonDay]) -> Scores:
    """Score NightSignal: whole bpm above the median of all nights so far, the lesser of two nights; red from 4 on.

    A single missing night counts as the mean of its neighbours, as published, from the morning after on.
    """
    worn = np.floor(_values(days)[:, RATE])
    rates = _single_gaps_filled(worn)
    above = np.full(len(days), -np.inf)
    for n in np.flatnonzero(~np.isnan(rates)):
        above[n] = rates[n] - np.floor(np.nanmedian(rates[: n + 1]))
    lesser = np.concatenate([[-np.inf], np.minimum(above[1:], above[:-1])])
    return np.where(np.isnan(worn), -np.inf, lesser)


def _single_gaps_filled(rates: Scores) -> Scores:
    """Fill missing nights between two known ones, which neighbour a known night themselves."""
    filled = rates.copy()
    for n in range(2, len(rates) - 1):
        if np.isnan(rates[n]) and not np.isnan(rates[[n - 2, n - 1, n + 1]]).any():
            filled[n] = np.floor((rates[n - 1] + rates[n + 1]) / 2)
    return filled


def two_of_four(days: Sequence[PersonDay]) -> Scores:
    """Second largest of four signals, in standard deviations from the mean of the 28 days before; from 2 on."""
    return np.sort(_no_nan(_z(days)[:, FOUR]), axis=1)[:, -2]


def plain_z(days: Sequence[PersonDay]) -> Scores:
    """Mean of all signals in standard deviations from the mean of the 28 days before; from 2 on."""
    z = _z(days)
    n = (~np.isnan(z)).sum(axis=1)
    return np.where(n > 0, np.nansum(z, axis=1) / np.maximum(n, 1), -np.inf)


RULES: dict[str, tuple[Callable[[Sequence[PersonDay]], Scores], float]] = {
    "NightSignal": (night_signal, 4.0),
    "28-day z": (plain_z, 2.0),
    "2 of 4": (two_of_four, 2.0),
}


def _z(days: Sequence[PersonDay]) -> Scores:
    """Deviations towards illness; steps as known in the morning, from the day before."""
    values = _values(days) * BAD
    values[1:, -1], values[0, -1] = values[:-1, -1].copy(), np.nan
    z = np.full(values.shape, np.nan)
    for n in range(MIN_NIGHTS, len(days)):
        before = values[max(0, n - WINDOW) : n]
        enough = (~np.isnan(before)).sum(axis=0) >= MIN_NIGHTS
        before = before[:, enough]
        z[n, enough] = (values[n, enough] - np.nanmean(before, axis=0)) / np.nanstd(before, axis=0, ddof=1)
    return z


def _values(days: Sequence[PersonDay]) -> Scores:
    rows = [[getattr(d, name) for name in NAMES] for d in days]
    values = np.array([[np.nan if v is None else v for v in row] for row in rows])
    values[:, 2], values[:, 4] = np.log(values[:, 2]), np.sqrt(values[:, 4])
    return values


def _no_nan(values: Scores) -> Scores:
    return np.where(np.isnan(values), -np.inf, values)
