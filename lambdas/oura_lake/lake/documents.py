"""Landing of documents, once, whatever other runs write at the same time.

For each partition: read the object and its etag, select the documents that differ, append them to raw, merge them, and
replace the object only if no other run has changed it; else begin again. Without a difference nothing is written. The
next change of the partition repairs a crash between raw and the lake: it first reads the raw lines that the object has
not merged (`unmerged.py`).
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from oura_lake.errors import WriteConflict, caught
from oura_lake.lake import raw
from oura_lake.lake.changes import change_of, days_of_rows
from oura_lake.lake.json_text import parse
from oura_lake.lake.keys import period_of, rejected_key
from oura_lake.lake.landed import Landed
from oura_lake.lake.merge import can_become_tombstone, fold, row_of, rows_of, tombstone_fields
from oura_lake.lake.parquet import write_rows
from oura_lake.lake.partition import Partition, Table
from oura_lake.lake.placing import is_placeable, obstacles
from oura_lake.lake.raw import Line
from oura_lake.lake.rows import Key, Row, key_of, whole_ms
from oura_lake.lake.unmerged import UnmergedRaw, not_before, recent
from oura_lake.sources.model import Endpoint

__all__ = [
    "TRIES",
    "Document",
    "Landed",
    "Table",
    "add_tombstones",
    "can_become_tombstone",
    "is_placeable",
    "land",
    "land_lines",
    "lost_race",
    "mark_moved",
    "set_aside",
    "tombstone_fields",
    "why",
]

TRIES = 8
Document = dict[str, Any]
FetchedRows = dict[str, tuple[Row, Line]]
"""Fetched documents by hash: the row of each, and its line."""


def land(
    table: Table,
    documents: Iterable[Document],
    fetched_at: datetime,
    request: str,
    *,
    newest_day: date | None = None,
    complete: Mapping[str, Callable[[Row], bool]] = MappingProxyType({}),
) -> Landed:
    """Merge documents into the table, and set aside those that fit no partition.

    A document is set aside if it has no key or day, is dated after `newest_day`, or cannot be read at all. `complete`
    tells for a partition which of its rows the documents cover in full, so that missing rows can be found.
    Raises UnreadableObject, WriteConflict (after 8 lost races) and StoreUnavailable.
    """
    aside, lines = Landed(), list[Line]()
    moment, obstacle = whole_ms(fetched_at), obstacles(table.endpoint, newest_day)
    for document in documents:
        line = Line(document=document, fetched_at=moment, request=request)
        with caught() as found:
            line = replace(line, hash=line.digest)
        if reason := obstacle(document) or why(found.error):
            set_aside(table, line, reason, aside)
        else:
            lines.append(line)
    aside.add(_land_periods(table, lines, complete))
    return aside


def add_tombstones(table: Table, documents: Iterable[Document], fetched_at: datetime, request: str) -> Landed:
    """Write tombstones for documents that the provider no longer has; all of a partition at once."""
    moment = whole_ms(fetched_at)
    lines = [Line(document=d, fetched_at=moment, request=request, is_deleted=True) for d in documents]
    return _land_periods(table, lines, {})


def _land_periods(table: Table, lines: Iterable[Line], complete: Mapping[str, Callable[[Row], bool]]) -> Landed:
    """Merge lines into their partitions, and check the complete partitions that have no line."""
    landed = Landed()
    by_period: dict[str, list[Line]] = {period: [] for period in complete}
    for line in lines:
        by_period.setdefault(period_of(table.endpoint, line.document), []).append(line)
    for period, members in sorted(by_period.items()):
        landed.add(land_lines(table, period, members, complete.get(period)))
    return landed


def land_lines(table: Table, period: str, lines: list[Line], covers: Callable[[Row], bool] | None = None) -> Landed:
    """Merge lines into one partition by the protocol of this module."""
    unmerged: UnmergedRaw[list[Row]] = UnmergedRaw(table, period, partial(rows_of, table.endpoint))
    landed, stored = Landed(), table.partition(period)
    fetched = _rows_by_hash(table, lines, stored.seen, landed)
    unwritten, before, n_lines = dict(fetched), stored.heads.keys(), len(lines) - landed.n_rejected
    for _ in range(TRIES):
        keys = _looked_up(table, unmerged, stored, unwritten)
        unseen = [row for rows in unmerged.parsed_beyond(keys, stored.seen) for row in rows]
        merged = fold(table.endpoint, stored.heads, unseen)
        landed.missing = _missing(table.endpoint, merged, [row for row, _ in fetched.values()], covers)
        n_written, n_new = len(fetched) - len(unwritten), len(merged.keys() - before)
        landed.n_new, landed.n_revised, landed.n_unchanged = n_new, max(n_written - n_new, 0), n_lines - n_written
        if not unseen:
            return landed
        landed.n_objects = 1  # also if the refused write was stored after all
        changed = {key: row for key, row in merged.items() if row is not stored.heads.get(key)}
        rows = stored.rows() | changed
        try:
            made = write_rows(table.endpoint, rows.values(), recent(keys), among=stored.data)
            etag = table.store.put(stored.key, made, replacing=stored.etag)
        except WriteConflict:
            stored = table.partition(period)
            continue
        days = days_of_rows(table.endpoint, [*changed.values(), *(stored.heads.get(key) for key in changed)])
        landed.changes.append(change_of(stored.key, stored.etag, etag, days))
        return landed
    raise lost_race(table, period)


def mark_moved(table: Table, period: str, ids: Collection[Key], fetched_at: datetime) -> Landed:
    """Write tombstones where documents moved to another partition.

    To drop their rows is not enough: the raw lines of this partition would restore them.
    """
    stored = table.partition(period).heads
    rows = (stored[key] for key in ids if key in stored)
    moved = [tombstone_fields(table.endpoint, row) for row in rows if can_become_tombstone(table.endpoint, row)]
    return add_tombstones(table, moved, fetched_at, "moved to another partition")


def lost_race(table: Table, period: str) -> WriteConflict:
    """Make the error for a partition that other writers kept changing."""
    return WriteConflict(f"Other writers kept changing {table.key(period)}", "run it again when they are done")


def set_aside(table: Table, line: Line, reason: str, landed: Landed) -> None:
    """Store a record that cannot be merged under rejected/ with its reason, once, and count it."""
    with caught() as found:
        line = replace(line, hash=line.digest)
    if found.error:  # a value that is not JSON, which no answer contains: store the nearest text
        line = replace(line, document=parse(json.dumps(line.document, default=repr)))
    key = rejected_key(table.source, table.endpoint, table.person, line.digest)
    landed.n_rejected += 1
    try:
        table.store.put(key, raw.compressed([raw.line_json(line) | {"reason": reason}]), replacing=None)
    except WriteConflict:  # an earlier run stored it: the name is the content's hash
        return
    landed.rejected[reason] += 1


def why(error: Exception | None) -> str:
    """Reason to set aside a record that raised an error; '' without one."""
    return f"could not be read ({type(error).__name__})" if error else ""


def _rows_by_hash(table: Table, lines: Iterable[Line], seen: tuple[str, ...], landed: Landed) -> FetchedRows:
    """Make a row of each distinct document, with a time that counts beside the merged raw objects."""
    fetched: FetchedRows = {}
    for line in lines:
        dated = replace(line, fetched_at=not_before(seen, line.fetched_at), hash=line.digest)
        with caught() as found:
            fetched[dated.digest] = (row_of(table.endpoint, dated, landed.drift), dated)
        if found.error:
            set_aside(table, line, why(found.error), landed)
    return fetched


def _looked_up(table: Table, unmerged: UnmergedRaw[list[Row]], stored: Partition, unwritten: FetchedRows) -> list[str]:
    """List the recent raw objects after the append of news; none if a look at raw is not needed.

    News differs from raw, not only from the object: a run that died may have appended more.
    """
    if not (unmerged.own or table.is_thorough or _news(table.endpoint, stored.heads, unwritten)):
        return []
    keys = unmerged.keys(stored.seen)
    unseen = [row for rows in unmerged.parsed_beyond(keys, stored.seen) for row in rows]
    if fresh := _news(table.endpoint, fold(table.endpoint, stored.heads, unseen), unwritten):
        pairs = [unwritten.pop(digest) for digest in fresh]
        entries = [raw.line_json(line) for _, line in pairs]
        keys.append(unmerged.append_lines(entries, [row for row, _ in pairs], pairs[0][1].fetched_at))
    return keys


def _news(endpoint: Endpoint, heads: dict[Key, Row], fetched: FetchedRows) -> list[str]:
    """Hashes of the fetched documents that differ from the stored rows."""
    settled = _settled(endpoint, heads, [row for row, _ in fetched.values()])
    return [
        digest
        for digest, (row, _) in fetched.items()
        if digest not in settled and heads.get(key_of(endpoint, row), {}).get("content_hash") != digest
    ]


def _settled(endpoint: Endpoint, heads: dict[Key, Row], rows: Iterable[Row]) -> set[str]:
    """Hashes of an answer that contradicts itself, where one of its versions of a document is stored already.

    Without this rule two documents of one key would replace each other with every run.
    """
    by_key: dict[Key, set[str]] = {}
    for row in rows:
        by_key.setdefault(key_of(endpoint, row), set()).add(row["content_hash"])
    doubled = {key: hashes for key, hashes in by_key.items() if len(hashes) > 1 and key in heads}
    return {h for key, hashes in doubled.items() if heads[key]["content_hash"] in hashes for h in hashes}


def _missing(
    endpoint: Endpoint, heads: dict[Key, Row], rows: Iterable[Row], covers: Callable[[Row], bool] | None
) -> list[Row]:
    if covers is None:
        return []
    here = {key_of(endpoint, row) for row in rows}
    absent = (row for key, row in heads.items() if key not in here)
    return [row for row in absent if can_become_tombstone(endpoint, row) and covers(row)]
