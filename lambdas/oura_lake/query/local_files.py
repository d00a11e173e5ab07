"""A table's objects as local files: in place for a folder, copied for any other store."""

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path

from oura_lake.errors import StoreUnavailable, UnreadableObject
from oura_lake.lake.keys import DATA_FILE, own_keys, parsed_key, partitions_prefix, stored_view_key, stored_view_prefix
from oura_lake.lake.parquet import read_table
from oura_lake.lake.raw import read_entries
from oura_lake.lake.store import Store
from oura_lake.sources.model import Endpoint

SHORTEST_LINE_BYTES = 100  # of a raw object: DuckDB finds no line in a shorter one, such as an empty one


class LocalObjects:
    """The objects of a store as files of this machine, of one person or (None) of all.

    Copies are removed with this instance.
    """

    def __init__(self, store: Store, person: str | None = None) -> None:
        self._store, self._person = store, person
        folder: Path | None = getattr(store, "path", None)
        self._copies = folder is None
        self._folder = folder.absolute() if folder else Path(tempfile.mkdtemp(prefix="oura-lake-"))
        self._listed: dict[str, list[str]] = {}
        if self._copies:
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Folder that all these files are in."""
        return self._folder

    def files(self, endpoint: Endpoint) -> list[Path]:
        """Files of a table; raises StoreUnavailable."""
        return [self._file(key) for key in self._keys(endpoint)]

    def stored(self, view: str) -> list[Path]:
        """Files with the stored rows of a view; raises StoreUnavailable."""
        return [self._file(key) for key in self._stored_keys(view)]

    def raw_files(self) -> list[Path]:
        """Files of all raw lines; raises StoreUnavailable, and UnreadableObject for a file without a line."""
        files = [self._file(key) for key in self._raw_keys()]
        for key, file in zip(self._raw_keys(), files, strict=True):
            if file.stat().st_size < SHORTEST_LINE_BYTES:
                read_entries(self._store, key)
        return files

    def remember(self, key: str, data: bytes | None) -> None:
        """Copy an object that was just read or written, so that it is not read again."""
        if self._copies and data is not None:
            self._copy(key, data)

    def raise_for_damage(self, endpoints: Iterable[Endpoint]) -> None:
        """Raise UnreadableObject for the first object that is no Parquet; its name is in the message."""
        for endpoint in endpoints:
            for key in self._keys(endpoint):
                read_table(key, self._file(key).read_bytes())

    def raise_for_damaged_rows(self, view: str) -> None:
        """Raise UnreadableObject for the first object with stored rows of a view that cannot be read."""
        for key in self._stored_keys(view):
            try:
                read_table(key, self._file(key).read_bytes())
            except UnreadableObject as error:
                whose = key.removeprefix(f"{stored_view_prefix(view)}person=").removesuffix(f"/{DATA_FILE}")
                mend = f"make it again with `oura-lake watch --person {whose}`"
                raise UnreadableObject(f"The object {key} is damaged and was left as it is", mend) from error

    def raise_for_damaged_lines(self) -> None:
        """Raise UnreadableObject for the first raw object that cannot be read; its name is in the message."""
        for key in self._raw_keys():
            read_entries(self._store, key)

    def _stored_keys(self, view: str) -> list[str]:
        if self._person:
            return [stored_view_key(view, self._person)]
        return [key for key in self._all(stored_view_prefix(view)) if parsed_key(key)]

    def _raw_keys(self) -> list[str]:
        found = filter(None, map(parsed_key, self._all("raw/")))
        return [raw.key for raw in found if self._person in (None, raw.person)]

    def _keys(self, endpoint: Endpoint) -> list[str]:
        """Keys of a table's objects: of all persons by one listing of the lake, of one person by one of the table."""
        prefix = partitions_prefix(endpoint, self._person) if self._person else "lake/"
        return [own.key for own in own_keys(endpoint, self._all(prefix))]

    def _all(self, prefix: str) -> list[str]:
        """All keys below a prefix, listed once: a listing costs as much as 12 reads."""
        if prefix not in self._listed:
            self._listed[prefix] = list(self._store.keys(prefix))
        return self._listed[prefix]

    def _file(self, key: str) -> Path:
        file = self._folder / key
        if self._copies and not file.exists():
            stored = self._store.get(key)
            if stored is None:
                raise StoreUnavailable(f"The object {key} was listed and cannot be found", "run it again")
            self._copy(key, stored.data)
        return file

    def _copy(self, key: str, data: bytes) -> None:
        file = self._folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
