"""Was a week as usual for this person? Its mean beside the means of the person's own weeks before it.

Method: the range in which one more week like the 12 before lies 99 times in 100 (mean and spread of their means,
Student's t), and never closer to the middle than the signal's floor. Weeks are held against weeks, so what nights in a
row have in common, and what weekends have, is in the spread already. A week counts from 4 measured days on, and 6 such
weeks must be there; a new ring or another version of Oura's sleep algorithm begins anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import mean, stdev

from oura_lake.analyses._breaks import Breaks
from oura_lake.analyses._model import PersonDay
from oura_lake.analyses._signals import SIGNALS, Signal
from oura_lake.analyses.irregular_nights import BEDTIME
from oura_lake.analyses.short_sleep import SLEEP

WEEKS_BEFORE, FEWEST_WEEKS, FEWEST_DAYS = 12, 6, 4
USUAL, HIGHER, LOWER, CANNOT_TELL = "usual", "higher", "lower", "cannot_tell"
BY_NAME = {s.name: s for s in (SLEEP, BEDTIME, *SIGNALS)}
ASKED = tuple(BY_NAME[n] for n in ("sleep_h", "bedtime_h", "resting_heart_rate_bpm", "hrv_rmssd_ms", "steps"))
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One signal of a week: how many of its 7 days were measured, how many weeks before it are known, the verdict.

    `mean` and the usual range are in the signal's own unit, None where they cannot be told; `distance` is how far the
    mean lies from the middle of that range, where 1 is its edge.
    """

    signal: str
    n: int
    n_weeks: int
    verdict: str = CANNOT_TELL
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    distance: float = 0.0


def compared(days: Sequence[PersonDay], monday: date) -> list[Compared]:
    """Each signal of the week that begins on a Monday, held against the weeks before it; later days do not count."""
    return [_of_signal(signal, days, monday) for signal in ASKED]


def _of_signal(signal: Signal, days: Sequence[PersonDay], monday: date) -> Compared:
    by_week: dict[date, list[float]] = {}
    for day, value in _values(signal, days, monday + WEEK):
        by_week.setdefault(day - day.weekday() * DAY, []).append(value)
    earlier = (by_week.get(monday - n * WEEK, []) for n in range(1, WEEKS_BEFORE + 1))
    before = [mean(values) for values in earlier if len(values) >= FEWEST_DAYS]
    measured = by_week.get(monday, [])
    known = Compared(signal=signal.name, n=len(measured), n_weeks=len(before))
    if len(measured) < FEWEST_DAYS or len(before) < FEWEST_WEEKS:
        return known
    return _judged(known, signal, mean(measured), before)


def _judged(known: Compared, signal: Signal, value: float, before: Sequence[float]) -> Compared:
    middle, n = mean(before), len(before)
    half = max(_beyond_1_percent(n - 1) * stdev(before) * sqrt(1 + 1 / n), signal.floor)
    verdict = HIGHER if value - middle > half else LOWER if middle - value > half else USUAL
    return Compared(
        signal=known.signal, n=known.n, n_weeks=n, verdict=verdict, mean=signal.show(value),
        low=signal.show(max(middle - half, signal.least)), high=signal.show(middle + half),
        distance=(value - middle) / half,
    )


def _values(signal: Signal, days: Iterable[PersonDay], end: date) -> Iterator[tuple[date, float]]:
    """The measured days before `end` on the signal's own scale, from the last change of what measures it on."""
    breaks, found = Breaks(), list[tuple[date, float]]()
    for row in sorted(days, key=lambda d: d.day):
        if row.day >= end:
            break
        if breaks.broken_by(row, [signal]):
            found.clear()
        if (value := signal.read(row)) is not None:
            found.append((row.day, value))
    return iter(found)


def _beyond_1_percent(freedom: int) -> float:
    """Student's t that 1 in 100 lies beyond, either side: its expansion, within 0.6 % from five degrees on."""
    z = 2.5758
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return z + (z**3 + z) / (4 * freedom) + second + third
