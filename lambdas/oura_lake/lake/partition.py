"""The partitions of one person's table."""

from dataclasses import dataclass

from oura_lake.lake.keys import lake_key
from oura_lake.lake.parquet import read_heads, read_rows, seen_by
from oura_lake.lake.rows import Key, Row
from oura_lake.lake.store import Store
from oura_lake.sources.model import Endpoint


@dataclass(frozen=True, kw_only=True)
class Table:
    """One person's table of one source in one store, the target of a landing.

    `is_thorough` looks for raw lines of a dead run even without news: one LIST a partition, so in AWS only a repeated
    job does it.
    """

    store: Store
    source: str
    endpoint: Endpoint
    person: str
    is_thorough: bool = False

    def key(self, period: str) -> str:
        """Key of a partition's object."""
        return lake_key(self.endpoint, self.person, period)

    def partition(self, period: str) -> "Partition":
        """Read a partition; raises UnreadableObject."""
        key = self.key(period)
        stored = self.store.get(key)
        if stored is None:
            return Partition(self.endpoint, key, b"", None, {}, ())
        heads, seen = read_heads(self.endpoint, key, stored.data), seen_by(stored.data, key)
        return Partition(self.endpoint, key, stored.data, stored.etag, heads, seen)


@dataclass(frozen=True)
class Partition:
    """One object at the time of its reading.

    It has the heads of its rows, the whole rows on request, and the times of the recent raw objects that it contains.
    """

    endpoint: Endpoint
    key: str
    data: bytes
    etag: str | None
    heads: dict[Key, Row]
    seen: tuple[str, ...]

    def rows(self) -> dict[Key, Row]:
        """All columns of all rows by key."""
        return read_rows(self.endpoint, self.key, self.data) if self.data else {}
