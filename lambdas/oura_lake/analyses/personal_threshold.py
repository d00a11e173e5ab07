"""Personal alert threshold: the evidence that healthy nights exceed no more often than the budget allows.

Some people's nights vary more, or for longer, than others': one threshold for all would alert one person every week
and another never.

- Each full week of the past year counts with its strongest evidence. The threshold is the evidence that the budgeted
  share of those weeks exceeded.
- With few weeks the threshold is near that of an ordinary person with as many signals, since more signals say more on
  a wild night. The person's own co-movement shifts it: co-movement is known within weeks, the wildest weeks of a year
  are not.
- An alarm may last less than two days on average. Where the nights of the past year stay above the threshold for
  longer, it rises until they do not, by the same trust.
- The days of a known illness are no chance and do not count, from the day on which the illness is known.

Later nights and labels never move the threshold of an earlier day.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from oura_lake.analyses.co_movement import CoMovement

EVENTS_A_MONTH = 0.5  # the default budget of false alarms
LEAST_EVENTS, MOST_EVENTS = 0.25, 2.0  # the budgets that the method meets, measured (docs/explanation/detection.md)
WEEK_DAYS, MONTH_DAYS = 7, 30.0
MOST_WEEKS = 52
ORDINARY_WEEKS = 28  # the weight of an ordinary person beside one's own weeks
MOST_NIGHTS, ORDINARY_NIGHTS = 365, ORDINARY_WEEKS * WEEK_DAYS
DAYS_AN_EVENT = 1.7
AIM = 0.9  # of the budget; the rest is for weeks that are wilder than the past ones
# strongest evidence (log-odds) of an ordinary person's weeks: middle and scale (Gumbel), docs/explanation/detection.md
ORDINARY_MEDIAN, LEAST_SCALE, SCALE_A_SIGNAL, SCALE_OF_WARMTH = -1.55, 1.3, 0.18, 1.9
# rise of the threshold per 1 of co-movement, below the ordinary and above it: alcohol moves all signals too
RISE_BELOW, RISE_ABOVE = 7.0, 3.0
MOST_WEEKLY, LEAST_WEEKLY = 0.95, 0.005


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Threshold of an alert in log-odds, and how many times in 30 healthy days chance exceeds it."""

    log_odds: float
    events_a_month: float


@dataclass(frozen=True, kw_only=True)
class Known:
    """Fact learned on a day: the days from the first to the last were days of an illness, or were not."""

    on: date
    first: date
    last: date
    is_ill: bool = True

    @property
    def days(self) -> frozenset[date]:
        """Days from the first to the last."""
        return frozenset(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


class Budget:
    """Thresholds of one person, from earlier nights and the facts known by then."""

    def __init__(self, events_a_month: float) -> None:
        weekly = events_a_month * WEEK_DAYS / MONTH_DAYS
        self._weekly = min(MOST_WEEKLY, max(LEAST_WEEKLY, AIM * weekly))
        self._nightly = self._weekly * DAYS_AN_EVENT / WEEK_DAYS
        self._extreme = log(log(2)) - log(-log(1 - self._weekly))  # scales from the middle to the mark
        self._judged_nights: list[tuple[date, float, bool, Mapping[str, float]]] = []
        self._ill: frozenset[date] = frozenset()
        self._start()

    def threshold(self, day: date, scale: float) -> Threshold:
        """Threshold for a day, from the weeks that are over; `scale` is an ordinary person's on the day's signals."""
        self._turn(day.toordinal() // WEEK_DAYS)
        alike = ORDINARY_MEDIAN + scale * self._extreme + self._shift_by_co_movement()
        n = len(self._weeks.ordered)
        if n == 0:
            return Threshold(log_odds=alike, events_a_month=self._weekly * MONTH_DAYS / WEEK_DAYS)
        trust = n / (n + ORDINARY_WEEKS)
        threshold = self._raised(trust * self._weeks.quantile(1 - self._weekly) + (1 - trust) * alike)
        weekly = (self._weeks.n_from(threshold) + ORDINARY_WEEKS * self._weekly) / (n + ORDINARY_WEEKS)
        return Threshold(log_odds=threshold, events_a_month=weekly * MONTH_DAYS / WEEK_DAYS)

    def add(self, day: date, evidence: float, is_going_on: bool, deviations: Mapping[str, float]) -> None:
        """Count a judged night from the next night on; its week counts it only if no episode was going on."""
        self._judged_nights.append((day, evidence, is_going_on, deviations))
        self._count(*self._judged_nights[-1])

    def know(self, known: Known) -> None:
        """Stop counting the days of an illness from now on, or count them again."""
        before, self._ill = self._ill, self._ill | known.days if known.is_ill else self._ill - known.days
        if not (before ^ self._ill).isdisjoint(day for day, *_ in self._judged_nights):
            self._start()
            for night in self._judged_nights:
                self._count(*night)

    def _start(self) -> None:
        self._week, self._strongest = 0, 0.0
        self._weeks, self._nights, self._co_movement = Recent(MOST_WEEKS), Recent(MOST_NIGHTS), CoMovement()

    def _count(self, day: date, evidence: float, is_going_on: bool, deviations: Mapping[str, float]) -> None:
        if day in self._ill:
            return
        week = day.toordinal() // WEEK_DAYS
        self._turn(week)
        self._nights.add(evidence)
        self._co_movement.add(deviations)
        if not is_going_on:
            self._strongest = max(self._strongest, evidence) if week == self._week else evidence
            self._week = week

    def _shift_by_co_movement(self) -> float:
        above = self._co_movement.above_ordinary
        return above * (RISE_ABOVE if above > 0 else RISE_BELOW)

    def _raised(self, threshold: float) -> float:
        """Threshold, or a higher one if the own nights lie above it on more days than alarms may last."""
        n = len(self._nights.ordered)
        own = self._nights.quantile(1 - self._nightly)
        return max(threshold, (n * own + ORDINARY_NIGHTS * threshold) / (n + ORDINARY_NIGHTS))

    def _turn(self, week: int) -> None:
        """Close the current week if it is over."""
        if self._week and week != self._week:
            self._weeks.add(self._strongest)
            self._week = 0


def scale_of(n_signals: int, has_temperature: bool) -> float:
    """Scale of an ordinary person's weeks: more signals say more on a wild night, and temperature says most."""
    return max(LEAST_SCALE + SCALE_A_SIGNAL * n_signals, SCALE_OF_WARMTH if has_temperature else 0.0)


class Recent:
    """Last `most` numbers, in order of size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_arrival: deque[float] = deque()
        self.ordered: list[float] = []

    def add(self, value: float) -> None:
        """Add a number; the oldest one leaves if there are too many."""
        self._by_arrival.append(value)
        insort(self.ordered, value)
        if len(self._by_arrival) > self._most:
            del self.ordered[bisect_left(self.ordered, self._by_arrival.popleft())]

    def quantile(self, share: float) -> float:
        """Return the number that this share of the numbers does not exceed, interpolated between two."""
        at = share * (len(self.ordered) - 1)
        low = int(at)
        high = min(low + 1, len(self.ordered) - 1)
        return self.ordered[low] + (at - low) * (self.ordered[high] - self.ordered[low])

    def n_from(self, value: float) -> int:
        """Count of the numbers that reach a value."""
        return len(self.ordered) - bisect_left(self.ordered, value)
