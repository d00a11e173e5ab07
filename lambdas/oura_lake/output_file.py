"""Output files: written whole or not at all, for their owner alone."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from oura_lake.errors import SettingsWrong

OWNER_ONLY_FOLDER = 0o700


@contextmanager
def private_file(path: Path, option: str = "--output") -> Iterator[BinaryIO]:
    """Yield a new file that takes the place of `path` once it is whole; raises SettingsWrong, which names the option.

    A path that is no file, such as /dev/stdout, is written to as it is.
    """
    with _as_sentence(path, option):
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
        else:
            with _replacing(path.resolve() if _is_trusted_link(path) else path) as file:
                yield file


def write_private(path: Path, text: str, option: str = "--output") -> Path:
    """Write a text so that only its owner reads it and return its absolute path; raises SettingsWrong."""
    with private_file(path, option) as file:
        file.write(text.encode())
    return path.resolve()


def private_folder(path: Path, option: str = "--output") -> None:
    """Make a folder, and those missing above it, for its owner alone; an existing folder stays unchanged."""
    with _as_sentence(path, option):
        for folder in [*reversed(path.parents), path]:
            if not folder.is_dir():
                folder.mkdir(OWNER_ONLY_FOLDER)


@contextmanager
def _as_sentence(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise SettingsWrong(f"Cannot write {path}: {reason}", f"choose another place with {option}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file beside `path`, made anew and readable by its owner alone, renamed at the end."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".oura-lake-")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        beside.replace(path)
    finally:  # after the rename there is nothing to remove
        beside.unlink(missing_ok=True)


def _is_trusted_link(path: Path) -> bool:
    """Whether this user or root owns a link; another user may have planted one."""
    return path.is_symlink() and path.lstat().st_uid in (0, os.geteuid())
