"""How does what was fetched become part of the lake, once, whoever else writes at the same time?

For each partition: read the object and its etag, keep what differs, append that to raw, fold it in,
replace the object only if nobody changed it since, else begin again. Where nothing differs, nothing is
written. A crash after raw and before the lake is healed by the next change of the partition: the
lines that the object has not seen are read back from raw first.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from oura_lake.errors import WriteConflict
from oura_lake.lake import raw
from oura_lake.lake.fold import counts, fold, row_of
from oura_lake.lake.layout import period_of, rejected_key
from oura_lake.lake.objects import write_rows
from oura_lake.lake.raw import Line
from oura_lake.lake.rows import Drift, Key, Row, content_hash, key_of, whole_ms
from oura_lake.lake.table import Table
from oura_lake.sources._model import Endpoint, Period

__all__ = [
    "TRIES", "Document", "Landed", "Table", "bury", "is_placeable", "land", "land_lines", "leave", "lost_race",
    "remains", "set_aside",
]

TRIES = 8
Document = dict[str, Any]


@dataclass(kw_only=True)
class Landed:
    """What a landing did: documents by fate, objects written under lake/, what nobody declared.

    An object counts as written also where a refused write turned out to be stored, by ourselves or a racing writer.

    `missing` are the heads of stored rows that a complete answer for their day should have had.
    """

    n_new: int = 0
    n_revised: int = 0
    n_unchanged: int = 0
    n_rejected: int = 0
    n_objects: int = 0
    drift: set[Drift] = field(default_factory=set)
    missing: list[Row] = field(default_factory=list)

    def add(self, other: "Landed") -> None:
        """Count another landing in."""
        for name in ("n_new", "n_revised", "n_unchanged", "n_rejected", "n_objects"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.drift |= other.drift
        self.missing += other.missing


def land(
    table: Table,
    documents: Iterable[Document],
    fetched_at: datetime,
    request: str,
    *,
    newest_day: date | None = None,
    complete: Mapping[str, Callable[[Row], bool]] = MappingProxyType({}),
) -> Landed:
    """Merge documents into the table; those without a key or day, or dated after `newest_day`, are set aside.

    `complete` says for a partition which of its rows the documents cover in full, so that stored rows
    missing from them can be told. Raises UnreadableObject, WriteConflict (after 8 lost races) and
    StoreUnavailable.
    """
    landed = Landed()
    by_period: dict[str, list[Line]] = {period: [] for period in complete}
    moment = whole_ms(fetched_at)
    for document in documents:
        if not is_placeable(table.endpoint, document, newest_day):
            landed.n_rejected += set_aside(table, document, moment, request)
            continue
        line = Line(document=document, fetched_at=moment, request=request, hash=content_hash(document))
        by_period.setdefault(period_of(table.endpoint, document), []).append(line)
    for period, lines in sorted(by_period.items()):
        landed.add(land_lines(table, period, lines, complete.get(period)))
    return landed


def bury(table: Table, documents: Iterable[Document], fetched_at: datetime, request: str) -> Landed:
    """Make tombstones of documents that the provider no longer has."""
    landed = Landed()
    moment = whole_ms(fetched_at)
    for document in documents:
        line = Line(document=document, fetched_at=moment, request=request, is_deleted=True)
        landed.add(land_lines(table, period_of(table.endpoint, document), [line]))
    return landed


def land_lines(table: Table, period: str, lines: list[Line], covers: Callable[[Row], bool] | None = None) -> Landed:
    """Merge lines into one partition; see the module's text for the protocol."""
    said: set[str] = set()
    drift: set[Drift] = set()
    came = {line.digest: (row_of(table.endpoint, line, drift), line) for line in lines}
    for _ in range(TRIES):
        held = table.partition(period)
        settled = _settled(table.endpoint, held.heads, [row for row, _ in came.values()])
        fresh = {
            d: pair for d, pair in came.items()
            if (d in said or d not in settled) and _is_news(table.endpoint, held.heads, pair[0], d in said)
        }
        unseen = _unseen(table, period, held.heads) if fresh or table.is_thorough else []
        if not fresh and not unseen:
            missing = _missing(table.endpoint, held.heads, [row for row, _ in came.values()], covers)
            return Landed(n_unchanged=len(lines), n_objects=int(bool(said)), drift=drift, missing=missing)
        _say(table, period, [line for digest, (_, line) in fresh.items() if digest not in said])
        said |= fresh.keys()
        merged = fold(table.endpoint, held.rows(), [*unseen, *(row for row, _ in fresh.values())])
        try:
            made = write_rows(table.endpoint, merged.values(), among=held.data)
            table.store.put(held.key, made, replacing=held.etag)
        except WriteConflict:
            continue
        n_new = len(merged.keys() - held.heads.keys())
        missing = _missing(table.endpoint, merged, [row for row, _ in came.values()], covers)
        landed = Landed(n_new=n_new, n_revised=max(len(fresh) - n_new, 0), n_objects=1, drift=drift, missing=missing)
        landed.n_unchanged = len(lines) - len(fresh)
        return landed
    raise lost_race(table, period)


def leave(table: Table, period: str, ids: Collection[Key], fetched_at: datetime) -> int:
    """Bury where they lay the documents that now lie in another partition; returns the objects written.

    Their rows are not just dropped: the raw lines of this partition would bring them back.
    """
    held = table.partition(period).heads
    moved = [remains(table.endpoint, held[key]) for key in ids if key in held and not held[key]["is_deleted"]]
    return bury(table, moved, fetched_at, "moved to another partition").n_objects


def remains(endpoint: Endpoint, row: Row) -> Document:
    """What a tombstone needs of a stored row: its key and its day, as the provider writes them."""
    return {name: str(row[name]) for name in {*endpoint.key, *([endpoint.day] if endpoint.day else [])}}


def lost_race(table: Table, period: str) -> WriteConflict:
    """What to raise when a partition never stood still."""
    return WriteConflict(f"Other writers kept changing {table.key(period)}; run it again when they are done.")


def is_placeable(endpoint: Endpoint, document: Document, newest_day: date | None) -> bool:
    """Whether a document has its key and a day that can be; only then it can lie in a partition."""
    if not all(map(document.get, endpoint.key)):
        return False
    if endpoint.period is Period.ALL:
        return True
    return _is_day(str(document.get(endpoint.day or endpoint.instant))[:10], newest_day)


@lru_cache(maxsize=1024)  # time series ask it of the same days for each row
def _is_day(text: str, newest: date | None) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return newest is None or day <= newest


def set_aside(table: Table, document: Document, fetched_at: datetime, request: str) -> int:
    """Keep a document that fits no partition, once, under rejected/; returns 1."""
    key = rejected_key(table.source, table.endpoint, table.person, content_hash(document))
    line = Line(document=document, fetched_at=fetched_at, request=request)
    with suppress(WriteConflict):  # kept by an earlier run: the name is the content's hash
        table.store.put(key, raw.compressed([raw.line_json(line)]), replacing=None)
    return 1


def _settled(endpoint: Endpoint, heads: dict[Key, Row], rows: Iterable[Row]) -> set[str]:
    """The hashes of an answer that contradicts itself, where one of what it says of a document is held already.

    Without it two documents of one key would replace each other with every run.
    """
    by_key: dict[Key, set[str]] = {}
    for row in rows:
        by_key.setdefault(key_of(endpoint, row), set()).add(row["content_hash"])
    doubled = {key: hashes for key, hashes in by_key.items() if len(hashes) > 1 and key in heads}
    return {h for key, hashes in doubled.items() if heads[key]["content_hash"] in hashes for h in hashes}


def _say(table: Table, period: str, lines: list[Line]) -> None:
    """Append lines to raw, if there are any."""
    if lines:
        entries = [raw.line_json(line) for line in lines]
        raw.append(table.store, table.source, table.endpoint, table.person, period, entries)


def _unseen(table: Table, period: str, heads: dict[Key, Row]) -> list[Row]:
    """Rows of raw lines that the object has not seen: a crash kept them out."""
    since = max((row["fetched_at"] for row in heads.values()), default=None)
    lines = raw.lines_since(table.store, table.source, table.endpoint, table.person, period, since)
    rows = (row_of(table.endpoint, line, set()) for line in lines)
    return [row for row in rows if counts(row, heads.get(key_of(table.endpoint, row)))]


def _is_news(endpoint: Endpoint, heads: dict[Key, Row], row: Row, is_said: bool) -> bool:
    """Whether the object must change for a row. What raw already has counts as it would in a rebuild: of two
    writers who bring the same, the earlier time stays, also if the later one replaced the object first."""
    held = heads.get(key_of(endpoint, row))
    if is_said:
        return counts(row, held)
    return held is None or bool(held["content_hash"] != row["content_hash"])


def _missing(
    endpoint: Endpoint, heads: dict[Key, Row], rows: Iterable[Row], covers: Callable[[Row], bool] | None
) -> list[Row]:
    if covers is None:
        return []
    here = {key_of(endpoint, row) for row in rows}
    return [row for key, row in heads.items() if key not in here and not row["is_deleted"] and covers(row)]
