"""What of Oura's account-data export (a ZIP of CSV files) can become documents of our collections?

Known from public programs that read such files, never from Oura: `App Data/<collection without underscores>.csv`, split
by semicolons, the API's field names as headers, objects and lists as JSON in a field; sleep lies in `sleepmodel.csv`.
Nothing is unpacked onto a disk, and nothing is landed before the whole file was read once.
"""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.sources._ddl import Column, Scalar
from oura_lake.sources._model import Endpoint

MOST_BYTES = 2**30  # unpacked; ten years are some 300 MB
OTHER_NAMES = {"sleep": "sleepmodel"}
TRAILING_COMMA = re.compile(r",\s*([}\]])")  # seen in real exports
BOOLEANS = {"true": True, "false": False}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AccountExport:
    """An export that was read to its end once, and which file of it fills which collection."""

    path: Path
    files: dict[Endpoint, str]

    def documents(self, endpoint: Endpoint) -> list[Document]:
        """The documents of a collection, with the API's types; raises SettingsWrong."""
        return list(_documents(self.path, self.files[endpoint], endpoint))


def open_export(path: Path, endpoints: tuple[Endpoint, ...]) -> AccountExport:
    """An export whose files are whole; raises SettingsWrong where it is none."""
    try:
        with zipfile.ZipFile(path) as opened:
            _check(path, opened.infolist())
            names = {PurePosixPath(i.filename).name.lower().replace("_", ""): i.filename for i in opened.infolist()}
            files = {e: names[name] for e in endpoints if not e.is_series and (name := _file_of(e)) in names}
            if not files:
                raise SettingsWrong(f"{path} holds none of the files of Oura's account export; choose that ZIP.")
            if damaged := opened.testzip():
                raise SettingsWrong(f"{damaged} in {path} is damaged; download the export again.")
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be read ({error.strerror}); check its name.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise SettingsWrong(f"{path} is no ZIP or not whole; download the export again.") from error
    for endpoint, name in files.items():  # once, so that what cannot be read ends it before anything is landed
        for _ in _documents(path, name, endpoint):
            pass
    return AccountExport(path=path, files=files)


def _file_of(endpoint: Endpoint) -> str:
    return f"{OTHER_NAMES.get(endpoint.name, endpoint.name.replace('_', ''))}.csv"


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raises SettingsWrong for what no export of Oura's holds."""
    if any(entry.flag_bits & 1 for entry in entries):
        raise SettingsWrong(f"{path} is encrypted; unlock it and pack it again without a password.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise SettingsWrong(f"{path} unpacks to more than 1 GiB, more than any export; check where it is from.")
    if any(entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename) for entry in entries):
        raise SettingsWrong(f"{path} holds names that lead out of its folder; check where it is from.")


def _documents(path: Path, name: str, endpoint: Endpoint) -> Iterator[Document]:
    columns = {column.name: column for column in endpoint.fields}
    try:
        with zipfile.ZipFile(path) as opened, opened.open(name) as binary:
            lines = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
            rows = csv.reader(lines, delimiter=";", strict=True)
            header = [title.strip() for title in next(rows, [])]
            if missing := {*endpoint.key, *filter(None, [endpoint.day])} - set(header):
                raise SettingsWrong(f"{name} in {path} lacks {', '.join(sorted(missing))}; its shape is not known.")
            for row in rows:
                if len(row) != len(header):
                    raise SettingsWrong(f"{name} in {path} has a line of {len(row)} fields instead of {len(header)}; "
                                        "download the export again.")
                yield {title: _value(columns.get(title), text) for title, text in zip(header, row, strict=True)}
    except (csv.Error, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{name} in {path} is no CSV text that can be read; download the export again.") from error


def _value(column: Column | None, text: str) -> Any:
    """A field as the API would write it; what does not fit stays text, which is drift and kept in raw."""
    if text in ("", "null", "None"):
        return None
    if column is None or column.hive in ("string", "date", "timestamp"):
        return text
    if column.hive == "boolean":
        return BOOLEANS.get(text.lower(), text)
    try:
        value = json.loads(text if isinstance(column.type, Scalar) else TRAILING_COMMA.sub(r"\1", text))
    except ValueError:
        return text
    is_whole = column.hive in ("int", "bigint") and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value
