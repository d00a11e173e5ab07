"""Erasure of one person from a folder: the holdings of each kind, and their removal."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from oura_lake.errors import StoreUnavailable
from oura_lake.lake.keys import is_of
from oura_lake.local.folder_store import WRITING, FolderStore
from oura_lake.local.token_file import TokenFile, token_file
from oura_lake.oura.tokens import App, Token
from oura_lake.privacy.erasure import Confirm, Holding, withdraw


def holdings(
    folder: Path, person: str, env: Mapping[str, str], revoke: Callable[[App, Token], None], go_on: Confirm
) -> list[Holding]:
    """List the holdings in the order of removal: first the tokens, which could fetch again, then the files."""
    file = token_file(env, person)
    return [
        Holding(
            kind="tokens",
            count=lambda: len(_token_files(file)),
            remove=partial(_disconnect, file, revoke, go_on),
            why="of this machine, for every folder; taken back at Oura first",
        ),
        Holding(
            kind="files and folders",
            count=lambda: len(things_of(folder, person)),
            remove=partial(_remove, folder, person),
            why="raw, lake, rejected and ledger",
        ),
    ]


def things_of(folder: Path, person: str) -> list[Path]:
    """Files, folders and links of the person, and a half-written file of a crash; a folder precedes its content."""
    halves = [path for path in [folder / WRITING] if path.exists()]
    return halves + sorted(path for path in _below(folder) if is_of(str(path.relative_to(folder)), person))


def _below(folder: Path) -> Iterator[Path]:
    """All below a folder; raises StoreUnavailable for a part that cannot be listed, since it may be the person's."""
    for top, folders, names in os.walk(folder, onerror=_unseen):
        for path in (Path(top) / name for name in (*folders, *names)):
            if path.is_symlink() and path.is_dir() and "person=" not in str(path.relative_to(folder)):
                raise StoreUnavailable(f"{path} is a link, and links are not followed", "put the folder in its place")
            yield path


def _unseen(error: OSError) -> None:
    raise StoreUnavailable(
        f"Cannot look into {error.filename}: {error.strerror}", "mend it and run it again"
    ) from error


def _token_files(file: TokenFile) -> list[Path]:
    """Token, its lock, and the temporary file of a crash."""
    return sorted(p for p in file.path.parent.glob(f"{file.path.stem}.*") if p.is_file())


def _disconnect(file: TokenFile, revoke: Callable[[App, Token], None], go_on: Confirm) -> None:
    with file.exclusively():
        withdraw(file.load, file.app, revoke, go_on)
        _unlink([file.path, *_token_files(file)])


def _remove(folder: Path, person: str) -> None:
    found = things_of(folder, person)
    if folder / WRITING in found:
        FolderStore(folder).sweep()
    led = [(path, path.resolve()) for path in found if path.is_symlink()]
    folders = [path for path in found if path.is_dir() and not path.is_symlink()]
    _unlink([path for path in found if path not in set(folders)])
    for path in reversed(folders):
        path.rmdir()
    for link, target in led:
        sys.stderr.write(
            f"{link} was a link and is removed. It led to {target}, which is still there; delete that yourself.\n"
        )


def _unlink(files: list[Path]) -> None:
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"Cannot remove {file}: {error.strerror}", "mend it and run it again") from error
