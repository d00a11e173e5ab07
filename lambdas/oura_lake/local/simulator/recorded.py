"""Which pages were recorded from the real API, and how are they served again?

A folder of files, each a list of {"request": {"method", "url"}, "status", "body"}. For every collection the
fullest successful list page is served; pages whose file name says `handwritten` were never the API's.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oura_lake.errors import SettingsWrong
from oura_lake.local.simulator.collections import COLLECTIONS, Clock
from oura_lake.local.simulator.source import NO_ROWS, Document, Rows, rows_of

PREFIX = "/v2/usercollection/"


class Recorded:
    """One recorded person; raises SettingsWrong where the folder holds no pages."""

    def __init__(self, folder: Path) -> None:
        pages = _fullest(folder)
        if not pages:
            raise SettingsWrong(f"{folder} holds no recorded page of a collection; name a folder of recorded responses.")
        self.counts = {name: len(documents) for name, documents in pages.items()}
        self._undated = {n: d for n, d in pages.items() if COLLECTIONS[n].clock is Clock.NONE}
        self._rows = {n: _by_utc_day(d) for n, d in pages.items() if COLLECTIONS[n].clock is Clock.ROW}
        self._days = {n: _by_day(d, COLLECTIONS[n].day) for n, d in pages.items() if COLLECTIONS[n].day}
        days = [d for held in (*self._days.values(), *self._rows.values()) for d in held]
        self.first, self.last = min(days, default=date(1970, 1, 1)), max(days, default=date(1970, 1, 1))

    def undated(self, collection: str) -> list[Document]:
        """See Source."""
        return self._undated.get(collection, [])

    def on(self, collection: str, day: date) -> list[Document]:
        """See Source."""
        return self._days.get(collection, {}).get(day, [])

    def rows(self, collection: str, day: date) -> Rows:
        """See Source."""
        return self._rows.get(collection, {}).get(day, NO_ROWS)

    def day_of(self, collection: str, document_id: str) -> date | None:
        """See Source."""
        held = self._days.get(collection, {})
        return next((day for day, found in held.items() if any(d.get("id") == document_id for d in found)), None)


def _fullest(folder: Path) -> dict[str, list[Document]]:
    """The longest list of each collection; the later file wins a tie."""
    found: dict[str, list[Document]] = {}
    for collection, documents in _pages(folder):
        if len(documents) >= len(found.get(collection, [])):
            found[collection] = documents
    return found


def _pages(folder: Path) -> Iterator[tuple[str, list[Document]]]:
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("handwritten"):
            continue
        for exchange in _exchanges(path):
            collection, _, identity = urlsplit(exchange["request"]["url"]).path.removeprefix(PREFIX).partition("/")
            if exchange["status"] != 200 or identity or collection not in COLLECTIONS:
                continue
            body = exchange["body"]
            yield collection, [body] if collection == "personal_info" else body["data"]


def _exchanges(path: Path) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(path.read_bytes())
    except ValueError as error:
        raise SettingsWrong(f"{path} is not JSON; remove it or record it again.") from error
    return found


def _by_day(documents: list[Document], field: str) -> dict[date, list[Document]]:
    days: dict[date, list[Document]] = {}
    for document in documents:
        days.setdefault(date.fromisoformat(document[field]), []).append(document)
    return days


def _by_utc_day(rows: list[Document]) -> dict[date, Rows]:
    """The rows as recorded, oldest first, cut at UTC midnights."""
    instants = [round(datetime.fromisoformat(r["timestamp"]).timestamp() * 1000) for r in rows]
    texts = [json.dumps(row, separators=(",", ":")) for row in rows]
    days: dict[date, Rows] = {}
    start = 0
    while start < len(rows):
        day = datetime.fromtimestamp(instants[start] / 1000, UTC).date()
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        end = bisect_right(instants, midnight.timestamp() * 1000 - 1)
        days[day] = rows_of(texts[start:end], instants[start:end])
        start = end
    return days
