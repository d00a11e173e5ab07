"""Does the lake say what raw says? Make each of its objects from raw again, and put it where its bytes differ.

Raw is all that was ever received, and the fold is the live one, so nothing differs unless an object was damaged, lost
or written by another version. Readers are undisturbed: an object is replaced by its successor, never deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from oura_lake.errors import WriteConflict
from oura_lake.lake import raw
from oura_lake.lake.fold import fold, rows_of
from oura_lake.lake.landing import TRIES, Table, lost_race
from oura_lake.lake.layout import raw_period_in, source_prefix, table_prefix
from oura_lake.lake.objects import write_rows
from oura_lake.lake.series import month_of
from oura_lake.lake.store import Store
from oura_lake.lake.told import recent, said_at
from oura_lake.sources._model import Endpoint, Source

SAME, WRITTEN, DIFFERS, UNKNOWN = "same", "written", "differs", "unknown to raw"


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What became of one object of the lake."""

    key: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One object that can be made: its table and period, and the raw objects that speak of it, in order."""

    table: Table
    period: str
    raw_keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key of the object."""
        return self.table.key(self.period)

    def made(self) -> bytes:
        """The object's bytes from raw."""
        said = [*chain.from_iterable(raw.of_each(self.raw_keys, partial(raw.read_entries, self.table.store)))]
        seen = recent(self.raw_keys)
        if not self.table.endpoint.is_series:
            rows = fold(self.table.endpoint, {}, rows_of(self.table.endpoint, said))
            return write_rows(self.table.endpoint, rows.values(), seen)
        return month_of(self.table.endpoint, said, seen)


def partitions(
    store: Store, source: Source, endpoints: Iterable[Endpoint], person: str = "", until: datetime | None = None
) -> Iterator[Partition]:
    """Every partition that raw speaks of (until a moment), of one person or (empty) of all."""
    for endpoint in endpoints:
        prefix = source_prefix(source.name, endpoint)
        keys: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key in store.keys(prefix):
            whose, _, name = key.removeprefix(prefix).removeprefix("person=").partition("/")
            if (not person or whose == person) and (until is None or said_at(key) <= until):
                keys[whose, raw_period_in(name)].append(key)
        for (whose, period), raw_keys in sorted(keys.items()):
            table = Table(store=store, source=source.name, endpoint=endpoint, person=whose)
            yield Partition(table=table, period=period, raw_keys=tuple(raw_keys))


def rebuild(partition: Partition, *, is_check: bool = False) -> Rebuilt:
    """Put what raw says in the place of an object that says something else; a check only tells.

    Raises UnreadableObject (raw is damaged), StoreUnavailable and WriteConflict (it never stood still).
    """
    store = partition.table.store
    for _ in range(TRIES):
        stored, made = store.get(partition.key), partition.made()
        if stored and stored.data == made:
            return Rebuilt(key=partition.key, state=SAME)
        if is_check:
            return Rebuilt(key=partition.key, state=DIFFERS)
        try:
            store.put(partition.key, made, replacing=stored.etag if stored else None)
        except WriteConflict:  # a run landed something meanwhile: its raw lines are to be read too
            partition = _again(partition)
            continue
        return Rebuilt(key=partition.key, state=WRITTEN)
    raise lost_race(partition.table, partition.period)


def unknown_to_raw(store: Store, source: Source, endpoints: Iterable[Endpoint], known: set[str]) -> list[Rebuilt]:
    """Objects of the lake that raw says nothing of; they are left as they are."""
    keys = (key for endpoint in endpoints for key in store.keys(table_prefix(endpoint)))
    return [Rebuilt(key=key, state=UNKNOWN) for key in keys if key not in known]


def _again(partition: Partition) -> Partition:
    keys = tuple(raw.keys_of(partition.table, partition.period))
    return Partition(table=partition.table, period=partition.period, raw_keys=keys)
