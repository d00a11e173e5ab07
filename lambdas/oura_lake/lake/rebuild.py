"""Rebuild of each object from raw, written where its bytes differ.

Raw has every response, and the merge is the live one, so nothing differs unless an object was damaged, lost or written
by another version. Readers are undisturbed: an object is replaced by its successor, never deleted.

Raw itself may be damaged or lost. So a partition with unreadable raw lines stays unchanged, and an object with rows
that raw no longer makes is replaced only on request.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake import raw
from oura_lake.lake.documents import TRIES, Table, lost_race
from oura_lake.lake.keys import own_keys, parsed_key, source_prefix, table_prefix
from oura_lake.lake.merge import fold, rows_of
from oura_lake.lake.parquet import read_table, write_rows
from oura_lake.lake.rows import Key
from oura_lake.lake.store import Store
from oura_lake.lake.strays import strays
from oura_lake.lake.timeseries import month_of
from oura_lake.lake.unmerged import raw_moment, recent
from oura_lake.sources.model import Endpoint, Source

STRANGE = "no run of Oura Lake writes such a name; move it out of the lake."
LOST = "left as it is, for raw lacks {n_lost:,} of its rows; restore raw, or write it with --drop-rows."
SAME, WRITTEN, DIFFERS, UNKNOWN = "same", "written", "differs", "unknown to raw"
FEWER, DAMAGED, NOT_READ = "raw makes fewer rows", "raw is damaged", "not read"
LEFT_UNDONE = (DIFFERS, UNKNOWN, FEWER, DAMAGED, NOT_READ)


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """Outcome of one object of the lake; `note` is a remark about it."""

    key: str
    state: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """Permissions of a rebuild to lose data: skip lines that cannot be read, and drop rows."""

    skip_damaged: bool = False
    drop_rows: bool = False


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One object of a rebuild: its table and period, and its raw objects in order."""

    table: Table
    period: str
    raw_keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """Key of the object."""
        return self.table.key(self.period)

    def made(self, *, skip_damaged: bool = False) -> bytes:
        """Make the object's bytes from raw; raises UnreadableObject unless damaged lines may be skipped."""
        read = _sound if skip_damaged else raw.read_entries
        entries = [*chain.from_iterable(raw.of_each(self.raw_keys, partial(read, self.table.store)))]
        seen = recent(self.raw_keys)
        if not self.table.endpoint.is_series:
            rows = fold(self.table.endpoint, {}, rows_of(self.table.endpoint, entries))
            return write_rows(self.table.endpoint, rows.values(), seen)
        return month_of(self.table.endpoint, entries, seen)


def partitions(
    store: Store, source: Source, endpoints: Iterable[Endpoint], person: str = "", until: datetime | None = None
) -> Iterator[Partition]:
    """List every partition with raw objects (until a moment), of one person or (empty) of all."""
    for endpoint in endpoints:
        prefix = source_prefix(source.name, endpoint)
        keys: dict[tuple[str, str], list[str]] = defaultdict(list)
        for own in own_keys(endpoint, store.keys(prefix)):
            if person in ("", own.person) and (until is None or raw_moment(own.key) <= until):
                keys[own.person, own.period].append(own.key)
        for (whose, period), raw_keys in sorted(keys.items()):
            table = Table(store=store, source=source.name, endpoint=endpoint, person=whose)
            yield Partition(table=table, period=period, raw_keys=tuple(raw_keys))


def rebuild(partition: Partition, *, is_check: bool = False, may: Permissions = Permissions()) -> Rebuilt:
    """Replace an object by the one that raw makes, if they differ; a check only reports.

    Raises StoreUnavailable, and WriteConflict if other writers kept changing the object.
    """
    store = partition.table.store
    for _ in range(TRIES):
        stored = store.get(partition.key)
        try:
            made = partition.made(skip_damaged=may.skip_damaged)
        except UnreadableObject as error:
            return Rebuilt(key=partition.key, state=DAMAGED, note=str(error))
        if stored and stored.data == made:
            return Rebuilt(key=partition.key, state=SAME)
        if not may.drop_rows and (n_lost := _n_lost(partition, stored.data if stored else b"", made)):
            return Rebuilt(key=partition.key, state=FEWER, note=LOST.format(n_lost=n_lost))
        if is_check:
            return Rebuilt(key=partition.key, state=DIFFERS)
        try:
            store.put(partition.key, made, replacing=stored.etag if stored else None)
        except WriteConflict:  # a run landed documents meanwhile: read its raw lines too
            partition = _again(partition)
            continue
        return Rebuilt(key=partition.key, state=WRITTEN)
    raise lost_race(partition.table, partition.period)


def unknown_to_raw(store: Store, source: Source, endpoints: Iterable[Endpoint], known: set[str]) -> list[Rebuilt]:
    """List the objects of the lake without a raw object; they stay unchanged."""
    keys = (key for endpoint in endpoints for key in store.keys(table_prefix(endpoint)))
    return [Rebuilt(key=key, state=UNKNOWN) for key in keys if key not in known and parsed_key(key)]


def not_read(store: Store) -> list[Rebuilt]:
    """List the stray objects among those of tables and of raw; they stay unchanged."""
    return [Rebuilt(key=key, state=NOT_READ, note=STRANGE) for key in strays(store)]


def _sound(store: Store, key: str) -> list[dict[str, Any]]:
    return raw.sound_entries(store, key)[0]


def _n_lost(partition: Partition, stored: bytes, made: bytes) -> int:
    """Count the keys of the stored object that the made one lacks; none of an unreadable object."""
    try:
        return len(_keys(partition, stored) - _keys(partition, made))
    except UnreadableObject:
        return 0


def _keys(partition: Partition, data: bytes) -> set[Key]:
    names = list(partition.table.endpoint.key)
    columns = read_table(partition.key, data, names).to_pydict() if data else {}
    return set(zip(*columns.values(), strict=True))


def _again(partition: Partition) -> Partition:
    keys = tuple(raw.keys_of(partition.table, partition.period))
    return Partition(table=partition.table, period=partition.period, raw_keys=keys)
