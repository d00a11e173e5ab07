"""The object store: reads, and conditional writes that lose no concurrent change.

`Store` is the one interface: S3 (`aws/s3.py`), a folder (`local/folder_store.py`) and the memory
below obey the same protocol and pass the same tests.
"""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from oura_lake.errors import WriteConflict


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object at the time of its reading: its bytes, and the etag that a replacement must name."""

    data: bytes
    etag: str


class Store(Protocol):
    """A place for objects with compare-and-swap."""

    def get(self, key: str) -> Stored | None:
        """Read an object; None where there is none. Raises StoreUnavailable."""
        ...

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """Write if the object still has the etag `replacing` (None: if it does not exist yet).

        Returns the new etag; raises WriteConflict or StoreUnavailable.
        """
        ...

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """List the keys under a prefix that sort after `after`, in order; raises StoreUnavailable."""
        ...

    def etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        """List the keys under a prefix in order, each with the etag that `get` would give; raises StoreUnavailable."""
        ...


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Stored | None:
        """See Store."""
        data = self.objects.get(key)
        return None if data is None else Stored(data=data, etag=etag_of(data))

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        with self._lock:
            present = self.objects.get(key)
            if (None if present is None else etag_of(present)) != replacing:
                raise WriteConflict(f"Another writer changed {key} first", "read it again and merge")
            self.objects[key] = data
        return etag_of(data)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """See Store."""
        return iter(sorted(k for k in self.objects if k.startswith(prefix) and k > after))

    def etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        """See Store."""
        return read_etags(self, prefix)


def read_etags(store: Store, prefix: str) -> Iterator[tuple[str, str]]:
    """Etags by reading each object, for a store whose listing has none."""
    found = ((key, store.get(key)) for key in store.keys(prefix))
    return ((key, stored.etag) for key, stored in found if stored)


def etag_of(data: bytes) -> str:
    """Etag of an object's content for the stores that make their own."""
    return hashlib.sha256(data).hexdigest()
