"""Documents of our collections from Oura's account-data export, a ZIP of CSV files.

Public programs that read such files show the form; Oura documents none. A file is `App Data/<name>.csv`: the name of a
collection without underscores, of late with dates at its end, or another name. Semicolons or commas split it.
The headers are the API's field names. Objects and lists are JSON in a field, at times with a comma too many or as
Python writes them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import PurePosixPath
from typing import Any

from oura_lake.lake.rows import content_hash
from oura_lake.oura.export_csv import BadLine, Row, read_rows
from oura_lake.oura.export_files import DAMAGE, LEFT_CLOSED, PackedFile
from oura_lake.oura.export_values import Zone, value_of
from oura_lake.sources.ddl import Column
from oura_lake.sources.model import Endpoint

OTHER_NAMES = {"sleepmodel": ("sleep",), "tag": ("tag", "enhanced_tag"), "tags": ("tag", "enhanced_tag")}
# dates, and the mark of a second download
SUFFIX = re.compile(r"([_ -]*\d{4}-?\d{2}-?\d{2}|[_ -]*\(\d+\)|[_ -]+copy)+$")
PREFIX = re.compile(r"^oura[_ -]+")
LONGEST_NAME = 100
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MADE_UP = "export-"  # start of the id that we give a document without one
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of an export that fills a collection, and its header."""

    file: PackedFile
    endpoint: Endpoint
    titles: tuple[str, ...]

    @property
    def unknown(self) -> list[str]:
        """Columns that the collection does not have; they are stored in raw alone."""
        known = {column.name for column in self.endpoint.fields} | set(self.endpoint.redundant)
        return sorted(set(self.titles) - known - {""})


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A file that is not read, and why; `is_problem` where documents of the lake may be missing."""

    name: str
    reason: str
    is_problem: bool = False


@dataclass(frozen=True, kw_only=True)
class Record:
    """A document and the number of its line."""

    line: int
    document: Document
    n_chars: int
    is_short: bool = False
    without_offset: bool = False

    @property
    def has_made_up_id(self) -> bool:
        """True where the row has no id of Oura's."""
        return str(self.document.get("id")).startswith(MADE_UP)


@dataclass(kw_only=True)
class AccountExport:
    """The files of an export that fill collections, and those that are not read."""

    parts: list[Part] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def sorted_out(files: Iterable[PackedFile], endpoints: tuple[Endpoint, ...]) -> AccountExport:
    """Sort each file by its name and its header; two files of one collection are both read."""
    export = AccountExport()
    for file in files:
        found = _part(file, endpoints)
        if isinstance(found, Part):
            export.parts.append(found)
        else:
            export.unread.append(found)
    export.parts.sort(key=lambda part: endpoints.index(part.endpoint))
    return export


def records(part: Part, zone: tzinfo | None) -> Iterator[Record | BadLine]:
    """Documents with the API's types, and the lines that are no document; raises OSError."""
    read = _Reader(part, zone)
    with part.file.open() as binary, closing(read_rows(binary)) as rows:
        next(rows, None)
        for row in rows:
            yield read.record(row) if isinstance(row, Row) else row


def _part(file: PackedFile, endpoints: tuple[Endpoint, ...]) -> Part | Unread:
    name = PurePosixPath(file.name)
    if file.is_zip:
        return Unread(name=file.name, reason=file.unopened or LEFT_CLOSED, is_problem=True)
    if name.suffix.lower() != ".csv":
        return Unread(name=file.name, reason="it is no CSV file")
    try:
        titles = _titles(file, endpoints)
    except (OSError, *DAMAGE) as error:
        return Unread(name=file.name, reason=str(error), is_problem=True)
    candidates = _candidates(name.stem, titles, endpoints)
    if not candidates:
        return Unread(name=file.name, reason="no collection of the lake has its name")
    if candidates[0].is_series:
        return Unread(name=file.name, reason="`oura-lake sync` and `backfill` bring this time series")
    missing = {endpoint: _required(endpoint) - set(titles) for endpoint in candidates}
    if fitting := [endpoint for endpoint, absent in missing.items() if not absent]:
        return Part(file=file, endpoint=fitting[0], titles=titles)
    if not titles:
        return Unread(name=file.name, reason="it is empty")
    reason = f"it lacks {', '.join(sorted(missing[candidates[0]]))}; its shape is not known"
    return Unread(name=file.name, reason=reason, is_problem=True)


def _titles(file: PackedFile, endpoints: tuple[Endpoint, ...]) -> tuple[str, ...]:
    """Header of a file, with known names in lower case; raises ValueError, OSError."""
    known = {column.name for endpoint in endpoints for column in endpoint.fields}
    with file.open() as binary, closing(read_rows(binary)) as rows:
        header = next(rows, None)
    if isinstance(header, BadLine):
        raise ValueError(f"its first line {header.reason}")
    cells = [cell.strip() for cell in header.cells] if header else []
    return tuple(cell.lower() if cell.lower() in known else cell for cell in cells)


def _candidates(stem: str, titles: tuple[str, ...], endpoints: tuple[Endpoint, ...]) -> list[Endpoint]:
    """Find the collections that a file may hold, by its name, or by columns that one collection alone has."""
    short = stem.lower() if len(stem) <= LONGEST_NAME else ""  # a longer one is no name of ours, and slow to match
    name = re.sub(r"[_ -]", "", PREFIX.sub("", SUFFIX.sub("", short)))
    named = OTHER_NAMES.get(name, ())
    if found := [e for e in endpoints if e.name in named or (not named and e.name.replace("_", "") == name)]:
        return found
    same = [e for e in endpoints if not e.is_series and set(titles) == {column.name for column in e.fields}]
    return same if len(same) == 1 else []


def _required(endpoint: Endpoint) -> set[str]:
    return {*endpoint.key, *filter(None, [endpoint.day])}


class _Reader:
    """A reader that turns the rows of one file into documents."""

    def __init__(self, part: Part, zone: tzinfo | None) -> None:
        self._endpoint, self._titles, self._zone = part.endpoint, part.titles, zone
        self._columns: Mapping[str, Column] = {column.name: column for column in part.endpoint.fields}
        self._day_at = part.titles.index(part.endpoint.day) if part.endpoint.day else None

    def record(self, row: Row) -> Record | BadLine:
        """Document of a row; a row that is shorter than the header is placed by its day."""
        cells = self._aligned(row.cells)
        if cells is None:
            reason = f"has {len(row.cells)} fields instead of {len(self._titles)}"
            return BadLine(row.number, " | ".join(row.cells), reason)
        zoned = Zone(self._zone)
        document: Document = {}
        for title, text in zip(self._titles, cells, strict=True):
            if title and document.get(title) is None:  # the first value of a title that occurs twice
                document[title] = value_of(self._columns.get(title), text, zoned)
        if self._endpoint.key == ("id",) and not document.get("id") and self._endpoint.day:
            document["id"] = MADE_UP + content_hash(document)
        n_chars = sum(map(len, cells))
        is_short = len(row.cells) < len(self._titles)
        return Record(
            line=row.number, document=document, n_chars=n_chars, is_short=is_short, without_offset=zoned.was_missed
        )

    def _aligned(self, cells: list[str]) -> list[str] | None:
        """Cells of each column; a shorter row has its day where the header has it, or that much earlier."""
        n_missing = len(self._titles) - len(cells)
        missing = [""] * n_missing
        if not n_missing or self._day_at is None:
            return cells + missing
        for is_day in (DAY.fullmatch, DAY.match):  # a moment begins like a day
            if _holds(cells, self._day_at, is_day):
                return cells + missing
            if _holds(cells, self._day_at - n_missing, is_day):
                return missing + cells
        return None


def _holds(cells: list[str], at: int, is_day: Callable[[str], object]) -> bool:
    return 0 <= at < len(cells) and bool(is_day(cells[at].strip()))
