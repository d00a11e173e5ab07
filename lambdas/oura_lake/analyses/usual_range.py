"""Usual range of a person on each day, as mail, report and weekly mail show it.

The range is that of the illness warning: middle and two spreads to either side of the person's own 56 days before
(baseline.py), about 19 of 20 healthy nights, within the limits of the signal. As in the illness warning, days of a
clear illness do not count, and ten unusual nights in a row, a new ring or another sleep algorithm restart it. A test
requires the same numbers of both.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.analyses.baseline import NEW_NORMAL_NIGHTS, USUAL_RANGE, Trailing, Usual
from oura_lake.analyses.measurement_breaks import Breaks
from oura_lake.analyses.model import MAJOR, NONE, OK, Driver, Finding, PersonDay
from oura_lake.analyses.signal_description import SignalDescription

Values = Mapping[date, float]
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Past:
    """Verdicts of the illness warning: the level of each judged morning, None for mornings without enough data.

    `days` show when another ring or another sleep algorithm began.
    """

    levels: Mapping[date, str | None]
    days: Sequence[PersonDay] = ()

    def broken(self, signal: SignalDescription) -> set[date]:
        """Days on which the baseline of a signal starts again."""
        breaks = Breaks()
        return {row.day for row in sorted(self.days, key=lambda d: d.day) if breaks.broken_by(row, [signal])}


@dataclass(frozen=True, kw_only=True)
class Range:
    """Usual range of one day in the signal's own unit, from `n` values; `z` is the day's own deviation."""

    low: float
    middle: float
    high: float
    n: int
    z: float | None = None


def past_of(findings: Iterable[Finding], days: Sequence[PersonDay] = ()) -> Past:
    """Past according to the findings of the illness warning."""
    return Past(levels={f.day: f.level if f.status == OK else None for f in findings}, days=days)


def ranges(signal: SignalDescription, values: Values, past: Past, since: date = date.min) -> dict[date, Range]:
    """Usual range of each day from the first value to the last and not before `since`, where enough values precede it.

    The values are those of the days themselves on the signal's scale, even if they are known later.
    """
    learner, found, lag = _Learner(signal, past), dict[date, Range](), signal.lag_days * DAY
    first, last = min(values, default=date.max), max(values, default=date.min)
    for n in range((last - first).days + 1):
        day = first + n * DAY
        morning = day + lag
        learner.begin(morning)
        if day >= since and (usual := learner.usual(morning)):
            found[day] = _range(signal, usual, values.get(day))
        learner.learn(morning, values.get(day))
    return found


def driver_of(signal: SignalDescription, value: float, usual: Usual) -> Driver:
    """Value beside the usual range, as a finding stores it."""
    low, middle, high = _ends(signal, usual)
    shown, z = round(signal.show(value), 2), round(usual.z(value), 2)
    return Driver(signal=signal.column, value=shown, baseline=middle, low=low, high=high, z=z)


def _ends(signal: SignalDescription, usual: Usual) -> tuple[float, float, float]:
    """Low end, middle and high end of the usual range, in the signal's own unit."""
    reach = USUAL_RANGE * usual.spread
    ends = (max(usual.middle - reach, signal.least), usual.middle, usual.middle + reach)
    low, middle, high = (round(signal.show(end), 2) for end in ends)
    return low, middle, high


def _range(signal: SignalDescription, usual: Usual, value: float | None) -> Range:
    low, middle, high = map(signal.clipped, _ends(signal, usual))
    return Range(low=low, middle=middle, high=high, n=usual.n, z=None if value is None else usual.z(value))


class _Learner:
    """Baseline that learns values as the illness warning does."""

    def __init__(self, signal: SignalDescription, past: Past) -> None:
        self._past, self._broken = past, past.broken(signal)
        self._is_late = signal.lag_days > 0
        self._trailing = Trailing(signal.floor)
        self._unusual: list[tuple[date, float | None]] = []

    def begin(self, morning: date) -> None:
        """Forget what a morning's baseline no longer counts."""
        if morning in self._broken:
            self._trailing.restart()
        self._trailing.advance(morning)

    def usual(self, morning: date) -> Usual | None:
        """Return the baseline of a morning that has begun, from the mornings before it."""
        return self._trailing.usual(morning)

    def learn(self, morning: date, value: float | None) -> None:
        """Count a morning's value for later mornings, unless it was a morning of a clear illness."""
        levels = self._past.levels
        if morning not in levels:
            if not (self._is_late and levels):  # without a night yesterday's value is not learned
                self._add([(morning, value)])
            return
        level = levels[morning]
        if level is not None:
            self._unusual = [] if level == NONE else [*self._unusual, (morning, value)]
        if len(self._unusual) >= NEW_NORMAL_NIGHTS:
            self._trailing.restart()
            self._add(self._unusual)
            self._unusual = []
        elif level != MAJOR:
            self._add([(morning, value)])

    def _add(self, learned: Collection[tuple[date, float | None]]) -> None:
        for morning, value in learned:
            if value is not None:
                self._trailing.add(morning, value)
