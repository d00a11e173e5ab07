"""Rows of CSV text that others wrote; a bad line spoils no other line.

The first row gives the delimiter and the width. A line is read as CSV; where that fails, as text between delimiters.
A line that fits in no way becomes a `BadLine`. Memory holds one line, or one quoted text of several, at a time.
"""

import codecs
import csv
import io
import json
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

DELIMITERS = ";,\t|"
MOST_CHARS = 8_000_000  # of a line; a day's heart rate and movement have some 20,000
MOST_LINES = 100  # of one quoted text
csv.field_size_limit(MOST_CHARS)  # a setting of the whole process; a month of samples in a cell is above its default


@dataclass(frozen=True)
class Row:
    """The cells of one row, and the number of its first line."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class BadLine:
    """A line that is no row: its number, its text, and the reason."""

    number: int
    text: str
    reason: str


def read_rows(binary: BinaryIO) -> Generator[Row | BadLine, None, None]:
    """Header as the first row, then each row or bad line that has a value; a line that is too long is the last."""
    text = _opened(binary)
    try:
        yield from _rows(_Lines(text))
    finally:
        text.detach()  # the caller closes the file that it opened


def _rows(lines: "_Lines") -> Iterator[Row | BadLine]:
    delimiter, width = "", 0
    for number, text in lines:
        if len(text) > MOST_CHARS:
            reason = f"is longer than {MOST_CHARS:,} characters, so the file was read up to it"
            yield BadLine(number, text[:MOST_CHARS], reason)
            return
        if _is_blank(text) or (not width and text.startswith("sep=")):
            continue
        if width:
            yield _row(lines, number, text, delimiter, width)
        else:
            delimiter = max(DELIMITERS, key=text.count)
            header = _best(text, delimiter, width) or [text.strip()]
            width = len(header)
            yield Row(number, header)


class _Lines:
    """The lines of a file with their numbers; lines that were read ahead can be returned."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._returned = deque[str]()
        self._number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while line := self._next():
            yield self._number, line

    def joined(self, first: str, delimiter: str, width: int) -> list[str] | None:
        """Cells of a row whose quoted text spans several lines; None for any other row, and its lines are returned."""
        read_ahead, is_open, n_chars = [first], first.count('"') % 2 == 1, len(first)
        while is_open and len(read_ahead) < MOST_LINES and n_chars < MOST_CHARS and (line := self._next()):
            read_ahead.append(line)
            n_chars += len(line)
            is_open = line.count('"') % 2 == 0
        cells = None if len(read_ahead) == 1 else _as_csv("".join(read_ahead), delimiter)
        if cells and len(cells) == width:
            return cells
        self._returned.extendleft(reversed(read_ahead[1:]))
        self._number -= len(read_ahead) - 1
        return None

    def _next(self) -> str:
        line = self._returned.popleft() if self._returned else self._text.readline(MOST_CHARS + 1)
        self._number += bool(line)
        return line


def _is_blank(text: str) -> bool:
    """Return whether a line holds no value and begins none."""
    return not text.strip(f'{DELIMITERS}" \r\n') and text.count('"') % 2 == 0


def _row(lines: _Lines, number: int, text: str, delimiter: str, width: int) -> Row | BadLine:
    cells = _fitting(_as_csv(text, delimiter), width) or lines.joined(text, delimiter, width)
    cells = cells or _best(text, delimiter, width) or _shorter(text, delimiter, width)
    if cells:
        return Row(number, cells)
    return BadLine(number, text, f"has {len(_split(text, delimiter))} fields instead of {width}")


def _opened(binary: BinaryIO) -> io.TextIOWrapper:
    """Open a file as text: UTF-8 with or without its mark, UTF-16, or Windows' old code page for bytes of no UTF-8."""
    start = binary.peek(4)[:4]  # type: ignore[attr-defined]  # every file that a path or a ZIP opens has peek
    encoding = json.detect_encoding(start)
    errors = WINDOWS if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(binary, encoding=encoding, errors=errors, newline="")


def _from_windows(error: UnicodeError) -> tuple[str, int]:
    """Letters of Windows' old code page, for bytes that are no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


WINDOWS = "oura-lake-windows"
codecs.register_error(WINDOWS, _from_windows)


def _best(text: str, delimiter: str, width: int) -> list[str] | None:
    """Cells of the first reading that has the expected number of them (0: any number)."""
    return next((fit for cells in _readings(text, delimiter) if (fit := _fitting(cells, width))), None)


def _fitting(cells: list[str] | None, width: int) -> list[str] | None:
    """Cells of the expected number, without empty ones at the end; None for any other number."""
    if cells is None or (not width and len(cells) == 1):
        return None
    if not width or len(cells) == width:
        return cells
    return cells[:width] if len(cells) > width and not any(cells[width:]) else None


def _shorter(text: str, delimiter: str, width: int) -> list[str] | None:
    """Cells of a row that lacks cells at its end or at its start."""
    return next((cells for cells in _readings(text, delimiter) if 1 < len(cells) < width), None)


def _readings(text: str, delimiter: str) -> Iterator[list[str]]:
    """Read a line as CSV, as CSV that is quoted as a whole, and as text between delimiters."""
    if (cells := _as_csv(text, delimiter)) is not None:
        yield cells
    line = text.strip()
    if len(line) > 1 and line[0] == line[-1] == '"' and (cells := _as_csv(_unquoted(line), delimiter)) is not None:
        yield cells
    yield _split(text, delimiter)


def _split(text: str, delimiter: str) -> list[str]:
    return [_unquoted(cell) for cell in text.rstrip("\r\n").split(delimiter)]


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') if is_quoted else text


def _as_csv(text: str, delimiter: str) -> list[str] | None:
    """Cells of one row of CSV; None for any other text."""
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None
