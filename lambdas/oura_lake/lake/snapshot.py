"""Snapshot of the lake at a past moment; each object is made from raw when it is read.

Raw has every revision with the moment of its fetching, so documents that were changed, moved or deleted later are
present in their old form. Findings and alerts are the lake's own documents and belong to the snapshot.
"""

from collections.abc import Iterator
from datetime import datetime

from oura_lake.errors import WriteConflict
from oura_lake.lake.keys import parsed_key
from oura_lake.lake.rebuild import Partition, partitions
from oura_lake.lake.store import Store, Stored, etag_of, read_etags
from oura_lake.lake.unmerged import raw_moment
from oura_lake.sources import lake, oura

RAW = "raw/"
SOURCES = (oura.SOURCE, lake.SOURCE)


class PastStore:
    """The lake of a past moment over the raw lines of a store; read-only."""

    def __init__(self, store: Store, moment: datetime) -> None:
        self._store, self._moment = store, moment
        self._found: dict[str, Partition] | None = None

    def get(self, key: str) -> Stored | None:
        """See Store."""
        if key.startswith(RAW):
            return self._store.get(key)
        partition = self._partitions().get(key)
        data = partition.made() if partition else None
        return None if data is None else Stored(data=data, etag=etag_of(data))

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store; always refused."""
        raise WriteConflict(f"The past is not written: {key} of {self._moment:%Y-%m-%d %H:%M} UTC stays as it was")

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """See Store."""
        if prefix.startswith(RAW):
            listed = self._store.keys(prefix, after)
            return (key for key in listed if parsed_key(key) and raw_moment(key) <= self._moment)
        return iter(sorted(key for key in self._partitions() if key.startswith(prefix) and key > after))

    def etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        """See Store."""
        return read_etags(self, prefix)

    def _partitions(self) -> dict[str, Partition]:
        """Partitions of the past moment; raw is listed once."""
        if self._found is None:
            found = (p for s in SOURCES for p in partitions(self._store, s, s.endpoints, until=self._moment))
            self._found = {partition.key: partition for partition in found}
        return self._found
