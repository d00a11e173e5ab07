"""Which signals speak of illness, in which direction, and from how small a wobble on?

Floors keep a quiet month from making a ripple look like a wave. Temperature, heart rate and breathing rate may
speak up to five spreads; HRV swings for many reasons and steps fall for more, so they are heard less. Steps are
known a day late, since an activity day ends at 04:00 the next morning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

from oura_lake.analyses._model import PersonDay

MAX_NON_WEAR_H = 5.0  # a ring that lay on the table counts few steps too

Read = Callable[[PersonDay], float | None]


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal: how it is read from a day (`show` undoes the scale) and `sign` of getting worse.

    On the read scale `floor` is the smallest spread and `least` the lowest possible value; `most` is how many
    spreads of it may count, and `unless` names the signal that says the same better.
    """

    name: str
    read: Read
    show: Callable[[float], float]
    sign: int
    floor: float
    most: float
    lag_days: int = 0
    least: float = float("-inf")
    unless: str = ""


def value_of(signal: Signal, days: Mapping[date, PersonDay], day: date) -> float | None:
    """The signal's value that is known on the morning of `day`, on the scale it is judged on."""
    row = days.get(day - timedelta(days=signal.lag_days))
    return None if row is None else signal.read(row)


def _plain(name: str) -> Read:
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
    Signal(name="temperature_deviation_c", read=_plain("temperature_deviation_c"), show=_same, sign=1, floor=0.1,
           most=5.0),
    Signal(name="resting_heart_rate_bpm", read=_positive("resting_heart_rate_bpm", _same), show=_same, sign=1,
           floor=1.0, most=5.0),
    Signal(name="hrv_rmssd_ms", read=_positive("hrv_rmssd_ms", log), show=exp, sign=-1, floor=0.05, most=3.0),
    Signal(name="respiratory_rate_bpm", read=_positive("respiratory_rate_bpm", _same), show=_same, sign=1, floor=0.2,
           most=5.0),
    Signal(name="steps", read=_worn(_positive("steps", sqrt)), show=_square, sign=-1, floor=8.0, most=2.0,
           lag_days=1, least=0.0),
    Signal(name="inactive_h", read=_worn(_positive("inactive_h", _same)), show=_same, sign=1, floor=0.5, most=2.0,
           lag_days=1, least=0.0, unless="steps"),
)
