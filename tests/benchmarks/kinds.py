"""How often does each kind of alert fire by chance, and does strain see what it should?

Run: `PYTHONPATH=lambdas:tests python -m benchmarks.kinds`

Prints, for generated persons (people.py, with sleep, bedtimes, load, stress and readiness added), the episodes in 30
judged days of people in whose year nothing happens: what docs/alerts.md quotes and the messages say.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
from benchmarks.people import PHI, Life, live
from click import echo
from numpy.typing import NDArray
from oura_lake import analyses
from oura_lake.alerts._episodes import episodes
from oura_lake.analyses._model import OK, PersonDay
from oura_lake.registry import entries

PERSONS = int(os.environ.get("PERSONS", "200"))
YEAR = 365
LIVES = {
    "nothing happens": Life(nights=YEAR, onset=None),
    "… 20 % of nights missing": Life(nights=YEAR, onset=None, missing=0.2),
    "… alcohol one night in ten": Life(nights=YEAR, onset=None, alcohol=0.1),
}
LESS_HRV = {"10 % lower ln rMSSD": 0.9, "20 % lower ln rMSSD": 0.8}
STRAIN_DAYS, BEFORE = 14, 120


def a_life(life: Life, seed: int) -> list[PersonDay]:
    """A generated person with the signals that only the slower kinds look at."""
    rng = np.random.default_rng(seed + 10_000)
    noise = {name: _wave(life.nights, rng) for name in ("sleep", "bed", "load", "stress", "score")}
    return [_day(day, n, noise) for n, day in enumerate(live(life, seed))]


def strained(seed: int, share: float, rise: float = 1.3) -> list[PersonDay]:
    """Two weeks of less ln rMSSD under a load that rises, after four usual months."""
    days = a_life(Life(nights=BEFORE + STRAIN_DAYS, onset=None), seed)
    return [d if n < BEFORE else _loaded(d, share, 1 + (rise - 1) * (n - BEFORE + 1) / STRAIN_DAYS)
            for n, d in enumerate(days)]


def _loaded(day: PersonDay, share: float, rise: float) -> PersonDay:
    hrv = day.hrv_rmssd_ms and float(round(day.hrv_rmssd_ms**share))
    return replace(day, hrv_rmssd_ms=hrv, met_min=(day.met_min or 0.0) * rise, steps=(day.steps or 0.0) * rise)


def _wave(nights: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """AR(1) noise of spread 1."""
    noise = rng.standard_normal(nights)
    for n in range(1, nights):
        noise[n] = PHI * noise[n - 1] + np.sqrt(1 - PHI**2) * noise[n]
    return noise


def _day(day: PersonDay, n: int, noise: dict[str, NDArray[np.float64]]) -> PersonDay:
    if day.resting_heart_rate_bpm is None and day.temperature_deviation_c is None:
        return day
    is_free = n % 7 in (5, 6)
    bed = 23.0 + 0.7 * float(noise["bed"][n]) + (0.8 if is_free else 0.0)
    begin = datetime.combine(day.day - timedelta(days=1), time()) + timedelta(hours=bed)
    return replace(
        day, sleep_h=max(3.0, 7.2 + 0.8 * float(noise["sleep"][n]) + (0.5 if is_free else 0.0)),
        bedtime_start_local=begin, met_min=float(300 * np.exp(0.6 * noise["load"][n])),
        stress_high_min=float(90 * np.exp(0.7 * noise["stress"][n])),
        readiness_score=float(round(min(99, 79 + 7 * noise["score"][n]))),
    )


def chance_of(kind: str, persons: Sequence[list[PersonDay]]) -> float:
    """Episodes of a kind in 30 judged days."""
    found = [entries(analyses)[kind].analyse(days) for days in persons]
    judged = sum(f.status == OK for findings in found for f in findings)
    return 30 * sum(len(episodes(findings)) for findings in found) / judged if judged else float("nan")


def raised_within(share: float, days: int, persons: int = PERSONS) -> float:
    """The share of strained persons whom the warning names by that day of the two weeks."""
    found = [entries(analyses)["strain"].analyse(strained(seed, share)) for seed in range(persons)]
    first = live(Life(nights=BEFORE + 1, onset=None), 0)[-1].day
    return float(np.mean([any(f.is_alert and 0 <= (f.day - first).days < days for f in f_) for f_ in found]))


def _lines() -> Iterator[str]:
    kinds = [kind for kind in entries(analyses) if kind not in ("illness", "ring_battery")]
    yield f"{PERSONS} persons, {YEAR} nights each; episodes in 30 judged days"
    yield f"{'':<30}" + "".join(f"{kind:>18}" for kind in kinds)
    for name, life in LIVES.items():
        persons = [a_life(life, seed) for seed in range(PERSONS)]
        yield f"{name:<30}" + "".join(f"{chance_of(kind, persons):>18.2f}" for kind in kinds)
    for name, share in LESS_HRV.items():
        by_day = ", ".join(f"{day} {raised_within(share, day):.0%}" for day in (7, 10))
        yield f"{name}, load +30 %: strain told by day {by_day}"


if __name__ == "__main__":
    echo("\n".join(_lines()))
