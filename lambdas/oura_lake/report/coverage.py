"""Coverage: the known days of each signal, and its gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.report.history import History, span


@dataclass(frozen=True, kw_only=True)
class Known:
    """Number of days with a value, of the days of a span."""

    n: int
    n_days: int

    @property
    def text(self) -> str:
        """Coverage in the words of the page: in whole percent, where 0 % means none and 100 % all."""
        pct = round(100 * self.n / self.n_days) if self.n_days else 0
        share = str(pct)
        if 0 < self.n < self.n_days and pct in (0, 100):
            share = "under 1" if pct == 0 else "over 99"
        return f"{self.n:,} of {self.n_days:,} days ({share} %)"


@dataclass(frozen=True, kw_only=True)
class Run:
    """Neighbouring days, both ends included."""

    first: date
    last: date

    @property
    def n_days(self) -> int:
        """Its length."""
        return (self.last - self.first).days + 1


def known(history: History, signal: SignalDescription, first: date, last: date) -> Known:
    """Coverage of one signal from the first to the last day."""
    return Known(n=len(history.values(signal.column, span(first, last))), n_days=(last - first).days + 1)


def known_days(history: History) -> Known:
    """Coverage by days with any value."""
    n_known = sum(bool(day.values) for day in history.days.values())
    return Known(n=n_known, n_days=(history.last - history.first).days + 1)


def gaps(history: History, signal: SignalDescription, first: date, last: date) -> list[Run]:
    """Return the runs of days without a value, in order."""
    return runs(d for d in span(first, last) if history.value(signal.column, d) is None)


def runs_known(history: History, signal: SignalDescription, first: date, last: date) -> list[Run]:
    """Return the runs of days with a value, in order."""
    return runs(d for d in span(first, last) if history.value(signal.column, d) is not None)


def runs(days: Iterable[date]) -> list[Run]:
    """Days in order, as runs of neighbours."""
    found: list[Run] = []
    for day in days:
        is_next = found and found[-1].last == day - timedelta(days=1)
        found.append(Run(first=found.pop().first if is_next else day, last=day))
    return found


def longest_gap(history: History, signal: SignalDescription, first: date, last: date) -> Run | None:
    """Longest gap; of two equal ones the newest."""
    return max(gaps(history, signal, first, last), key=lambda run: (run.n_days, run.last), default=None)
