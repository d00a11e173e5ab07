"""Raw lines that a partition's object has not merged: of a run that died, or is not done yet.

The footer of an object names the raw objects that it contains, as far back as a run may lag behind: `SLOWEST` before
the newest. So one LIST of that time shows the missing ones. A run that seems to lag further behind is not slow: its
clock or that of the newest is wrong, and its lines count as later ones.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from oura_lake.lake import raw
from oura_lake.lake.keys import stamp_in, stamp_moment
from oura_lake.lake.partition import Table
from oura_lake.lake.rows import whole_ms

SLOWEST = timedelta(minutes=15)  # a function of AWS ends after 5; a laptop lands its answers at once
MOMENT = timedelta(milliseconds=1)
Entries = list[dict[str, Any]]
Parsed = TypeVar("Parsed")


class UnmergedRaw(Generic[Parsed]):
    """The recent raw objects of one partition; each is read once, and those of this run not at all."""

    def __init__(self, table: Table, period: str, parse: Callable[[Entries], Parsed]) -> None:
        self._table, self._period, self._parse = table, period, parse
        self._parsed: dict[str, Parsed] = {}
        self.own: list[str] = []

    def keys(self, seen: Iterable[str]) -> list[str]:
        """List the raw objects that an object with these may lack, and its newest; one LIST."""
        newest = max(seen, default=None)
        since = stamp_moment(newest) - SLOWEST if newest else None
        return sorted({*raw.keys_of(self._table, self._period, since), *self.own})

    def append_lines(self, entries: Entries, parsed: Parsed, moment: datetime) -> str:
        """Append lines to raw under a moment; returns the key."""
        key = raw.append(self._table, self._period, entries, moment)
        self._parsed[key] = parsed
        self.own.append(key)
        return key

    def parsed_beyond(self, keys: Iterable[str], seen: Iterable[str]) -> list[Parsed]:
        """Parse the raw objects from the first unmerged one on.

        Later ones that the object contains count again, over the older ones.
        """
        ordered, known = sorted(keys), set(seen)
        first = next((n for n, key in enumerate(ordered) if stamp_in(key) not in known), len(ordered))
        unread = [key for key in ordered[first:] if key not in self._parsed]
        self._parsed |= zip(unread, raw.of_each(unread, self._read), strict=True)
        return [self._parsed[key] for key in ordered[first:]]

    def _read(self, key: str) -> Parsed:
        return self._parse(raw.read_entries(self._table.store, key))


def raw_moment(key: str) -> datetime:
    """Moment of a raw object, to the millisecond as in `fetched_at`: its lines count from then on."""
    return whole_ms(stamp_moment(stamp_in(key)))


def recent(keys: Iterable[str]) -> tuple[str, ...]:
    """Select the times of raw objects for an object's footer: the newest and those not much older."""
    stamps = sorted(map(stamp_in, keys))
    return tuple(s for s in stamps if stamp_moment(stamps[-1]) - stamp_moment(s) < SLOWEST)


def not_before(seen: Iterable[str], moment: datetime) -> datetime:
    """Correct a moment to just after the newest raw object, if it is older than a slow run can explain."""
    newest = max(map(stamp_moment, seen), default=moment)
    return moment if newest - moment < SLOWEST else whole_ms(newest) + MOMENT
