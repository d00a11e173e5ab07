"""Signals of illness: their direction, and the smallest spread that counts.

Floors keep a quiet month from making a ripple look like a wave. HRV swings for many reasons and steps fall for more,
so an illness is taken to move them less, and less surely, than temperature and heart rate. Steps are known a day late,
since an activity day ends at 04:00 the next morning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

from oura_lake.analyses.model import PersonDay

MAX_NON_WEAR_H = 5.0  # a ring that lay on the table counts few steps too

Read = Callable[[PersonDay], float | None]


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal: how it is read from a day (`show` undoes the scale) and `sign` of getting worse.

    On the read scale `floor` is the smallest spread and `least` the lowest possible value. An illness moves the signal
    with the chance `share`, by about `shift` spreads; `most` is how many may count. `unless` names the signal that says
    the same better; `is_of_sleep`: Oura's sleep algorithm decides on it.
    """

    name: str
    read: Read
    show: Callable[[float], float]
    sign: int
    floor: float
    most: float
    shift: float = 0.0
    share: float = 0.0
    is_of_sleep: bool = False
    lag_days: int = 0
    least: float = float("-inf")
    unless: str = ""


def value_of(signal: Signal, days: Mapping[date, PersonDay], day: date) -> float | None:
    """The signal's value that is known on the morning of `day`, on the scale it is judged on."""
    row = days.get(day - timedelta(days=signal.lag_days))
    return None if row is None else signal.read(row)


def plain(name: str) -> Read:
    def read(day: PersonDay) -> float | None:
        value = getattr(day, name)
        return None if value is None else float(value)

    return read


def _positive(name: str, scale: Callable[[float], float]) -> Read:
    def read(day: PersonDay) -> float | None:
        value = getattr(day, name)
        return scale(float(value)) if value is not None and value > 0 else None  # 0 is a sentinel

    return read


def _worn(read: Read) -> Read:
    def worn(day: PersonDay) -> float | None:
        return None if (day.non_wear_h or 0.0) > MAX_NON_WEAR_H else read(day)

    return worn


def _same(value: float) -> float:
    return value


def _square(value: float) -> float:
    return value * value


SIGNALS = (
    Signal(
        name="temperature_deviation_c",
        read=plain("temperature_deviation_c"),
        show=_same,
        sign=1,
        floor=0.1,
        shift=1.75,
        share=0.87,
        most=5.0,
    ),
    Signal(
        name="resting_heart_rate_bpm",
        read=_positive("resting_heart_rate_bpm", _same),
        show=_same,
        sign=1,
        floor=1.0,
        shift=1.6,
        share=0.87,
        most=5.0,
        is_of_sleep=True,
    ),
    Signal(
        name="hrv_rmssd_ms",
        read=_positive("hrv_rmssd_ms", log),
        show=exp,
        sign=-1,
        floor=0.05,
        shift=1.3,
        share=0.77,
        most=4.0,
        is_of_sleep=True,
    ),
    Signal(
        name="respiratory_rate_bpm",
        read=_positive("respiratory_rate_bpm", _same),
        show=_same,
        sign=1,
        floor=0.2,
        shift=1.15,
        share=0.72,
        most=5.0,
        is_of_sleep=True,
    ),
    Signal(
        name="steps",
        read=_worn(_positive("steps", sqrt)),
        show=_square,
        sign=-1,
        floor=8.0,
        shift=1.4,
        share=0.3,
        most=3.0,
        lag_days=1,
        least=0.0,
    ),
    Signal(
        name="inactive_h",
        read=_worn(_positive("inactive_h", _same)),
        show=_same,
        sign=1,
        floor=0.5,
        shift=1.4,
        share=0.3,
        most=3.0,
        lag_days=1,
        least=0.0,
        unless="steps",
    ),
)
