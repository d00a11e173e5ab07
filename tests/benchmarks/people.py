"""Generated persons with known days of illness, for the evaluation of a detector.

Nightly signals are AR(1) with a shared part, a weekend, whole-number heart rates, nights not worn, alcohol nights,
trips, hard training, a cycle, a clock change, another ring and a slow drift; an illness adds a ramped course in units
of the person's own spread. This is a model we made, kinder than life: use it for the ranking and the noise, not as a
promise. The warning's constants were chosen on other people (tuning_people.py) and other seeds of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from oura_lake.analyses.model import PersonDay

START = date(2025, 1, 6)
PHI = 0.45
RAMP = (0.6, 1.0, 1.0, 0.8, 0.5)  # the course of a five-day illness

#                     temperature, heart rate, ln hrv, breathing, sqrt steps
BAD = np.array([1.0, 1.0, -1.0, 1.0, -1.0])
STRONG = (4.0, 3.0, 2.0, 1.5, 1.5)
PEERS = (4.0, 3.0, 2.0, 0.0, 0.0)  # the illness of the side-by-side with the public projects
ALCOHOL = np.array([0.8, 3.0, 2.5, 1.0, 0.0])
TRIP = np.array([0.3, 0.8, 0.8, 0.2, -0.7])
TRAINING = np.array([0.3, 1.3, 1.2, 0.3, -1.5])
CYCLE = np.array([1.3, 0.8, 0.6, 0.4, 0.0])  # of its second half
NEW_RING = np.array([2.0, 2.0, 2.0, 2.0, 1.0])
TRIP_NIGHTS, TRIP_EVERY, CYCLE_NIGHTS, LUTEAL_NIGHTS = 5, 45, 28, 13
SPREAD_LOW = np.array([0.13, 1.3, 0.10, 0.25, 11.0])
SPREAD_HIGH = np.array([0.25, 3.0, 0.22, 0.60, 20.0])
LEVEL_LOW = np.array([-0.05, 45.0, 3.0, 12.5, 75.0])
LEVEL_HIGH = np.array([0.05, 65.0, 4.3, 17.5, 110.0])


@dataclass(frozen=True, kw_only=True)
class Life:
    """Life of a generated person: what may disturb the nights, and how ill they fall on `onset`."""

    nights: int = 160
    onset: int | None = 140
    illness: tuple[float, ...] = STRONG
    strength: float = 1.0
    ramp: Sequence[float] = RAMP
    missing: float = 0.0
    alcohol: float = 0.0
    night_out: int | None = None
    clock_change: int | None = None
    training: float = 0.0
    has_cycle: bool = False
    has_trips: bool = False
    new_ring: int | None = None
    is_ring_known: bool = True
    only: tuple[str, ...] = ()
    shared: float = 0.35  # of the variance is common to all signals


NAMES = ("temperature_deviation_c", "resting_heart_rate_bpm", "hrv_rmssd_ms", "respiratory_rate_bpm", "steps")


def live(life: Life, seed: int) -> list[PersonDay]:
    """Generate the days of one person; the same seed gives the same person."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(LEVEL_LOW, LEVEL_HIGH)
    spread = rng.uniform(SPREAD_LOW, SPREAD_HIGH)
    units = _healthy(life, rng) + _weekend(life.nights) + _drift(life.nights, rng)
    units += _alcohol(life, rng) + _clock(life) + _illness(life)
    values = level + spread * units * BAD
    worn = rng.random(life.nights) >= life.missing
    values += spread * BAD * _other_causes(life, rng)
    return [_day(n, row, bool(worn[n]), life) for n, row in enumerate(values)]


def _healthy(life: Life, rng: np.random.Generator) -> NDArray[np.float64]:
    """Generate AR(1) noise of spread 1 with heavy tails, a part of it shared by all signals."""
    noise = rng.standard_t(6, (life.nights, 6)) / np.sqrt(1.5)
    series = np.zeros_like(noise)
    series[0] = noise[0]
    for n in range(1, life.nights):
        series[n] = PHI * series[n - 1] + np.sqrt(1 - PHI**2) * noise[n]
    return np.asarray(np.sqrt(1 - life.shared) * series[:, :5] + np.sqrt(life.shared) * series[:, 5:])


def _weekend(nights: int) -> NDArray[np.float64]:
    """Effect of the weekend: Saturday and Sunday mornings are half a spread worse."""
    return np.array([[0.5 if n % 7 in (5, 6) else 0.0] for n in range(nights)])


def _drift(nights: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Effect of fitness and season: up to one spread over half a year."""
    return np.linspace(0, 1, nights)[:, None] * rng.uniform(-1, 1, 5) * nights / 180


def _alcohol(life: Life, rng: np.random.Generator) -> NDArray[np.float64]:
    nights = rng.random(life.nights) < life.alcohol
    if life.night_out is not None:
        nights[life.night_out] = True
    found: NDArray[np.float64] = nights[:, None] * ALCOHOL * rng.uniform(0.6, 1.4, (life.nights, 1))
    return found


def _clock(life: Life) -> NDArray[np.float64]:
    """Effect of the clock change: two short nights raise the heart rate a little."""
    units = np.zeros((life.nights, 5))
    if life.clock_change is not None:
        units[life.clock_change : life.clock_change + 2] += np.array([0.0, 0.7, 0.7, 0.0, 0.0])
    return units


def _other_causes(life: Life, rng: np.random.Generator) -> NDArray[np.float64]:
    """Effects of trips, the morning after hard training, the cycle and another ring."""
    n, first, phase = np.arange(life.nights), rng.integers(TRIP_EVERY), rng.integers(CYCLE_NIGHTS)
    is_trained = rng.random(life.nights) < life.training
    units: NDArray[np.float64] = is_trained[:, None] * TRAINING * rng.uniform(0.6, 1.4, (life.nights, 1))
    if life.has_trips:
        units += ((n + first) % TRIP_EVERY < TRIP_NIGHTS)[:, None] * TRIP
    if life.has_cycle:
        units += ((n + phase) % CYCLE_NIGHTS >= CYCLE_NIGHTS - LUTEAL_NIGHTS)[:, None] * CYCLE
    if life.new_ring is not None:
        units += (n >= life.new_ring)[:, None] * NEW_RING * rng.choice([-1, 1], 5)
    return units


def _illness(life: Life) -> NDArray[np.float64]:
    units = np.zeros((life.nights, 5))
    for n, share in enumerate(life.ramp if life.onset is not None else ()):
        units[(life.onset or 0) + n] += share * life.strength * np.array(life.illness)
    return units


def _day(n: int, row: NDArray[np.float64], worn: bool, life: Life) -> PersonDay:
    day = PersonDay(
        day=START + timedelta(days=n),
        temperature_deviation_c=round(float(row[0]), 2),
        resting_heart_rate_bpm=float(round(row[1])),
        hrv_rmssd_ms=float(round(np.exp(row[2]))),
        respiratory_rate_bpm=round(float(row[3]) * 8) / 8,
        steps=float(round(max(row[4], 10.0) ** 2)),
        non_wear_h=1.0,
        is_new_ring=n == life.new_ring if life.is_ring_known else None,
        utc_offset_min=120 if life.clock_change is not None and n >= life.clock_change else 60,
    )
    hidden = set() if worn else set(NAMES)
    hidden |= set(NAMES) - set(life.only or NAMES)
    nothing: dict[str, Any] = dict.fromkeys(hidden)
    return replace(day, **nothing)
