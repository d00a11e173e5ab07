"""Raw: append-only lines of every response, from which the tables can be rebuilt.

A document's line: `{"fetched_at", "request", "hash", "document"}`, with `"deleted": true` for a
tombstone. A time series' line: `{"fetched_at", "request", "rows"}`, the new rows of one page.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from oura_lake.errors import StoreUnavailable, UnreadableObject, WriteConflict
from oura_lake.lake.keys import own_keys, raw_key, raw_prefix
from oura_lake.lake.partition import Table
from oura_lake.lake.rows import content_hash
from oura_lake.lake.store import Store

ONE_MICROSECOND = 1e-6
AT_ONCE = 10  # requests: boto3 keeps as many connections
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One revision of one document, as the provider answered it."""

    document: dict[str, Any]
    fetched_at: datetime
    request: str
    is_deleted: bool = False
    hash: str = field(default="")

    @property
    def digest(self) -> str:
        """Content hash, marked for a deletion so that it differs from the document's own."""
        return self.hash or content_hash({"deleted": self.document} if self.is_deleted else self.document)


def line_json(line: Line) -> dict[str, Any]:
    """Convert a line to its written form."""
    entry: dict[str, Any] = {
        "fetched_at": _stamp(line.fetched_at),
        "request": line.request,
        "hash": line.digest,
        "document": line.document,
    }
    return entry | ({"deleted": True} if line.is_deleted else {})


def series_json(rows: list[dict[str, Any]], fetched_at: datetime, request: str) -> dict[str, Any]:
    """Convert a page of a time series to its written form."""
    return {"fetched_at": _stamp(fetched_at), "request": request, "rows": rows}


def parse_line(entry: dict[str, Any]) -> Line:
    """Parse the written form of a line."""
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
    """List the raw objects of a partition that are named after a later moment (None: all), in order."""
    prefix = raw_prefix(table.source, table.endpoint, table.person)
    after = raw_key(table.source, table.endpoint, table.person, since, period) if since else ""
    return [own.key for own in own_keys(table.endpoint, table.store.keys(prefix, after)) if own.period == period]


def read_entries(store: Store, key: str) -> list[dict[str, Any]]:
    """Read the lines of one listed raw object; raises UnreadableObject and StoreUnavailable."""
    entries, faults = sound_entries(store, key)
    if faults:
        raise _damaged(key, faults[0])
    return entries


def sound_entries(store: Store, key: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Read the sound lines of one raw object, and the faults of the others; raises StoreUnavailable."""
    text, fault = _text(store, key)
    entries, faults = list[dict[str, Any]](), [fault] if fault else []
    for n, line in enumerate(text.splitlines(), start=1):
        try:
            entries.append(_checked(json.loads(line)))
        except (ValueError, RecursionError):
            faults.append(f"line {n} is not as it was written")
    return entries, faults


def lines_of(store: Store, key: str) -> bytes:
    """Read the text of one listed raw object; raises UnreadableObject and StoreUnavailable."""
    text, fault = _text(store, key)
    if fault:
        raise _damaged(key, fault)
    return text


def of_each(keys: Sequence[str], read: Callable[[str], Answer]) -> list[Answer]:
    """Read each object, in order; several at once if there are many, because each read is a request."""
    if len(keys) <= AT_ONCE:
        return [read(key) for key in keys]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(read, keys))


def compressed(entries: Iterable[dict[str, Any]]) -> bytes:
    """Compress lines with gzip; without a time in the header, so same lines are same bytes.

    Raises ValueError for values outside JSON or UTF-8: a reader of raw, such as Athena, would refuse the whole object.
    """
    dumped = (json.dumps(entry, separators=(",", ":"), ensure_ascii=False, allow_nan=False) for entry in entries)
    text = "".join(f"{line}\n" for line in dumped)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _text(store: Store, key: str) -> tuple[bytes, str]:
    """Read the text of one raw object, and its fault as a whole."""
    stored = store.get(key)
    if stored is None:  # not an empty answer: a rebuild would make the lake without these lines
        raise StoreUnavailable(f"The raw object {key} was listed and cannot be found", "run it again")
    try:
        text = gzip.decompress(stored.data)
    except (OSError, EOFError, zlib.error):
        return b"", "it is no whole gzip file"
    # A run writes no object without a line: a full disk, a restore or a sync client leaves such a file.
    return text, "" if text.strip() else "it is empty"


def _damaged(key: str, fault: str) -> UnreadableObject:
    return UnreadableObject(
        f"The raw object {key} is damaged ({fault})",
        "restore its previous version (of a folder: from a backup), or run "
        "`oura-lake rebuild --skip-damaged` to go on without it",
    )


def _checked(entry: Any) -> dict[str, Any]:
    """Check that a line has the fields of every line, each of its own type; raises ValueError."""
    if not isinstance(entry, dict) or not isinstance(entry.get("request"), str):
        raise ValueError("no line")
    is_series, rows = "rows" in entry, entry.get("rows")
    is_sound = (
        isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        if is_series
        else isinstance(entry.get("document"), dict) and isinstance(entry.get("hash"), str)
    )
    moment = entry.get("fetched_at")
    if not is_sound or not isinstance(moment, str) or datetime.fromisoformat(moment).tzinfo is None:
        raise ValueError("no line")
    return entry


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
