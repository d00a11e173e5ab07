"""How is a folder a lake? Objects are files; a lock makes compare-and-swap, a rename makes it atomic."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oura_lake.errors import StoreUnavailable, WriteConflict
from oura_lake.lake.store import Stored, etag_of

LOCK_FILE = ".lock"
WRITING = ".writing"  # one place for what is being written: what a killed writer left there, the next one overwrites
OWNER_ONLY = 0o600


class FolderStore:
    """A store in a folder of this machine; several processes may write at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, key: str) -> Stored | None:
        """See Store."""
        try:
            data = (self.path / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreUnavailable(f"Cannot read {self.path / key}: {error.strerror}; mend the folder.") from error
        return Stored(data=data, etag=etag_of(data))

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        try:
            with self._locked():
                held = self.get(key)
                if (held.etag if held else None) != replacing:
                    raise WriteConflict(f"Another writer changed {key} first; read it again and merge.")
                self._replace(self.path / key, data)
        except OSError as error:
            raise StoreUnavailable(
                f"Cannot write to {self.path}: {error.strerror}; make it writable or choose another with --lake."
            ) from error
        return etag_of(data)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """See Store."""
        files = (self.path / prefix).rglob("*") if prefix.endswith("/") else self.path.rglob("*")
        found = (str(p.relative_to(self.path)) for p in files if p.is_file() and not p.name.startswith("."))
        return iter(sorted(k for k in found if k.startswith(prefix) and k > after))

    def sweep(self) -> None:
        """Remove what a killed writer left half-written, whoever's it was."""
        with self._locked():
            (self.path / WRITING).unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / LOCK_FILE).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _replace(self, path: Path, data: bytes) -> None:
        """Write and rename, holding the lock: a reader sees the old file or the new one, never half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path / WRITING
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
