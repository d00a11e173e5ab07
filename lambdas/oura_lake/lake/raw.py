"""What did the provider say, and when? The append-only lines from which the lake can be made again.

A document's line: `{"fetched_at", "request", "hash", "document"}`, with `"deleted": true` for a
tombstone. A time series' line: `{"fetched_at", "request", "rows"}`, the new rows of one page.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from oura_lake.errors import StoreUnavailable, UnreadableObject, WriteConflict
from oura_lake.lake.layout import raw_key, raw_period_in, raw_prefix
from oura_lake.lake.rows import content_hash
from oura_lake.lake.store import Store
from oura_lake.lake.table import Table

ONE_MICROSECOND = 1e-6
AT_ONCE = 10  # requests: as many connections boto3 keeps
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing the provider said of one document."""

    document: dict[str, Any]
    fetched_at: datetime
    request: str
    is_deleted: bool = False
    hash: str = field(default="")

    @property
    def digest(self) -> str:
        """The content hash, marked for a deletion so that it differs from the document's own."""
        return self.hash or content_hash({"deleted": self.document} if self.is_deleted else self.document)


def line_json(line: Line) -> dict[str, Any]:
    """A line as it is written."""
    entry: dict[str, Any] = {
        "fetched_at": _stamp(line.fetched_at), "request": line.request, "hash": line.digest, "document": line.document,
    }
    return entry | ({"deleted": True} if line.is_deleted else {})


def series_json(rows: list[dict[str, Any]], fetched_at: datetime, request: str) -> dict[str, Any]:
    """A page of a time series as it is written."""
    return {"fetched_at": _stamp(fetched_at), "request": request, "rows": rows}


def parse_line(entry: dict[str, Any]) -> Line:
    """A written line as a value."""
    return Line(
        document=entry["document"],
        fetched_at=datetime.fromisoformat(entry["fetched_at"]),
        request=entry["request"],
        is_deleted=entry.get("deleted", False),
        hash=entry["hash"],
    )


def append(table: Table, period: str, entries: list[dict[str, Any]], moment: datetime) -> str:
    """Write lines as a new object named after a moment; returns its key."""
    data = compressed(entries)
    while True:
        key = raw_key(table.source, table.endpoint, table.person, moment, period)
        try:
            table.store.put(key, data, replacing=None)
        except WriteConflict:  # another run of the same microsecond; the name is free, its order is not
            moment = datetime.fromtimestamp(moment.timestamp() + ONE_MICROSECOND, UTC)
            continue
        return key


def keys_of(table: Table, period: str, since: datetime | None = None) -> list[str]:
    """The raw objects of a partition that are named after a later moment (None: all), in order."""
    prefix = raw_prefix(table.source, table.endpoint, table.person)
    after = raw_key(table.source, table.endpoint, table.person, since, period) if since else ""
    return [key for key in table.store.keys(prefix, after) if raw_period_in(key) == period]


def read_entries(store: Store, key: str) -> list[dict[str, Any]]:
    """The lines of one raw object that was listed, as they were written; raises UnreadableObject, StoreUnavailable."""
    stored = store.get(key)
    if stored is None:  # not "nothing was said": a rebuild would make the lake without these lines
        raise StoreUnavailable(f"The raw object {key} was listed and cannot be found; run it again.")
    try:
        return [json.loads(text) for text in gzip.decompress(stored.data).splitlines()]
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableObject(f"The raw object {key} is damaged; restore its previous version.") from error


def of_each(keys: Sequence[str], read: Callable[[str], Answer]) -> list[Answer]:
    """What is read of each raw object, in their order; of many, some at once, for each is a request to wait for."""
    if len(keys) <= AT_ONCE:
        return [read(key) for key in keys]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(read, keys))


def compressed(entries: Iterable[dict[str, Any]]) -> bytes:
    """Lines as gzip; no time in its header, so same lines are same bytes.

    Raises ValueError for what is none of JSON or UTF-8: a reader of raw, as Athena, would refuse the whole object.
    """
    dumped = (json.dumps(entry, separators=(",", ":"), ensure_ascii=False, allow_nan=False) for entry in entries)
    text = "".join(f"{line}\n" for line in dumped)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
