"""Files of an export: a ZIP, a folder, the ZIPs in either, or one CSV file.

Nothing is unpacked onto a disk. A ZIP that cannot be an export is refused before any file of it is read.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from oura_lake.errors import SettingsWrong
from oura_lake.lake.plain import plain

MOST_BYTES = 2**30  # unpacked; ten years are some 300 MB
MOST_FILES = 10_000
MOST_WITHIN = 10  # ZIPs in a ZIP or a folder; any further ones are reported as not read
LEFT_CLOSED = f"it is a ZIP beyond the {MOST_WITHIN} that are opened, or in one of them; unpack it and import it alone"
AT_ONCE = 2**20
LEADS_OUT = re.compile(r"[/\\]|(?:.*[/\\])?\.\.(?:[/\\]|$)")
DAMAGE = (  # every error that the read of a damaged or invented ZIP raised in tests
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    ArithmeticError,
    LookupError,
)


@dataclass(frozen=True, kw_only=True)
class PackedFile:
    """One file: its name as the person sees it, its opener, and why a ZIP could not be opened."""

    name: str
    open: Callable[[], BinaryIO]
    unopened: str = ""

    @property
    def is_zip(self) -> bool:
        """True where its name is that of a ZIP."""
        return self.name.lower().endswith(".zip")


@contextmanager
def files_of(path: Path) -> Iterator[list[PackedFile]]:
    """Files, readable until the end of the `with`; raises SettingsWrong with advice."""
    with ExitStack() as opened:
        try:
            files = _listed(path, opened)
        except OSError as error:
            raise SettingsWrong(f"{path} cannot be read ({error.strerror})", "check its name") from error
        except DAMAGE as error:
            raise SettingsWrong(f"{path} is no ZIP or not whole", "download the export again") from error
        yield files


def _listed(path: Path, opened: ExitStack) -> list[PackedFile]:
    if path.is_dir():
        return _with_zips_opened(_of_folder(path), opened)
    if path.suffix.lower() == ".csv":
        with path.open("rb"):
            return [PackedFile(name=path.name, open=lambda: path.open("rb"))]
    archive = opened.enter_context(zipfile.ZipFile(path))
    return _with_zips_opened(_of_zip(path, archive), opened)


def _with_zips_opened(files: list[PackedFile], opened: ExitStack) -> list[PackedFile]:
    """Files, in which the first ZIPs are replaced by their own files."""
    zips = [file for file in files if file.is_zip]
    others = [file for file in files if not file.is_zip] + zips[MOST_WITHIN:]
    return others + [file for inner in zips[:MOST_WITHIN] for file in _within(inner, opened)]


def _within(inner: PackedFile, opened: ExitStack) -> list[PackedFile]:
    """Files of a ZIP beside others; a ZIP that cannot be read comes back with the reason and spoils no other file."""
    try:
        archive = opened.enter_context(zipfile.ZipFile(opened.enter_context(closing(inner.open()))))
        return _of_zip(Path(inner.name), archive, f"{inner.name}/")
    except SettingsWrong as error:
        reason = str(error).removesuffix(".")
    except (OSError, *DAMAGE):
        reason = "it cannot be read or is not whole; download it again"
    return [replace(inner, unopened=reason)]


def _of_folder(path: Path) -> list[PackedFile]:
    found = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    _check_size(path, len(found), sum(file.stat().st_size for file in found))
    return [PackedFile(name=str(file.relative_to(path)), open=_opener(file)) for file in found]


def _opener(file: Path) -> Callable[[], BinaryIO]:
    return lambda: file.open("rb")


def _of_zip(path: Path, archive: zipfile.ZipFile, within: str = "") -> list[PackedFile]:
    """Files of a ZIP, each read once, so that a damaged one ends the import before anything is landed."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX/" not in entry.filename]
    if any(entry.flag_bits & 1 for entry in entries):
        raise SettingsWrong(f"{path} is encrypted", "unlock it and pack it again without a password")
    if any(LEADS_OUT.match(entry.filename) for entry in entries):
        raise SettingsWrong(f"{path} holds names that lead out of its folder", "check where it is from")
    _check_size(path, len(entries), sum(entry.file_size for entry in entries))
    for entry in entries:
        _check_whole(path, archive, entry)
    return [
        PackedFile(name=within + entry.filename.replace("\\", "/"), open=_entry_opener(archive, entry))
        for entry in entries
    ]


def _check_whole(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read an entry to its end, where its checksum is; raises SettingsWrong."""
    try:
        with archive.open(entry) as binary:
            while binary.read(AT_ONCE):
                pass
    except DAMAGE as error:
        raise SettingsWrong(f"{plain(entry.filename, 60)} in {path} is damaged", "download the export again") from error


def _entry_opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, archive.open(entry))


def _check_size(path: Path, n_files: int, n_bytes: int) -> None:
    """Raise SettingsWrong for a folder or ZIP that is larger than any export."""
    if n_bytes > MOST_BYTES:
        raise SettingsWrong(f"{path} unpacks to more than 1 GiB, more than any export", "check where it is from")
    if n_files > MOST_FILES:
        what = f"more than {MOST_FILES:,} files, more than any export"
        raise SettingsWrong(f"{path} holds {what}", "check where it is from")
