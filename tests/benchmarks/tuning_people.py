"""Generated persons on whom the warning's constants were chosen, of another model than those it is judged on.

Each differs from the others in what people.py fixes: how long swings last, how much the signals share, how heavy the
tails are, how the weekend looks; calm and restless months, baselines that wander, trips, a cycle for some, nights off
in blocks. An illness moves some signals and not others, each by its own amount, a day early or late; afterwards the
heart rate lies below usual.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from benchmarks.people import BAD, LEVEL_HIGH, LEVEL_LOW, NAMES, START
from numpy.typing import NDArray
from oura_lake.analyses.model import PersonDay

SPREAD_LOW, SPREAD_HIGH = np.array([0.12, 1.2, 0.10, 0.25, 10.0]), np.array([0.28, 3.3, 0.25, 0.60, 25.0])
WEEKEND = np.array([0.3, 0.4, 0.3, 0.1, 0.0])
PARTY = np.array([0.6, 2.6, 2.2, 0.8, 0.3])
CYCLE = np.array([1.3, 0.8, 0.6, 0.4, 0.0])
ILL = np.array([2.8, 2.6, 1.6, 1.6, 1.6])
MOVED = 0.85  # the chance that an illness moves a signal at all
Units = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Course:
    """Number of nights observed, and the start of an illness, if any."""

    nights: int = 330
    onset: int | None = 300
    strength: float = 1.0
    only: tuple[str, ...] = NAMES


def live(course: Course, seed: int) -> list[PersonDay]:
    """Generate the days of one person; the same seed gives the same person."""
    rng = np.random.default_rng([seed, 2])
    units = _swings(course.nights, rng) + _weekend(course.nights, rng) + _wandering(course.nights, rng)
    units += _nights_out(course.nights, rng) + _trips(course.nights, rng) + _cycle(course.nights, rng)
    if course.onset is not None:
        units += _illness(course, course.onset, rng)
    values = rng.uniform(LEVEL_LOW, LEVEL_HIGH) + rng.uniform(SPREAD_LOW, SPREAD_HIGH) * units * BAD
    worn = _worn(course.nights, rng)
    return [_day(n, row, course.only if worn[n] else ()) for n, row in enumerate(values)]


def _swings(nights: int, rng: np.random.Generator) -> Units:
    """Generate AR(1) noise, in part shared, of a strength that changes over weeks."""
    shared, tail = rng.uniform(0.05, 0.6), rng.uniform(3, 10)
    lasting = np.append(rng.uniform(0.15, 0.75, 5), rng.uniform(0.2, 0.6))
    noise = rng.standard_t(tail, (nights, 6)) / np.sqrt(tail / (tail - 2))
    loud = np.zeros(nights)
    for n in range(1, nights):
        noise[n] = lasting * noise[n - 1] + np.sqrt(1 - lasting**2) * noise[n]
        loud[n] = 0.93 * loud[n - 1] + rng.normal(0, 0.12)
    return np.asarray((np.sqrt(1 - shared) * noise[:, :5] + np.sqrt(shared) * noise[:, 5:]) * np.exp(loud)[:, None])


def _weekend(nights: int, rng: np.random.Generator) -> Units:
    week = np.zeros((7, 5))
    week[5:] = rng.normal(0, 0.5, (2, 5)) + WEEKEND
    return week[np.arange(nights) % 7]


def _wandering(nights: int, rng: np.random.Generator) -> Units:
    return np.cumsum(rng.normal(0, 1, (nights, 5)) * rng.uniform(0.01, 0.08, 5), axis=0)


def _nights_out(nights: int, rng: np.random.Generator) -> Units:
    often = rng.choice([0, 0.02, 0.06, 0.12]) * np.where(np.isin(np.arange(nights) % 7, (4, 5, 6)), 1.8, 0.6)
    found: Units = (rng.random(nights) < often)[:, None] * rng.uniform(0.3, 1.4, (nights, 1)) * PARTY
    return found


def _trips(nights: int, rng: np.random.Generator) -> Units:
    units = np.zeros((nights, 5))
    for _ in range(rng.poisson(nights / 200)):
        first = rng.integers(0, nights)
        units[first : first + rng.integers(3, 10)] += rng.normal(0.4, 0.6, 5)
    return units


def _cycle(nights: int, rng: np.random.Generator) -> Units:
    length, phase, size = rng.integers(25, 34), rng.integers(30), rng.uniform(0.5, 1.3)
    second_half = (np.arange(nights) + phase) % length >= length - 13
    return np.asarray((rng.random() < 0.45) * second_half[:, None] * size * CYCLE)


def _illness(course: Course, onset: int, rng: np.random.Generator) -> Units:
    units = np.zeros((course.nights, 5))
    moves = ILL * rng.gamma(2.5, 1 / 2.5, 5) * (rng.random(5) < MOVED) * course.strength
    ramp = np.concatenate([np.linspace(0, 1, rng.integers(2, 5))[1:], np.ones(rng.integers(1, 4)), [0.6, 0.3]])
    for signal, late in enumerate(rng.integers(-2, 1, 5)):
        days = slice(onset + late, min(course.nights, onset + late + len(ramp)))
        units[days, signal] += moves[signal] * ramp[: days.stop - days.start]
    units[onset + 6 : onset + 11, 1] -= 0.8
    return units


def _worn(nights: int, rng: np.random.Generator) -> list[bool]:
    """Choose the nights with the ring: those without come in runs of two on average."""
    missing, off, worn = rng.choice([0.0, 0.05, 0.15, 0.3]), False, []
    for _ in range(nights):
        off = bool(rng.random() < (0.5 if off else 0.5 * missing / (1 - missing)))
        worn.append(not off)
    return worn


def _day(n: int, row: Units, names: tuple[str, ...]) -> PersonDay:
    measured = dict(
        zip(
            NAMES,
            (
                round(float(row[0]), 2),
                float(round(row[1])),
                float(np.exp(row[2])),
                round(float(row[3]) * 8) / 8,
                float(max(row[4], 10.0) ** 2),
            ),
            strict=True,
        )
    )
    shown: dict[str, Any] = {name: measured[name] for name in names}
    return PersonDay(day=START + timedelta(days=n), **shown)
