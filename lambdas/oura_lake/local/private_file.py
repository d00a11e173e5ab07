"""Private files: readable by their owner alone, in folders where others may have planted names.

A planted name is removed before a new file is made, never followed and never written into. A lock does not follow a
link.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700


def replace_private(path: Path, data: bytes, beside: Path) -> None:
    """Write `beside`, then rename it to `path`, so that a reader sees the old file or the new one. Raises OSError.

    Only one writer at a time may use the name `beside`; the rest of a killed writer is removed first.
    """
    try:
        with os.fdopen(_new(beside), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:  # where it was renamed nothing is left to remove
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def private_lock(path: Path, operation: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold the lock on a file that only its owner may open. Raises OSError for a link in its place.

    With `fcntl.LOCK_EX | fcntl.LOCK_NB` as the operation, BlockingIOError is raised while another process holds it.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    lock = os.open(path, flags, OWNER_ONLY)
    try:
        with suppress(PermissionError):  # another user's lock file can be locked, not changed
            os.fchmod(lock, OWNER_ONLY)
        fcntl.flock(lock, operation)
        yield
    finally:
        os.close(lock)


def _new(path: Path) -> int:
    """Descriptor of a file that did not exist before."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, OWNER_ONLY)
    os.fchmod(descriptor, OWNER_ONLY)
    return descriptor
