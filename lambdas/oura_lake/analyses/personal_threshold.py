"""Personal alert threshold: the evidence that healthy nights exceed no more often than the budget allows.

Some people's nights sway more, or longer, than others', so one mark for all speaks every week to one and never to
another. Each full week of the past year counts with its strongest evidence; the mark is what the budgeted share of
those weeks went above. The fewer there are, the more it is that of an ordinary person with as many signals (more say
more on a wild night), moved by how much more or less the own signals move together: that is known within weeks, how
wild the wildest weeks of a year are is not. And an alarm may last less than two days on average: where the own nights
of the past year stay above such a mark for longer, it rises until they do not, by the same trust. The days of an
illness that is known to have been one are no chance and do not count, from when on it is
known. Later nights, and labels, never move an earlier mark.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from oura_lake.analyses.co_movement import CoMovement

EVENTS_A_MONTH = 0.5  # the budget of false alarms where the person says no other
LEAST_EVENTS, MOST_EVENTS = 0.25, 2.0  # what it keeps, measured (docs/explanation/detection.md)
WEEK_DAYS, MONTH_DAYS = 7, 30.0
MOST_WEEKS = 52
ORDINARY_WEEKS = 28  # how many of an ordinary person's weeks the own ones are weighed against
MOST_NIGHTS, ORDINARY_NIGHTS = 365, ORDINARY_WEEKS * WEEK_DAYS
DAYS_AN_EVENT = 1.7
AIM = 0.9  # of the budget: what is left is for weeks that are wilder than the past ones
# strongest evidence (log-odds) of an ordinary person's weeks: middle and scale (Gumbel), docs/explanation/detection.md
ORDINARY_MEDIAN, LEAST_SCALE, SCALE_A_SIGNAL, SCALE_OF_WARMTH = -1.55, 1.3, 0.18, 1.9
# rise of the mark for a correlation of 1, below an ordinary person's sway and above it: drink moves all signals too
SWAY_BELOW, SWAY_ABOVE = 7.0, 3.0
MOST_WEEKLY, LEAST_WEEKLY = 0.95, 0.005


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The log-odds from which on a person is told, and how many times in 30 healthy days that happens by chance."""

    log_odds: float
    events_a_month: float


@dataclass(frozen=True, kw_only=True)
class Known:
    """What became known on a day: that the days from the first to the last were those of an illness, or were not."""

    on: date
    first: date
    last: date
    is_ill: bool = True

    @property
    def days(self) -> frozenset[date]:
        """Days that it is about."""
        return frozenset(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


class Budget:
    """The marks of one person, from the nights before and what was known of them by then."""

    def __init__(self, events_a_month: float) -> None:
        weekly = events_a_month * WEEK_DAYS / MONTH_DAYS
        self._weekly = min(MOST_WEEKLY, max(LEAST_WEEKLY, AIM * weekly))
        self._nightly = self._weekly * DAYS_AN_EVENT / WEEK_DAYS
        self._extreme = log(log(2)) - log(-log(1 - self._weekly))  # scales from the middle to the mark
        self._heard: list[tuple[date, float, bool, Mapping[str, float]]] = []
        self._ill: frozenset[date] = frozenset()
        self._start()

    def mark(self, day: date, scale: float) -> Mark:
        """Mark for a day on whose signals an ordinary person has that `scale`: only weeks that are over count."""
        self._turn(day.toordinal() // WEEK_DAYS)
        alike = ORDINARY_MEDIAN + scale * self._extreme + self._swayed()
        n = len(self._weeks.ordered)
        if n == 0:
            return Mark(log_odds=alike, events_a_month=self._weekly * MONTH_DAYS / WEEK_DAYS)
        trust = n / (n + ORDINARY_WEEKS)
        mark = self._raised(trust * self._weeks.quantile(1 - self._weekly) + (1 - trust) * alike)
        weekly = (self._weeks.n_from(mark) + ORDINARY_WEEKS * self._weekly) / (n + ORDINARY_WEEKS)
        return Mark(log_odds=mark, events_a_month=weekly * MONTH_DAYS / WEEK_DAYS)

    def add(self, day: date, evidence: float, is_going_on: bool, deviations: Mapping[str, float]) -> None:
        """Let a judged night count from the next one on, in its week only if no episode was going on already."""
        self._heard.append((day, evidence, is_going_on, deviations))
        self._count(*self._heard[-1])

    def know(self, known: Known) -> None:
        """From now on let days of an illness count no more, or count again."""
        before, self._ill = self._ill, self._ill | known.days if known.is_ill else self._ill - known.days
        if not (before ^ self._ill).isdisjoint(day for day, *_ in self._heard):
            self._start()
            for night in self._heard:
                self._count(*night)

    def _start(self) -> None:
        self._week, self._strongest = 0, 0.0
        self._weeks, self._nights, self._sway = Recent(MOST_WEEKS), Recent(MOST_NIGHTS), CoMovement()

    def _count(self, day: date, evidence: float, is_going_on: bool, deviations: Mapping[str, float]) -> None:
        if day in self._ill:
            return
        week = day.toordinal() // WEEK_DAYS
        self._turn(week)
        self._nights.add(evidence)
        self._sway.add(deviations)
        if not is_going_on:
            self._strongest = max(self._strongest, evidence) if week == self._week else evidence
            self._week = week

    def _swayed(self) -> float:
        above = self._sway.above_ordinary
        return above * (SWAY_ABOVE if above > 0 else SWAY_BELOW)

    def _raised(self, mark: float) -> float:
        """Mark, or a higher one if the own nights lie above it on more days than alarms may last."""
        n = len(self._nights.ordered)
        own = self._nights.quantile(1 - self._nightly)
        return max(mark, (n * own + ORDINARY_NIGHTS * mark) / (n + ORDINARY_NIGHTS))

    def _turn(self, week: int) -> None:
        """Close the week that is held, if it is over."""
        if self._week and week != self._week:
            self._weeks.add(self._strongest)
            self._week = 0


def scale_of(n_signals: int, has_temperature: bool) -> float:
    """How far apart an ordinary person's weeks lie: more signals say more on a wild night, and most of all warmth."""
    return max(LEAST_SCALE + SCALE_A_SIGNAL * n_signals, SCALE_OF_WARMTH if has_temperature else 0.0)


class Recent:
    """The last so many numbers, in order of size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._as_they_came: deque[float] = deque()
        self.ordered: list[float] = []

    def add(self, value: float) -> None:
        """One number more; the oldest goes if there are too many."""
        self._as_they_came.append(value)
        insort(self.ordered, value)
        if len(self._as_they_came) > self._most:
            del self.ordered[bisect_left(self.ordered, self._as_they_came.popleft())]

    def quantile(self, share: float) -> float:
        """Number that this share of them does not exceed, between two if need be."""
        at = share * (len(self.ordered) - 1)
        low = int(at)
        high = min(low + 1, len(self.ordered) - 1)
        return self.ordered[low] + (at - low) * (self.ordered[high] - self.ordered[low])

    def n_from(self, value: float) -> int:
        """How many reach a value."""
        return len(self.ordered) - bisect_left(self.ordered, value)
