"""Documents, tables and clients with defaults: a test writes only the fields that it needs."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from oura_lake.errors import DocumentMissing, StoreUnavailable
from oura_lake.lake.partition import Table
from oura_lake.lake.raw import keys_of
from oura_lake.lake.rebuild import Partition
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.oura.client import Page
from oura_lake.sources.oura import SOURCE

NOON = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)


def a_score(day: str = "2026-08-20", score: float = 80, **fields: Any) -> dict[str, Any]:
    """Make a daily_sleep document."""
    return {"id": f"score-{day}", "day": day, "score": score, "timestamp": f"{day}T00:00:00+00:00"} | fields


def a_beat(moment: str = "2026-08-20T10:00:00.000Z", bpm: int = 60, source: str | int = "awake") -> dict[str, Any]:
    """Make a heart-rate row."""
    return {"timestamp": moment, "bpm": bpm, "source": source}


def a_table(store: Store | None = None, name: str = "daily_sleep") -> Table:
    """Make one person's table in memory."""
    return Table(store=store or MemoryStore(), source="oura", endpoint=SOURCE.endpoint(name), person="me")


def memory_of(table: Table) -> MemoryStore:
    """Return the store of a table in memory."""
    assert isinstance(table.store, MemoryStore)
    return table.store


def rebuilt(table: Table, period: str) -> bytes:
    """Rebuild the object of a partition from raw alone."""
    return Partition(table=table, period=period, raw_keys=tuple(keys_of(table, period))).made()


class Dying(MemoryStore):
    """Store that dies at the n-th write (0: never)."""

    def __init__(self, dies_at: int = 0) -> None:
        super().__init__()
        self.left = dies_at

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        self.left -= 1
        if self.left == 0:
            raise StoreUnavailable("The process died.")
        return super().put(key, data, replacing=replacing)


def at(minute: int) -> datetime:
    """Moment that many minutes after noon."""
    return NOON + timedelta(minutes=minute)


class FakeOura:
    """Provider that answers from lists of documents and counts its requests."""

    def __init__(self, **documents: list[dict[str, Any]]) -> None:
        self.documents = documents
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}
        self._now = NOON

    def pages(self, endpoint: Any, params: Any) -> Iterable[Page]:
        """Yield one page with all documents, whatever the window: trimming is the lake's work."""
        self.asked.append(endpoint.name)
        if endpoint.name in self.errors:
            raise self.errors[endpoint.name]
        self._now += timedelta(seconds=1)
        yield Page(list(self.documents.get(endpoint.name, [])), f"/{endpoint.collection}", self._now)

    def document(self, endpoint: Any, document_id: str) -> dict[str, Any]:
        """Document of that id."""
        self.asked.append(f"{endpoint.name}/{document_id}")
        for document in self.documents.get(endpoint.name, []):
            if document["id"] == document_id:
                return document
        raise DocumentMissing(f"Oura has no {endpoint.name} of the id asked for.")
