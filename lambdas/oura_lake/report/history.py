"""What does the report know of a person? Days, alerts and their drivers, as plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

# Which way strain moves a signal: many steps are no sign of an illness.
RISING = frozenset({"temperature_deviation_c", "resting_heart_rate_bpm", "respiratory_rate_bpm", "inactive_h"})
FALLING = frozenset({"hrv_rmssd_ms", "steps"})


@dataclass(frozen=True, kw_only=True)
class Day:
    """One calendar day: its numbers by column, and what the person or the ring noted."""

    day: date
    values: Mapping[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One signal that an alert rests on, against the person's baseline on that day."""

    signal: str
    value: float
    low: float | None
    high: float | None

    @property
    def is_outside(self) -> bool:
        """Whether the value left, on the side of strain, the range the alert compared it with."""
        is_low = self.low is not None and self.value < self.low and self.signal not in RISING
        is_high = self.high is not None and self.value > self.high and self.signal not in FALLING
        return is_low or is_high


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One episode, with what its strongest day says about why."""

    kind: str
    level: str
    status: str
    onset_day: date
    first_alert_day: date
    last_alert_day: date
    subject: str
    message: str
    peak_day: date | None = None
    drivers: tuple[Driver, ...] = ()
    confounders: tuple[str, ...] = ()
    n_baseline_nights: int | None = None
    coverage: float | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies within the episode."""
        return self.onset_day <= day <= self.last_alert_day


@dataclass(frozen=True, kw_only=True)
class History:
    """All days of one person, gaps included."""

    person: str
    days: Mapping[date, Day]
    alerts: tuple[Alert, ...] = ()
    first: date = field(init=False)
    last: date = field(init=False)

    def __post_init__(self) -> None:
        """Note the span once; an empty history is refused where it is read."""
        object.__setattr__(self, "first", min(self.days))
        object.__setattr__(self, "last", max(self.days))

    def value(self, column: str, day: date) -> float | None:
        """The number of a day, or None where there is none."""
        held = self.days.get(day)
        return held.values.get(column) if held else None

    def is_alerted(self, day: date) -> bool:
        """Whether the day lies within an episode."""
        return any(alert.covers(day) for alert in self.alerts)

    def values(self, column: str, days: Iterator[date]) -> list[float]:
        """The numbers known on these days."""
        return [v for d in days if (v := self.value(column, d)) is not None]


def span(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
