"""What do the known rules say of the same days? Each gives the level of its alert days."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import log
from statistics import mean, median, stdev

from oura_lake.analyses._model import PersonDay
from oura_lake.analyses.illness import analyse

Verdicts = dict[date, str]
WINDOW, MIN_NIGHTS = 28, 14


def ours(days: Sequence[PersonDay]) -> Verdicts:
    """The warning of this project."""
    return {f.day: f.level for f in analyse(days) if f.is_alert}


def night_signal(days: Sequence[PersonDay]) -> Verdicts:
    """NightSignal's red alert: 4 bpm above the median of all nights so far on two nights running."""
    found, seen, high = {}, [], set()
    for day in days:
        if day.resting_heart_rate_bpm is None:
            continue
        seen.append(int(day.resting_heart_rate_bpm))
        if seen[-1] >= int(median(seen)) + 4:
            high.add(day.day)
            if day.day - timedelta(days=1) in high:
                found[day.day] = "major"
    return found


def two_of_four(days: Sequence[PersonDay]) -> Verdicts:
    """Two of four signals more than two standard deviations off the mean of the 28 days before."""
    return {d.day: "minor" for n, d in enumerate(days) if _n_off(days[max(0, n - WINDOW) : n], d) >= 2}


def _n_off(before: Sequence[PersonDay], day: PersonDay) -> int:
    return sum(_is_off([v for d in before if (v := read(d)) is not None], read(day)) for read in READ)


def _is_off(values: Sequence[float], value: float | None) -> bool:
    return value is not None and len(values) >= MIN_NIGHTS and value > mean(values) + 2 * stdev(values)


READ = (
    lambda d: d.temperature_deviation_c,
    lambda d: d.resting_heart_rate_bpm,
    lambda d: -log(d.hrv_rmssd_ms) if d.hrv_rmssd_ms else None,
    lambda d: d.respiratory_rate_bpm,
)
RULES = {"this project": ours, "2 of 4 signals": two_of_four, "NightSignal, red": night_signal}
