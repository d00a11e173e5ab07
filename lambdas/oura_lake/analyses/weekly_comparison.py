"""Weekly comparison: a week's mean beside the means of the person's own weeks before it.

Method: the range that contains one more week like the 12 before 19 times in 20 (mean and spread of their means,
Student's t), and never closer to the middle than the signal's floor. A week is far out beyond the range of 99 in 100.
Means are arithmetic, as those of the views. Weeks are compared with weeks, so the spread already contains the
correlation of consecutive nights and the effect of weekends. A week counts from 4 measured days on, and 6 such weeks
must exist; a new ring or another version of Oura's sleep algorithm starts the comparison again. Each day of the week
has its own usual range too (usual_range.py), since two nights of fever hardly move a mean of seven.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from statistics import mean, stdev

from oura_lake.analyses.measurement_breaks import Breaks
from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.signal_description import Form, SignalDescription, plain
from oura_lake.analyses.signals import of_a_week
from oura_lake.analyses.usual_range import Past, ranges

WEEKS_BEFORE, FEWEST_WEEKS, FEWEST_DAYS = 12, 6, 4
IN_20, IN_100 = 1.96, 2.5758  # spreads of a normal distribution that 1 in 20 lies beyond, and 1 in 100
USUAL, HIGHER, LOWER, CANNOT_TELL = "usual", "higher", "lower", "cannot_tell"
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One measured day of the week beside its usual range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One signal of a week: the number of measured days, the number of known weeks before it, the verdict.

    `mean` and the range of the earlier means are in the signal's own unit, None where they are unknown. `distance` is
    that of the mean from the middle of the range, where 1 is its edge. `is_far`: one week in 100 is so far out. `days`
    are the days of the week with a known usual range; hours of the clock have none.
    """

    signal: str
    n: int
    n_weeks: int
    verdict: str = CANNOT_TELL
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    distance: float = 0.0
    is_far: bool = False
    days: tuple[Day, ...] = ()


def compared(days: Sequence[PersonDay], monday: date, past: Past | None = None) -> list[Compared]:
    """Compare each signal of the week that begins on a Monday with the weeks before it; later days do not count.

    `past` are the verdicts of the illness warning, on which the usual range of each day depends.
    """
    known = [row for row in days if row.day < monday + WEEK]
    past = past or Past(levels={}, days=known)
    return [_of_signal(signal, known, monday, past) for signal in of_a_week()]


def _of_signal(signal: SignalDescription, days: Sequence[PersonDay], monday: date, past: Past) -> Compared:
    by_week: dict[date, list[float]] = {}
    for day, value in _values(signal, days):
        by_week.setdefault(day - day.weekday() * DAY, []).append(value)
    earlier = (by_week.get(monday - n * WEEK, []) for n in range(1, WEEKS_BEFORE + 1))
    before = [mean(values) for values in earlier if len(values) >= FEWEST_DAYS]
    measured = by_week.get(monday, [])
    known = Compared(
        signal=signal.column,
        n=len(measured),
        n_weeks=len(before),
        days=() if signal.form is Form.CLOCK else _days(signal, days, monday, past),
    )
    if len(measured) < FEWEST_DAYS or len(before) < FEWEST_WEEKS:
        return known
    return _judged(known, signal, mean(measured), before)


def _judged(known: Compared, signal: SignalDescription, value: float, before: Sequence[float]) -> Compared:
    middle, spread = mean(before), stdev(before) * sqrt(1 + 1 / len(before))
    half, far = (max(_beyond(z, len(before) - 1) * spread, signal.week_floor or 0.0) for z in (IN_20, IN_100))
    verdict = HIGHER if value - middle > half else LOWER if middle - value > half else USUAL
    show = signal.show if signal.form is Form.CLOCK else signal.clipped
    return replace(
        known,
        verdict=verdict,
        mean=show(value),
        low=show(middle - half),
        high=show(middle + half),
        distance=(value - middle) / half,
        is_far=abs(value - middle) > far,
    )


def _days(signal: SignalDescription, days: Sequence[PersonDay], monday: date, past: Past) -> tuple[Day, ...]:
    """Days of the week that begins on a Monday beside their usual ranges."""
    values = {row.day: value for row in days if (value := signal.read(row)) is not None}
    usual = ranges(signal, values, past)
    week = (monday + n * DAY for n in range(7))
    return tuple(
        Day(value=signal.show(values[day]), low=usual[day].low, high=usual[day].high)
        for day in week
        if day in values and day in usual
    )


def _values(signal: SignalDescription, days: Iterable[PersonDay]) -> Iterator[tuple[date, float]]:
    """Measured days as the views have them, since the last measurement break."""
    breaks, found = Breaks(), list[tuple[date, float]]()
    read = signal.read if signal.form is Form.CLOCK else plain(signal.column)
    for row in sorted(days, key=lambda d: d.day):
        if breaks.broken_by(row, [signal]):
            found.clear()
        if (value := read(row)) is not None:
            found.append((row.day, value))
    return iter(found)


def _beyond(z: float, freedom: int) -> float:
    """Student's t that corresponds to a normal `z`, by its expansion: within 0.6 % from five degrees of freedom on."""
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return z + (z**3 + z) / (4 * freedom) + second + third
