"""Tables as CSV that spreadsheets read correctly and never run."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from oura_lake.lake.plain import harmless, harmless_json, harmless_lines

MARKED_UTF8 = "utf-8-sig"  # UTF-8 with the byte order mark that spreadsheets need
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NOTE = (
    "In CSV files text that begins with =, +, -, @, a tab or a line break has an apostrophe before it, "
    "so that no spreadsheet runs it as a formula. Control characters other than tabs and line breaks are written out, "
    "such as \\x1b. Numbers, Parquet and raw are exact."
)


def write_csv(file: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a header and rows; returns the number of rows."""
    text = io.TextIOWrapper(file, encoding=MARKED_UTF8, newline="")
    writer = csv.writer(text)
    writer.writerow([cell(harmless(name)) for name in columns])
    n_rows = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        n_rows += 1
    text.detach()  # flushes, and leaves the file open for the caller
    return n_rows


def cell(value: Any) -> str:
    """Convert a value to text for spreadsheets: ISO moments, lists and records as JSON, nothing for NULL."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            shown = harmless_lines(value)
            return f"'{shown}" if value.startswith(FORMULA) else shown
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case date():
            return value.isoformat()
        case list() | dict():
            return harmless_json(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return str(value)
