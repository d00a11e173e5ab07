"""Where are a table's objects as files? In the folder of a folder store; copied beside for any other store."""

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path

from oura_lake.lake.layout import LINES_FILE, table_prefix
from oura_lake.lake.objects import read_table
from oura_lake.lake.raw import read_entries
from oura_lake.lake.store import Store
from oura_lake.sources._model import Endpoint


class LocalObjects:
    """The Parquet objects of a store as files of this machine; copies last as long as this does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder: Path | None = getattr(store, "path", None)
        self._copies = self._folder is None
        self._listed: list[str] | None = None

    def files(self, endpoint: Endpoint) -> list[Path]:
        """The files of a table; raises StoreUnavailable."""
        return [self._file(key) for key in self._keys(endpoint)]

    def raw_files(self) -> list[Path]:
        """The files of all raw lines; raises StoreUnavailable."""
        return [self._file(key) for key in self._raw_keys()]

    def raise_for_damage(self, endpoints: Iterable[Endpoint]) -> None:
        """Raises UnreadableObject naming the first object that is no Parquet."""
        for endpoint in endpoints:
            for key in self._keys(endpoint):
                read_table(key, self._file(key).read_bytes())

    def raise_for_damaged_lines(self) -> None:
        """Raises UnreadableObject naming the first raw object that cannot be read."""
        for key in self._raw_keys():
            read_entries(self._store, key)

    def _raw_keys(self) -> list[str]:
        return [key for key in self._store.keys("raw/") if key.endswith(LINES_FILE)]

    def _keys(self, endpoint: Endpoint) -> list[str]:
        """The objects of a table, of one listing of the whole lake: a listing costs as much as 12 reads."""
        if self._listed is None:
            self._listed = [key for key in self._store.keys("lake/") if key.endswith(".parquet")]
        return [key for key in self._listed if key.startswith(table_prefix(endpoint))]

    def _file(self, key: str) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="oura-lake-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        file = self._folder.absolute() / key
        if self._copies and not file.exists() and (stored := self._store.get(key)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(stored.data)
        return file
