"""One run of a person's days into a lake, as a process of its own does it, with a prepared provider.

A week over new year, so that each table has two partitions: first as it was, then with a score revised, one moved to
the other year, one vanished, one new, and more heart rate.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from oura_lake.errors import DocumentMissing
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.keys import lake_key
from oura_lake.lake.parquet import read_table
from oura_lake.lake.rebuild import SAME, partitions, rebuild
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.oura.client import Page
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE

from support.builders import a_beat, a_score

FIRST, LAST = date(2025, 12, 29), date(2026, 1, 3)
NOW = datetime(2026, 1, 3, 12, tzinfo=UTC)
ENDPOINTS = tuple(SOURCE.endpoint(name) for name in ("daily_sleep", "heartrate"))
Truth = Mapping[str, list[dict[str, Any]]]


def _score(n: int, day: str, score: int) -> dict[str, Any]:
    return a_score(day, score, id=f"score-{n}")


BEFORE: Truth = {
    "daily_sleep": [
        _score(1, "2025-12-30", 71),
        _score(2, "2025-12-31", 72),
        _score(3, "2026-01-01", 73),
        {"score": 1},
    ],
    "heartrate": [a_beat(f"{day}T0{hour}:00:00.000Z") for day in ("2025-12-31", "2026-01-01") for hour in range(3)],
}
AFTER: Truth = {
    "daily_sleep": [
        _score(1, "2025-12-30", 81),
        _score(2, "2026-01-01", 72),
        _score(4, "2026-01-02", 74),
        {"score": 1},
    ],
    "heartrate": [*BEFORE["heartrate"], a_beat("2025-12-31T09:00:00.000Z"), a_beat("2026-01-02T09:00:00.000Z", 61)],
}


class Provider:
    """Provider that gives everybody the same documents, at a fixed moment."""

    def __init__(self, truth: Truth, now: datetime) -> None:
        self._truth, self._now = truth, now

    def pages(self, endpoint: Any, _params: Any) -> list[Page]:
        """Yield everything, whatever the window: trimming is the lake's work."""
        return [Page([dict(d) for d in self._truth[endpoint.name]], endpoint.name, self._now)]

    def document(self, endpoint: Any, document_id: str) -> dict[str, Any]:
        """Document of that id."""
        for document in self._truth[endpoint.name]:
            if document.get("id") == document_id:
                return dict(document)
        raise DocumentMissing("Oura has no such document.")


def bring(store: Store, truth: Truth, now: datetime = NOW, endpoints: tuple[Endpoint, ...] = ENDPOINTS) -> int:
    """Sync into a store as `oura-lake sync` does; return the objects written under lake/."""
    days = Days(first=FIRST, last=LAST, zone=UTC, now=now)
    run = Run(client=Provider(truth, now), store=store, source=SOURCE, person="me", window=days, is_thorough=True)
    outcomes = ingest(run, endpoints)
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
    return sum(outcome.landed.n_objects for outcome in outcomes)


def seen_by_readers(objects: Mapping[str, bytes]) -> dict[str, Any]:
    """Rows of the lake, the ledger, the rejected records; not raw, where a dead run may have written the same."""
    found: dict[str, Any] = {k: data for k, data in objects.items() if k.startswith(("lake/", "ledger/", "rejected/"))}
    tables = {key: read_table(key, data).to_pylist() for key, data in found.items() if key.endswith(".parquet")}
    return found | tables


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of the lake without the moments at which they were learned."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for endpoint in ENDPOINTS:
        for period in ("2025", "2026") if endpoint.day else ("2025-12", "2026-01"):
            key = lake_key(endpoint, "me", period)
            if stored := store.get(key):
                table = read_table(key, stored.data)
                columns = [name for name in table.column_names if name != "fetched_at"]
                found[key] = [tuple(row.values()) for row in table.select(columns).to_pylist()]
    return found


def differences_from_raw(store: Store) -> list[str]:
    """Differences that a rebuild would make: none, if the lake agrees with raw."""
    checked = (rebuild(partition, is_check=True) for partition in partitions(store, SOURCE, ENDPOINTS))
    return [f"{found.key}: {found.state}" for found in checked if found.state != SAME]
