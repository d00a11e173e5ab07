"""The usual range of a person on each day, as mail, report and weekly mail show it.

It is the range that the illness warning shows: middle and two spreads either side of the person's own 56 days before
(baseline.py), about 19 of 20 healthy nights, and no more than the signal can be. Days of a clear illness are left out,
and ten unusual nights in a row, a new ring or another sleep algorithm begin anew, as there; a test holds both to the
same numbers.
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
    """What the illness warning made of each morning that it saw: the level of those it judged, None of the others.

    `days` tell when another ring or another sleep algorithm began.
    """

    levels: Mapping[date, str | None]
    days: Sequence[PersonDay] = ()

    def broken(self, signal: SignalDescription) -> set[date]:
        """Days on which a signal begins anew."""
        breaks = Breaks()
        return {row.day for row in sorted(self.days, key=lambda d: d.day) if breaks.broken_by(row, [signal])}


@dataclass(frozen=True, kw_only=True)
class Range:
    """What is usual on one day in the signal's own unit; `n` values stand behind it, `z` is the day's own deviation."""

    low: float
    middle: float
    high: float
    n: int
    z: float | None = None


def past_of(findings: Iterable[Finding], days: Sequence[PersonDay] = ()) -> Past:
    """Past that the findings of the illness warning tell of."""
    return Past(levels={f.day: f.level if f.status == OK else None for f in findings}, days=days)


def ranges(signal: SignalDescription, values: Values, past: Past) -> dict[date, Range]:
    """Range of each day from the first value to the last, where there are values enough before it.

    The values are those of the days themselves on the signal's scale, whenever they are known.
    """
    learner, found, lag = _Learner(signal, past), dict[date, Range](), signal.lag_days * DAY
    first, last = min(values, default=date.max), max(values, default=date.min)
    for n in range((last - first).days + 1):
        day = first + n * DAY
        morning = day + lag
        if usual := learner.usual(morning):
            found[day] = _range(signal, usual, values.get(day))
        learner.learn(morning, values.get(day))
    return found


def driver_of(signal: SignalDescription, value: float, usual: Usual) -> Driver:
    """Value beside what is usual, as a finding keeps it."""
    low, middle, high = _ends(signal, usual)
    shown, z = round(signal.show(value), 2), round(usual.z(value), 2)
    return Driver(signal=signal.column, value=shown, baseline=middle, low=low, high=high, z=z)


def _ends(signal: SignalDescription, usual: Usual) -> tuple[float, float, float]:
    """Low end, middle and high end of what is usual, in the signal's own unit."""
    reach = USUAL_RANGE * usual.spread
    ends = (max(usual.middle - reach, signal.least), usual.middle, usual.middle + reach)
    low, middle, high = (round(signal.show(end), 2) for end in ends)
    return low, middle, high


def _range(signal: SignalDescription, usual: Usual, value: float | None) -> Range:
    low, middle, high = map(signal.clipped, _ends(signal, usual))
    return Range(low=low, middle=middle, high=high, n=usual.n, z=None if value is None else usual.z(value))


class _Learner:
    """Lets values enter what is usual as the illness warning does."""

    def __init__(self, signal: SignalDescription, past: Past) -> None:
        self._past, self._broken = past, past.broken(signal)
        self._is_late = signal.lag_days > 0
        self._trailing = Trailing(signal.floor)
        self._unusual: list[tuple[date, float | None]] = []

    def usual(self, morning: date) -> Usual | None:
        """What is usual on a morning, from those before it."""
        if morning in self._broken:
            self._trailing.restart()
        return self._trailing.usual(morning)

    def learn(self, morning: date, value: float | None) -> None:
        """Let a morning's value count for those after it, unless that was one of a clear illness."""
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
