"""Evaluation of each kind of alert: how often it fires by chance, and whether strain fires when it should.

Run: `PYTHONPATH=lambdas:tests python -m benchmarks.kinds`

Both take the path of a run: the illness warning's findings on the same days come first.

Prints, for generated persons (people.py, with sleep, bedtimes, load, stress and readiness added), the episodes in 30
judged days of people in whose year nothing happens, which docs/explanation/alerts.md and the messages quote.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
from benchmarks.people import PHI, Life, live
from benchmarks.scenarios import ONSET, SCENARIOS, STRONG_TOGETHER
from click import echo
from numpy.typing import NDArray
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.model import Alert
from oura_lake.analyses.model import OK, QUESTIONS, Analysis, Finding, PersonDay
from oura_lake.registry import plugins

PERSONS = int(os.environ.get("PERSONS", "200"))
YEAR = 365
LIVES = {
    "nothing happens": Life(nights=YEAR, onset=None),
    "… 20 % of nights missing": Life(nights=YEAR, onset=None, missing=0.2),
    "… alcohol one night in ten": Life(nights=YEAR, onset=None, alcohol=0.1),
}
LESS_HRV = {"10 % lower ln rMSSD": 0.9, "20 % lower ln rMSSD": 0.8}
ILL = {
    "never ill": Life(onset=None),
    **{name: SCENARIOS[name] for name in (STRONG_TOGETHER, "half as strong", "slow onset")},
}
SEEDS = range(1000, 1000 + PERSONS)  # the rule that an illness silences strain was chosen on seeds below 60
STRAIN_DAYS, BEFORE, AFTER = 14, 120, 21


def a_life(life: Life, seed: int) -> list[PersonDay]:
    """Generate a person with the signals of the slower kinds."""
    rng = np.random.default_rng(seed + 10_000)
    noise = {name: _wave(life.nights, rng) for name in ("sleep", "bed", "load", "stress", "score")}
    return [_day(day, n, noise) for n, day in enumerate(live(life, seed))]


def strained(seed: int, share: float, rise: float = 1.3) -> list[PersonDay]:
    """Generate two weeks of less ln rMSSD under a load that rises, after four usual months."""
    days = a_life(Life(nights=BEFORE + STRAIN_DAYS, onset=None), seed)
    return [
        d if n < BEFORE else _loaded(d, share, 1 + (rise - 1) * (n - BEFORE + 1) / STRAIN_DAYS)
        for n, d in enumerate(days)
    ]


def _loaded(day: PersonDay, share: float, rise: float) -> PersonDay:
    hrv = day.hrv_rmssd_ms and float(round(day.hrv_rmssd_ms**share))
    return replace(day, hrv_rmssd_ms=hrv, met_min=(day.met_min or 0.0) * rise, steps=(day.steps or 0.0) * rise)


def _wave(nights: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Generate AR(1) noise of spread 1."""
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
        day,
        sleep_h=max(3.0, 7.2 + 0.8 * float(noise["sleep"][n]) + (0.5 if is_free else 0.0)),
        bedtime_start_local=begin,
        met_min=float(300 * np.exp(0.6 * noise["load"][n])),
        stress_high_min=float(90 * np.exp(0.7 * noise["stress"][n])),
        readiness_score=float(round(min(99, 79 + 7 * noise["score"][n]))),
    )


def judged(kind: str, days: list[PersonDay], ill: Sequence[Finding]) -> tuple[list[Finding], list[Alert]]:
    """Judge the days by a kind; return its findings and delivered episodes, beside the illness warning."""
    findings = plugins(QUESTIONS, Analysis)[kind].analyse(days)
    alert = plugins(ALERT_KINDS, AlertKind)[kind]
    return findings, alert.evaluate(alert.unexplained(findings, ill))


def chance_of(kind: str, persons: Sequence[list[PersonDay]], ill: Sequence[Sequence[Finding]]) -> float:
    """Count the episodes of a kind in 30 judged days."""
    found = [judged(kind, *person) for person in zip(persons, ill, strict=True)]
    n_judged = sum(f.status == OK for findings, _ in found for f in findings)
    return 30 * sum(len(delivered) for _, delivered in found) / n_judged if n_judged else float("nan")


def raised_within(share: float, days: int, seeds: Sequence[int]) -> float:
    """Share of strained persons who get a message by that day of the two weeks."""
    return float(np.mean([any(n < days for n in strain_messages(strained(seed, share), BEFORE)) for seed in seeds]))


def strain_messages(days: list[PersonDay], since: int) -> list[int]:
    """Days from that one on with a message on strain, counted from it."""
    _, delivered = judged("strain", days, illness(days))
    return [n for a in delivered if (n := (a.first_alert_day - days[since].day).days) >= 0]


def false_strain(life: Life, seeds: Sequence[int]) -> float:
    """Share of persons with a message on strain within three weeks of the day on which they fall ill, or do not."""
    longer = replace(life, nights=ONSET + AFTER)
    return float(np.mean([bool(strain_messages(a_life(longer, seed), ONSET)) for seed in seeds]))


def illness(days: list[PersonDay]) -> list[Finding]:
    """Judge the days by the illness warning."""
    findings: list[Finding] = plugins(QUESTIONS, Analysis)["illness"].analyse(days)
    return findings


def _lines() -> Iterator[str]:
    kinds = [kind for kind in plugins(QUESTIONS, Analysis) if kind not in ("illness", "ring_battery")]
    yield f"{PERSONS} persons, {YEAR} nights each; episodes in 30 judged days"
    yield f"{'':<30}" + "".join(f"{kind:>18}" for kind in kinds)
    for name, life in LIVES.items():
        persons = [a_life(life, seed) for seed in range(PERSONS)]
        ill = [illness(days) for days in persons]
        yield f"{name:<30}" + "".join(f"{chance_of(kind, persons, ill):>18.2f}" for kind in kinds)
    for name, share in LESS_HRV.items():
        by_day = ", ".join(f"{day} {raised_within(share, day, SEEDS):.0%}" for day in (7, 10, 14))
        yield f"{name}, load +30 %: strain told by day {by_day}"
    for name, life in ILL.items():
        yield f"{name}: strain told in the {AFTER} days from the onset {false_strain(life, SEEDS):.0%}"


if __name__ == "__main__":
    echo("\n".join(_lines()))
