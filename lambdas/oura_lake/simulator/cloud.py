"""Oura's cloud at a moment: a source without the days that are not synced yet, changed by later syncs.

A sync reveals the days held back and revises the last visible days, as the real one does: steps grow, a night
gets new stages, scores follow. Each change is a webhook event.
"""

import json
import threading
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.simulator.revisions import revised
from oura_lake.simulator.routes import COLLECTIONS, Clock, Collection
from oura_lake.simulator.source import NO_ROWS, Document, Rows, Source
from oura_lake.simulator.windows import Moment, moment_of

DAY = timedelta(days=1)
REVISED_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document as it is served."""

    identity: str
    moment: Moment
    text: bytes


@dataclass(frozen=True, kw_only=True)
class Event:
    """The webhook event of one document."""

    event_type: str
    data_type: str
    object_id: str


class Cloud:
    """The state behind the routes."""

    def __init__(self, source: Source, *, hold_back_days: int = 0) -> None:
        self.source = source
        self.last = source.last - hold_back_days * DAY
        self._versions: dict[date, int] = {}
        self._deleted: set[tuple[str, str]] = set()
        self._entries: dict[tuple[str, date, int], tuple[Entry, ...]] = {}
        self._rows: dict[tuple[str, date], Rows] = {}
        self._lock = threading.RLock()

    @property
    def first(self) -> date:
        """Oldest day."""
        return self.source.first

    def on(self, collection: Collection, day: date) -> list[Entry]:
        """Documents of a day that are visible now."""
        if day > self.last:
            return []
        key = (collection.path, day, self._versions.get(day, 0))
        with self._lock:
            if key not in self._entries:
                self._entries[key] = tuple(_entry(collection, d) for d in self._documents(*key))
            return [e for e in self._entries[key] if (collection.path, e.identity) not in self._deleted]

    def undated(self, collection: Collection) -> list[Entry]:
        """Documents of a collection without days."""
        return [_entry(collection, d) for d in self.source.undated(collection.path)]

    def rows(self, collection: Collection, day: date) -> Rows:
        """Rows of a UTC day that are visible now."""
        if day > self.last + DAY or (self.last < self.source.last and day > self.last):
            return NO_ROWS
        key = (collection.path, day)
        with self._lock:
            if key not in self._rows:
                self._rows[key] = self.source.rows(*key)
            return self._rows[key]

    def find(self, collection: Collection, identity: str) -> Entry | None:
        """Document of that id, if it is visible now."""
        if collection.clock is Clock.NONE:
            return next((e for e in self.undated(collection) if e.identity == identity), None)
        day = self.source.day_of(collection.path, identity)
        return next((e for e in self.on(collection, day) if e.identity == identity), None) if day else None

    def sync(self, days: int | None = None) -> list[Event]:
        """Reveal `days` held back (None: all) and change recent days, as when the person opens the app."""
        with self._lock:
            before = self.last
            self.last = self.source.last if days is None else min(self.source.last, before + days * DAY)
            recent = [before - n * DAY for n in range(REVISED_DAYS) if before - n * DAY >= self.first]
            events = [e for day in recent for e in self._revise(day)]
            new = [before + n * DAY for n in range(1, (self.last - before).days + 1)]
            return events + [e for day in new for e in self._appear(day)]

    def delete(self, path: str, identity: str) -> list[Event]:
        """Delete a document; nothing happens for an unknown id."""
        collection = COLLECTIONS[path]
        with self._lock:
            if self.find(collection, identity) is None:
                return []
            self._deleted.add((path, identity))
        return [Event(event_type="delete", data_type=collection.webhook, object_id=identity)]

    def restore(self, path: str, identity: str) -> list[Event]:
        """Restore a deleted document; nothing happens for any other id."""
        with self._lock:
            if (path, identity) not in self._deleted:
                return []
            self._deleted.discard((path, identity))
        return [Event(event_type="create", data_type=COLLECTIONS[path].webhook, object_id=identity)]

    def _documents(self, path: str, day: date, version: int) -> list[Document]:
        return [revised(path, d, version) for d in self.source.on(path, day)]

    def _revise(self, day: date) -> list[Event]:
        before = {c.path: {e.identity: e.text for e in self.on(c, day)} for c in _dated()}
        self._versions[day] = self._versions.get(day, 0) + 1
        return [
            Event(event_type="update", data_type=c.webhook, object_id=e.identity)
            for c in _dated()
            for e in self.on(c, day)
            if e.identity and before[c.path].get(e.identity) != e.text
        ]

    def _appear(self, day: date) -> list[Event]:
        return [
            Event(event_type="create", data_type=c.webhook, object_id=e.identity)
            for c in _dated()
            for e in self.on(c, day)
            if e.identity
        ]


def _dated() -> list[Collection]:
    return [c for c in COLLECTIONS.values() if c.day]


def _entry(collection: Collection, document: Document) -> Entry:
    text = document.get(collection.instant) if collection.instant else None
    day = document[collection.day] if collection.day else "1970-01-01"
    return Entry(
        identity=str(document.get("id", "")),
        moment=moment_of(text, day),
        text=json.dumps(document, separators=(",", ":")).encode(),
    )
