"""From which evidence on is it said? From the mark that this person's own nights reach as often as the budget allows.

Some people's nights sway more, or longer, than others', so one mark for all speaks every week to one and never to
another. Each full week of the past year counts with its strongest evidence; the mark is what the budgeted share of
those weeks went above. The fewer there are, the more it is that of an ordinary person, moved by how far the middle of
the own weeks lies from that of an ordinary one. Later weeks never move an earlier mark.
"""

from bisect import bisect, bisect_left, insort
from collections import deque
from dataclasses import dataclass
from datetime import date
from math import log

WEEK_DAYS, MONTH_DAYS = 7, 30.0
MOST_WEEKS = 52
ORDINARY_WEEKS = 12  # how many of an ordinary person's weeks the own ones are weighed against
AIM = 0.75  # of the budget: what is left is for weeks that are wilder than the past ones
# strongest evidence (log-odds) of an ordinary person's weeks: its middle and scale (Gumbel), docs/detection.md
ORDINARY_MIDDLE, ORDINARY_SCALE = -2.7, 2.05
ORDINARY_MEDIAN = ORDINARY_MIDDLE - ORDINARY_SCALE * log(log(2))
MOST_WEEKLY, LEAST_WEEKLY = 0.95, 0.005


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The log-odds from which on a person is told, and how many times in 30 healthy days that happens by chance."""

    log_odds: float
    events_a_month: float


class Budget:
    """The marks of one person, from the weeks before."""

    def __init__(self, events_a_month: float) -> None:
        weekly = events_a_month * WEEK_DAYS / MONTH_DAYS
        self._weekly = min(MOST_WEEKLY, max(LEAST_WEEKLY, AIM * weekly))
        self._ordinary = ORDINARY_MIDDLE - ORDINARY_SCALE * log(-log(1 - self._weekly))
        self._week, self._strongest = 0, 0.0
        self._full: deque[float] = deque()
        self._sorted: list[float] = []

    def mark(self, day: date) -> Mark:
        """The mark for a day: only weeks that were over before it count."""
        self._turn(day.toordinal() // WEEK_DAYS)
        n = len(self._full)
        if n == 0:
            return Mark(log_odds=self._ordinary, events_a_month=self._weekly * MONTH_DAYS / WEEK_DAYS)
        trust = n / (n + ORDINARY_WEEKS)
        alike = self._ordinary + trust * (_quantile(self._sorted, 0.5) - ORDINARY_MEDIAN)
        mark = trust * _quantile(self._sorted, 1 - self._weekly) + (1 - trust) * alike
        above = n - bisect_left(self._sorted, mark)
        weekly = (above + ORDINARY_WEEKS * self._weekly) / (n + ORDINARY_WEEKS)
        return Mark(log_odds=mark, events_a_month=weekly * MONTH_DAYS / WEEK_DAYS)

    def add(self, day: date, evidence: float) -> None:
        """Let a judged night count; its log-odds enter the marks of the weeks after it."""
        week = day.toordinal() // WEEK_DAYS
        self._turn(week)
        self._strongest = max(self._strongest, evidence) if week == self._week else evidence
        self._week = week

    def _turn(self, week: int) -> None:
        """Close the week that is held, if it is over."""
        if not self._week or week == self._week:
            return
        self._full.append(self._strongest)
        insort(self._sorted, self._strongest)
        self._week = 0
        if len(self._full) > MOST_WEEKS:
            del self._sorted[bisect(self._sorted, self._full.popleft()) - 1]


def _quantile(ordered: list[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
