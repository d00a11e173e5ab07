"""Store on a folder: a lock gives compare-and-swap, a rename makes each write atomic.

Its files and folders are readable by their owner alone. It never follows a link, whose target may be anything, and
never skips one: a listing without it would look like a person without data.
"""

import fcntl
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from oura_lake.errors import StoreUnavailable, WriteConflict
from oura_lake.lake.keys import DATA_FILE, LINES_FILE
from oura_lake.lake.store import Stored, etag_of, read_etags
from oura_lake.local.private_file import OWNER_ONLY_FOLDER, private_lock, replace_private

LOCK_FILE = ".lock"
WRITING = ".writing"  # the one temporary file: the next writer overwrites the rest of a killed one
LONGEST_WAIT_S = 60.0
REPORTED_AFTER_S = 5.0
POLL_S = 0.01


class FolderStore:
    """A store in a folder of this machine; several processes may write, each waits `longest_wait_s` for the lock."""

    def __init__(self, path: Path, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self.path = path
        self._longest_wait_s = longest_wait_s

    def get(self, key: str) -> Stored | None:
        """See Store."""
        try:
            data = (self.path / key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(self.path / key, error) from error
        return Stored(data=data, etag=etag_of(data))

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        try:
            with self._locked():
                current = self.get(key)
                if (current.etag if current else None) != replacing:
                    raise WriteConflict(f"Another writer changed {key} first", "read it again and merge")
                self._replace(self.path / key, data)
        except OSError as error:
            raise self._unwritable(error) from error
        return etag_of(data)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """See Store.

        The key of a folder in the place of an object ends with a slash. Raises StoreUnavailable for a link and for a
        folder that cannot be listed: its objects would be missing without a word.
        """
        top = self.path / prefix.rpartition("/")[0]
        self._refuse_links_above(top)
        found = (str(path.relative_to(self.path)) + slash for path, slash in _things(top))
        return iter(sorted(k for k in found if k.startswith(prefix) and k > after))

    def etags(self, prefix: str) -> Iterator[tuple[str, str]]:
        """See Store; a folder has no etags beside its files, so each is read."""
        return read_etags(self, prefix)

    def sweep(self) -> None:
        """Remove the half-written file of a killed writer, whichever person it belonged to."""
        try:
            with self._locked():
                (self.path / WRITING).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"Cannot write to {self.path}: {error.strerror}", "make it writable or choose another with --lake"
        )

    def _refuse_links_above(self, path: Path) -> None:
        while path != self.path:
            if path.is_symlink():
                raise _link(path)
            path = path.parent

    @contextmanager
    def _locked(self) -> Iterator[None]:
        _make_folders(self.path)
        if self.path.stat().st_mode & stat.S_IWOTH:
            raise StoreUnavailable(
                f"Every user of this machine can write to {self.path}", f"run `chmod o-w '{self.path}'` first"
            )
        with ExitStack() as stack:
            self._wait_for(stack)
            yield

    def _wait_for(self, stack: ExitStack) -> None:
        """Take the lock; report a long wait, and raise StoreUnavailable at its limit."""
        path, since, is_reported = self.path / LOCK_FILE, time.monotonic(), False
        while not _taken(path, stack):
            waited_s = time.monotonic() - since
            if waited_s > self._longest_wait_s:
                raise StoreUnavailable(
                    f"Another process holds {path} for {self._longest_wait_s:.0f} s",
                    f"end it (`fuser '{path}'` names it), then run it again",
                )
            if waited_s > REPORTED_AFTER_S and not is_reported:
                sys.stderr.write(f"Waiting for another process that writes to {self.path}.\n")
                is_reported = True
            time.sleep(POLL_S)

    def _replace(self, path: Path, data: bytes) -> None:
        """Write and rename under the lock: a reader sees the old file or the new one, never half of it."""
        self._refuse_links_above(path.parent)
        _make_folders(path.parent)
        replace_private(path, data, self.path / WRITING)


def _things(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files below a folder, and the folders in the place of a file, each with the suffix of its key."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unreadable(folder, error) from error
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            raise _link(path)
        if not entry.is_dir():
            yield path, ""
            continue
        if entry.name.endswith((DATA_FILE, LINES_FILE)):
            yield path, "/"
        yield from _things(path)


def _make_folders(path: Path) -> None:
    if path.is_dir():
        return
    for missing in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
        missing.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    path.mkdir(exist_ok=True)  # refuses a file in its place


def _taken(lock: Path, stack: ExitStack) -> bool:
    try:
        stack.enter_context(private_lock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _unreadable(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"Cannot read {path}: {error.strerror}", "mend the folder")


def _link(path: Path) -> StoreUnavailable:
    return StoreUnavailable(
        f"{path} is a link to {path.readlink()}, and links are not followed", "put the files themselves in its place"
    )
