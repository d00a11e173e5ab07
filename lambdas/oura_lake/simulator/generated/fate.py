"""Fate of a generated person: illnesses, trips, gaps, training blocks, drinks.

Repeated events are counted back from the last day, so that a longer history has the same end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from oura_lake.simulator.generated.body import draw_for

DESTINATIONS = (
    "America/New_York",
    "Asia/Tokyo",
    "Europe/Lisbon",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Europe/Athens",
)
DAY = timedelta(days=1)
QUIET_END_DAYS = 4  # the last days belong to the illness: no gap, no drink


@dataclass(frozen=True, kw_only=True)
class Illness:
    """An infection: the first altered night ends on `onset`; strength 1 is a severe flu-like week."""

    onset: date
    strength: float
    is_noted: bool

    def at(self, day: date, course: tuple[float, ...]) -> float:
        """Share of an effect on a day, given its course from the night before the onset."""
        position = (day - self.onset).days + 1
        return self.strength * course[position] if 0 <= position < len(course) else 0.0


@dataclass(frozen=True, kw_only=True)
class Trip:
    """Days spent in another time zone, first and last included."""

    first: date
    last: date
    zone: ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The events of one history."""

    seed: int
    home: ZoneInfo
    illnesses: tuple[Illness, ...]
    trips: tuple[Trip, ...]
    missing: frozenset[date]
    last: date

    def zone(self, day: date) -> ZoneInfo:
        """Time zone of the person on a day."""
        return next((t.zone for t in self.trips if t.first <= day <= t.last), self.home)

    def jet_lag(self, day: date) -> float:
        """Jet lag: 1 on the day of arrival (there or back), fading within a week; 0 otherwise."""
        since = [(day - d).days for t in self.trips for d in (t.first, t.last + DAY) if d <= day]
        return max(0.0, 1 - min(since, default=7) / 6)

    def has_drink(self, day: date) -> bool:
        """Check that the night that ends on `day` follows an evening with alcohol."""
        if (self.last - day).days < QUIET_END_DAYS:
            return False
        chance = 0.35 if day.weekday() in (5, 6) else 0.05
        return bool(draw_for(self.seed, day, "drink").random() < chance)

    def training_load(self, day: date) -> float:
        """Training load: 0.5 in ordinary weeks; in a block it rises to 1 in the fifth week and falls in the sixth."""
        week = (self.last - day).days // 7 % 18
        in_block = {12: 0.45, 13: 1.0, 14: 0.95, 15: 0.85, 16: 0.75, 17: 0.65}  # counted back: 17 is the first
        return in_block.get(week, 0.5)


def calendar_of(seed: int, first: date, last: date, home: ZoneInfo, onset: date | None) -> Calendar:
    """Events from `first` to `last`; `onset` is the newest illness, or None for a healthy end."""
    return Calendar(
        seed=seed,
        home=home,
        illnesses=tuple(_illnesses(seed, first, last, onset)),
        trips=tuple(_trips(seed, first, last, home)),
        missing=frozenset(_missing(seed, first, last)),
        last=last,
    )


def _illnesses(seed: int, first: date, last: date, onset: date | None) -> Iterator[Illness]:
    if onset is not None:
        yield Illness(onset=onset, strength=1.0, is_noted=False)
    draw = np.random.default_rng([seed, 1])
    day = last - timedelta(days=int(draw.integers(150, 185)))
    while day > first:
        yield Illness(onset=day, strength=float(draw.uniform(0.75, 1.0)), is_noted=bool(draw.random() < 0.8))
        day -= timedelta(days=int(draw.integers(150, 185)))


def _trips(seed: int, first: date, last: date, home: ZoneInfo) -> Iterator[Trip]:
    draw = np.random.default_rng([seed, 2])
    zones = [z for z in DESTINATIONS if z != home.key]
    end = last - timedelta(days=int(draw.integers(45, 90)))
    while end > first:
        start = end - timedelta(days=int(draw.integers(6, 12)))
        yield Trip(first=start, last=end, zone=ZoneInfo(zones[int(draw.integers(len(zones)))]))
        end = start - timedelta(days=int(draw.integers(100, 160)))


def _missing(seed: int, first: date, last: date) -> Iterator[date]:
    """Days without a document: single nights without the ring, and sometimes a few days."""
    day, newest = last - QUIET_END_DAYS * DAY, last
    while day >= first:
        draw = draw_for(seed, day, "gap")
        length = int(draw.integers(2, 6)) if draw.random() < 0.006 and (newest - day).days > 40 else 1
        if length > 1 or draw.random() < 0.025:
            yield from (day - n * DAY for n in range(length) if day - n * DAY > first)
        day -= length * DAY
