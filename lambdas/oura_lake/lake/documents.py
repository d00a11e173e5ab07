"""Landing of documents, once, whoever else writes at the same time.

For each partition: read the object and its etag, keep what differs, append that to raw, fold it in,
replace the object only if nobody changed it since, else begin again. Where nothing differs, nothing is
written. A crash after raw and before the lake is healed by the next change of the partition: what raw
says that the object has not seen (`told.py`) is read back first.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from oura_lake.errors import WriteConflict, caught
from oura_lake.lake import raw
from oura_lake.lake.drift import Drift
from oura_lake.lake.json_text import parse
from oura_lake.lake.keys import period_of, rejected_key
from oura_lake.lake.merge import can_be_buried, fold, remains, row_of, rows_of
from oura_lake.lake.parquet import write_rows
from oura_lake.lake.partition import Partition, Table
from oura_lake.lake.placing import is_placeable, obstacles
from oura_lake.lake.raw import Line
from oura_lake.lake.rows import Key, Row, key_of, whole_ms
from oura_lake.lake.unmerged import Told, not_before, recent
from oura_lake.sources.model import Endpoint

__all__ = [
    "TRIES",
    "Document",
    "Landed",
    "Table",
    "bury",
    "can_be_buried",
    "is_placeable",
    "land",
    "land_lines",
    "leave",
    "lost_race",
    "remains",
    "set_aside",
    "why",
]

TRIES = 8
Document = dict[str, Any]
Came = dict[str, tuple[Row, Line]]
"""What was fetched by its hash: the row that it makes, and its line."""


@dataclass(kw_only=True)
class Landed:
    """What a landing did: documents by fate, objects written under lake/, what nobody declared.

    An object counts as written also where a refused write turned out to be stored, by ourselves or a racing writer.

    `n_rejected` counts all that was set aside, and `rejected` by their reasons those that no earlier run set aside.
    `missing` are the heads of stored rows that a complete answer for their day should have had.
    """

    n_new: int = 0
    n_revised: int = 0
    n_unchanged: int = 0
    n_rejected: int = 0
    n_objects: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    drift: set[Drift] = field(default_factory=set)
    missing: list[Row] = field(default_factory=list)

    def add(self, other: "Landed") -> None:
        """Count another landing in."""
        for name in ("n_new", "n_revised", "n_unchanged", "n_rejected", "n_objects"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected += other.rejected
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
    """Merge documents into the table; those without a key or day, or dated after `newest_day`, are set aside, and so
    is any that cannot be read at all.

    `complete` says for a partition which of its rows the documents cover in full, so that stored rows
    missing from them can be told. Raises UnreadableObject, WriteConflict (after 8 lost races) and
    StoreUnavailable.
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


def bury(table: Table, documents: Iterable[Document], fetched_at: datetime, request: str) -> Landed:
    """Make tombstones of documents that the provider no longer has; all of a partition at once."""
    moment = whole_ms(fetched_at)
    lines = [Line(document=d, fetched_at=moment, request=request, is_deleted=True) for d in documents]
    return _land_periods(table, lines, {})


def _land_periods(table: Table, lines: Iterable[Line], complete: Mapping[str, Callable[[Row], bool]]) -> Landed:
    """Merge lines into the partitions they belong to, and look at those that are complete without one."""
    landed = Landed()
    by_period: dict[str, list[Line]] = {period: [] for period in complete}
    for line in lines:
        by_period.setdefault(period_of(table.endpoint, line.document), []).append(line)
    for period, members in sorted(by_period.items()):
        landed.add(land_lines(table, period, members, complete.get(period)))
    return landed


def land_lines(table: Table, period: str, lines: list[Line], covers: Callable[[Row], bool] | None = None) -> Landed:
    """Merge lines into one partition; see the module's text for the protocol."""
    told: Told[list[Row]] = Told(table, period, partial(rows_of, table.endpoint))
    landed, held = Landed(), table.partition(period)
    came = _came(table, lines, held.seen, landed)
    unsaid, before, n_lines = dict(came), held.heads.keys(), len(lines) - landed.n_rejected
    for _ in range(TRIES):
        keys = _looked_up(table, told, held, unsaid)
        unseen = [row for rows in told.beyond(keys, held.seen) for row in rows]
        merged = fold(table.endpoint, held.heads, unseen)
        landed.missing = _missing(table.endpoint, merged, [row for row, _ in came.values()], covers)
        n_said, n_new = len(came) - len(unsaid), len(merged.keys() - before)
        landed.n_new, landed.n_revised, landed.n_unchanged = n_new, max(n_said - n_new, 0), n_lines - n_said
        if not unseen:
            return landed
        landed.n_objects = 1  # also where the refused write turns out to be stored
        rows = held.rows() | {key: row for key, row in merged.items() if row is not held.heads.get(key)}
        try:
            made = write_rows(table.endpoint, rows.values(), recent(keys), among=held.data)
            table.store.put(held.key, made, replacing=held.etag)
        except WriteConflict:
            held = table.partition(period)
            continue
        return landed
    raise lost_race(table, period)


def leave(table: Table, period: str, ids: Collection[Key], fetched_at: datetime) -> int:
    """Bury where they lay the documents that now lie in another partition; returns the objects written.

    Their rows are not just dropped: the raw lines of this partition would bring them back.
    """
    held = table.partition(period).heads
    rows = (held[key] for key in ids if key in held)
    moved = [remains(table.endpoint, row) for row in rows if can_be_buried(table.endpoint, row)]
    return bury(table, moved, fetched_at, "moved to another partition").n_objects


def lost_race(table: Table, period: str) -> WriteConflict:
    """What to raise when a partition never stood still."""
    return WriteConflict(f"Other writers kept changing {table.key(period)}", "run it again when they are done")


def set_aside(table: Table, line: Line, reason: str, landed: Landed) -> None:
    """Keep what cannot be merged under rejected/ with its reason, once, and count it."""
    with caught() as found:
        line = replace(line, hash=line.digest)
    if found.error:  # it holds what JSON cannot say, which no answer can: the text that comes nearest is kept
        line = replace(line, document=parse(json.dumps(line.document, default=repr)))
    key = rejected_key(table.source, table.endpoint, table.person, line.digest)
    landed.n_rejected += 1
    try:
        table.store.put(key, raw.compressed([raw.line_json(line) | {"reason": reason}]), replacing=None)
    except WriteConflict:  # kept by an earlier run: the name is the content's hash
        return
    landed.rejected[reason] += 1


def why(error: Exception | None) -> str:
    """The reason to set something aside that raised an error; '' where it raised none."""
    return f"could not be read ({type(error).__name__})" if error else ""


def _came(table: Table, lines: Iterable[Line], seen: tuple[str, ...], landed: Landed) -> Came:
    """Each thing said, once, with its row, at a time that counts beside what was seen."""
    came: Came = {}
    for line in lines:
        dated = replace(line, fetched_at=not_before(seen, line.fetched_at), hash=line.digest)
        with caught() as found:
            came[dated.digest] = (row_of(table.endpoint, dated, landed.drift), dated)
        if found.error:
            set_aside(table, line, why(found.error), landed)
    return came


def _looked_up(table: Table, told: Told[list[Row]], held: Partition, unsaid: Came) -> list[str]:
    """The raw objects of around now, after what is news was appended to them; none if nobody has to look.

    News is what differs from what raw says, not from what the object holds: a run that died may have said more.
    """
    if not (told.own or table.is_thorough or _news(table.endpoint, held.heads, unsaid)):
        return []
    keys = told.keys(held.seen)
    unseen = [row for rows in told.beyond(keys, held.seen) for row in rows]
    if fresh := _news(table.endpoint, fold(table.endpoint, held.heads, unseen), unsaid):
        pairs = [unsaid.pop(digest) for digest in fresh]
        entries = [raw.line_json(line) for _, line in pairs]
        keys.append(told.say(entries, [row for row, _ in pairs], pairs[0][1].fetched_at))
    return keys


def _news(endpoint: Endpoint, heads: dict[Key, Row], came: Came) -> list[str]:
    """The hashes of what differs from the rows that are held."""
    settled = _settled(endpoint, heads, [row for row, _ in came.values()])
    return [
        digest
        for digest, (row, _) in came.items()
        if digest not in settled and heads.get(key_of(endpoint, row), {}).get("content_hash") != digest
    ]


def _settled(endpoint: Endpoint, heads: dict[Key, Row], rows: Iterable[Row]) -> set[str]:
    """The hashes of an answer that contradicts itself, where one of what it says of a document is held already.

    Without it two documents of one key would replace each other with every run.
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
    return [row for key, row in heads.items() if key not in here and can_be_buried(endpoint, row) and covers(row)]
