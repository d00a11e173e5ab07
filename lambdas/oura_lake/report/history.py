"""History for the report: days, alerts and their drivers, as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from oura_lake.analyses.model import ILLNESS, Finding, PersonDay
from oura_lake.analyses.usual_range import Range


@dataclass(frozen=True, kw_only=True)
class Day:
    """One calendar day: its numbers by column, and the notes of the person or the ring."""

    day: date
    values: Mapping[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One episode, with the finding of its worst night; newer data disproved an episode that `is_taken_back`."""

    kind: str
    level: str
    status: str
    onset_day: date
    first_alert_day: date
    last_alert_day: date
    subject: str
    message: str
    worst: Finding | None = None
    is_taken_back: bool = False

    def covers(self, day: date) -> bool:
        """Return whether the day lies within the episode."""
        return self.onset_day <= day <= self.last_alert_day

    @property
    def is_illness(self) -> bool:
        """Return whether the episode is one of the illness warning and not taken back."""
        return self.kind == ILLNESS and not self.is_taken_back


@dataclass(frozen=True, kw_only=True)
class History:
    """All days of one person, gaps included.

    `judged` are the same days as the analyses read them. `findings` are the results of the illness warning, and of each
    kind with an alert.
    """

    person: str
    days: Mapping[date, Day]
    alerts: tuple[Alert, ...] = ()
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    judged: Sequence[PersonDay] = ()
    usual: dict[tuple[str, date], Mapping[date, Range]] = field(default_factory=dict, compare=False)  # a cache
    first: date = field(init=False)
    last: date = field(init=False)

    def __post_init__(self) -> None:
        """Compute the span once; the reader refuses an empty history."""
        object.__setattr__(self, "first", min(self.days))
        object.__setattr__(self, "last", max(self.days))

    def value(self, column: str, day: date) -> float | None:
        """Return the number of a day, or None without one."""
        row = self.days.get(day)
        return row.values.get(column) if row else None

    def is_alerted(self, day: date) -> bool:
        """Return whether the day lies within an episode of the illness warning."""
        return any(alert.covers(day) for alert in self.alerts if alert.is_illness)

    def values(self, column: str, days: Iterator[date]) -> list[float]:
        """Known numbers of these days."""
        return [v for d in days if (v := self.value(column, d)) is not None]


def span(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
