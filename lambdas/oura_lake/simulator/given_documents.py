"""A source of existing documents: recorded ones, or a scenario of a test."""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from oura_lake.simulator.routes import COLLECTIONS, Clock
from oura_lake.simulator.source import NO_ROWS, Document, Rows, rows_of

DAY_MS = 86_400_000
EPOCH = date(1970, 1, 1)


class GivenDocuments:
    """The documents and rows of one person, by collection as named in the path; oldest first."""

    def __init__(self, documents: Mapping[str, Sequence[Document]]) -> None:
        known = {name: list(listed) for name, listed in documents.items() if listed}
        self._undated = {n: d for n, d in known.items() if COLLECTIONS[n].clock is Clock.NONE}
        self._rows = {n: _by_utc_day(d) for n, d in known.items() if COLLECTIONS[n].clock is Clock.ROW}
        self._days = {n: _by_day(d, COLLECTIONS[n].day) for n, d in known.items() if COLLECTIONS[n].day}
        days = [day for days_of_one in self._days.values() for day in days_of_one]
        days += [day for days_of_one in self._rows.values() for day in days_of_one]
        self.first, self.last = min(days, default=EPOCH), max(days, default=EPOCH)

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
        days = self._days.get(collection, {})
        return next((day for day, found in days.items() if any(d.get("id") == document_id for d in found)), None)


def _by_day(documents: list[Document], field: str) -> dict[date, list[Document]]:
    days: dict[date, list[Document]] = {}
    for document in documents:
        days.setdefault(date.fromisoformat(document[field]), []).append(document)
    return days


def _by_utc_day(rows: list[Document]) -> dict[date, Rows]:
    """Rows as they are, cut at UTC midnights."""
    instants = [round(datetime.fromisoformat(r["timestamp"]).astimezone(UTC).timestamp() * 1000) for r in rows]
    texts = [json.dumps(row, separators=(",", ":")) for row in rows]
    days: dict[date, Rows] = {}
    start = 0
    while start < len(rows):
        number = instants[start] // DAY_MS
        end = bisect_left(instants, (number + 1) * DAY_MS)
        days[EPOCH + timedelta(days=number)] = rows_of(texts[start:end], instants[start:end])
        start = end
    return days
