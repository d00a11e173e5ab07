"""Type of a signal: its words, its limits, and how an analysis reads it from a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from math import inf

from oura_lake.analyses.model import PersonDay

MAX_NON_WEAR_H = 5.0  # a ring that lay on the table counts few steps too

Read = Callable[[PersonDay], float | None]


class Form(Enum):
    """How a value is written: 8,412 or 15.1, +0.4, 7 h 12 min, 22:30."""

    NUMBER = "number"
    SIGNED = "signed"
    DURATION = "duration"
    CLOCK = "clock"


class Place(Enum):
    """Where the report shows a signal: as a tile and charts, or as one line of the last night."""

    CHART = "chart"
    LINE = "line"


def unread(day: PersonDay) -> float | None:
    """Return None: no analysis reads the signal from a day."""
    return None


def same(value: float) -> float:
    """Return the value unchanged."""
    return value


@dataclass(frozen=True, kw_only=True)
class SignalDescription:
    """One signal: its words, its limits, how an analysis reads it from a day, and where a person sees it.

    `direction` is the side of bad news: 1 above, -1 below, 0 either. `lowest` and `highest` are the limits of the
    measurement, in the unit. `relative_to` is the reference of a deviation. `week_floor` is the least change of a
    weekly mean that counts, in the unit; the weekly mail leaves out a signal without one.

    `read` returns the value on the judged scale; there `floor` is the smallest spread, and `show` undoes the scale. An
    illness moves the signal with the chance `share`, by about `shift` spreads, of which `most` count. `unless` names
    the signal that replaces this one. Oura's sleep algorithm decides on a signal that `is_of_sleep`.
    """

    column: str
    title: str
    short: str = ""
    unit: str = ""
    digits: int = 0
    form: Form = Form.NUMBER
    relative_to: str = ""
    direction: int
    lowest: float = -inf
    highest: float = inf
    report: Place | None = None
    week_floor: float | None = None
    read: Read = unread
    show: Callable[[float], float] = same
    floor: float = 0.0
    lag_days: int = 0
    is_of_sleep: bool = False
    shift: float = 0.0
    share: float = 0.0
    most: float = 5.0
    unless: str = ""

    @property
    def least(self) -> float:
        """Lowest value on the judged scale: 0 for a signal that cannot be negative."""
        return 0.0 if self.lowest == 0 else -inf

    @property
    def is_nightly(self) -> bool:
        """Return whether the value of a day is known on its morning."""
        return self.lag_days == 0

    def clipped(self, value: float) -> float:
        """Return the nearest value that the signal can have."""
        return min(self.highest, max(self.lowest, value))


def value_of(signal: SignalDescription, days: Mapping[date, PersonDay], day: date) -> float | None:
    """Value of a signal that is known on the morning of `day`, on the judged scale."""
    row = days.get(day - timedelta(days=signal.lag_days))
    return None if row is None else signal.read(row)


def plain(name: str) -> Read:
    """Return a reader of a column as it is."""

    def read(day: PersonDay) -> float | None:
        value = getattr(day, name)
        return None if value is None else float(value)

    return read


def positive(name: str, scale: Callable[[float], float] = same) -> Read:
    """Return a reader of a column on a scale, where 0 means no value."""

    def read(day: PersonDay) -> float | None:
        value = getattr(day, name)
        return scale(float(value)) if value is not None and value > 0 else None

    return read


def worn_only(read: Read) -> Read:
    """Return a reader without the days on which the ring was off for long."""

    def worn(day: PersonDay) -> float | None:
        return None if (day.non_wear_h or 0.0) > MAX_NON_WEAR_H else read(day)

    return worn
