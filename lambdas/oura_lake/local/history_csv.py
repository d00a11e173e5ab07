"""A history of days from any device's CSV, in any order and format.

Columns: `day` and any of `resting_heart_rate_bpm, hrv_rmssd_ms, temperature_deviation_c, respiratory_rate_bpm,
steps`. Other columns are ignored, but a file of several persons is refused. Impossible values (255, 0, a heart rate of
900) and texts that are no number count as not measured. So does a temperature of 0.0 if none of the row's other signals
was measured. The result names a column without a possible value. For a repeated day, as for a repeated title, each
signal is the median of its values, so the order never matters.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

from oura_lake.analyses.model import PersonDay, person_days
from oura_lake.analyses.signals import HRV, RESPIRATORY_RATE, RESTING_HEART_RATE, STEPS, TEMPERATURE
from oura_lake.errors import SettingsWrong

LEAST_COUNT = 1.0  # programs write a count of 0 for a day without a measurement
SIGNALS = (RESTING_HEART_RATE, HRV, TEMPERATURE, RESPIRATORY_RATE, STEPS)
# the possible values; others are sentinels or typing errors
POSSIBLE = {s.column: (s.lowest or LEAST_COUNT, s.highest) for s in SIGNALS}
NIGHTLY = POSSIBLE.keys() - {STEPS.column, TEMPERATURE.column}
GROUPED = re.compile(r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})+")  # steps are whole: 10.234 are ten thousand
EMPTY = {"", "-", "na", "n/a", "nan", "none", "null"}
DELIMITERS = ",;\t|"
FIRST_YEAR = 1970  # programs write earlier ones for a missing day
ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|(\d{2})(\d{2}))(?:[T ].*)?")
DAY_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(?:[T ,].*)?")

WHO = ("person", "user", "participant", "subject", "patient", "member")
PERSONS = {*WHO, *(who + what for who in WHO for what in ("id", "name", "email")), "name", "fullname", "email"}
MOST_CHARS = 131_072  # of a cell; a longer one has a quotation mark that is never closed

Cells = dict[str, list[str]]  # by title, in the order of the columns of that title
Row = tuple[int, Cells]  # the line in the file, and the cells


@dataclass(frozen=True, kw_only=True)
class History:
    """The days, oldest first, the number of cells without a number, and the columns without a possible value."""

    days: list[PersonDay]
    n_unreadable: int = 0
    impossible: tuple[str, ...] = ()


def read_history(path: Path) -> History:
    """Days of one person's CSV file (comma, semicolon or tab); raises SettingsWrong with advice."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{path} cannot be read as text", "give a CSV file in UTF-8") from error
    names, rows = _rows(path, text)
    signals = [name for name in POSSIBLE if name in names]
    if "day" not in names or not signals:
        raise SettingsWrong(
            f"{path} has no column day beside at least one of {', '.join(POSSIBLE)} (its header: {str(names)[:200]})",
            "name the columns so",
        )
    _check_one_person(path, rows)
    return _history(path, rows, signals)


def _check_one_person(path: Path, rows: Sequence[Row]) -> None:
    titles = {title for _, row in rows for title in row if re.sub(r"[\W_]", "", title) in PERSONS}
    for title in sorted(titles):
        named = sorted({text.strip() for _, row in rows for text in row.get(title, []) if text.strip()})
        if len(named) > 1:
            raise SettingsWrong(
                f"{path} holds the days of {len(named)} persons by its column {title}", "give a file for each of them"
            )


def _rows(path: Path, text: str) -> tuple[list[str], list[Row]]:
    """Names of the columns, and the rows that are not empty."""
    lines = list(io.StringIO(text, newline=""))  # CSV has three line ends, Python's splitlines() has ten more
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), None)
    if first is None:
        raise SettingsWrong(f"{path} is empty", "it needs a header and a row for each day")
    reader = csv.reader(lines[first:], delimiter=max(DELIMITERS, key=lines[first].count), strict=True)
    try:
        found = [(first + reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        what = "a cell is too long" if "larger than" in str(error) else "a quotation mark is wrong"
        raise SettingsWrong(f"{path}, row {first + reader.line_num}: {what}", "mend it") from error
    if long := next((number for number, row in found if max(map(len, row)) > MOST_CHARS), None):
        raise SettingsWrong(f"{path}, row {long}: a cell is too long", "mend it")
    names = [name.strip().lower() for name in found[0][1]]
    return names, [(number, _by_title(names, row)) for number, row in found[1:]]


def _by_title(names: Sequence[str], row: Sequence[str]) -> Cells:
    cells = Cells()
    for name, text in zip(names, row, strict=False):
        cells.setdefault(name, []).append(text.strip())
    return cells


def _history(path: Path, rows: Sequence[Row], signals: Sequence[str]) -> History:
    dated = _dated(path, [(number, _first(row.get("day", []))) for number, row in rows])
    readings: dict[date, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    counts = _Counts()
    for day, (_, row) in zip(dated, rows, strict=True):
        for name, values in _measured(row, signals, counts).items():
            readings[day][name] += values
    medians = (
        {name: median(values) for name, values in readings[day].items()} | {"day": day} for day in sorted(readings)
    )
    impossible = tuple(name for name in signals if counts.numbers[name] and not counts.possible[name])
    return History(days=person_days(medians), n_unreadable=counts.n_unreadable, impossible=impossible)


@dataclass(kw_only=True)
class _Counts:
    """Counts of each signal's numbers and possible values, and of the cells that are no number."""

    numbers: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    n_unreadable: int = 0


def _first(texts: Sequence[str]) -> str:
    return next(filter(None, texts), "")


def _measured(row: Cells, signals: Sequence[str], counts: _Counts) -> dict[str, list[float]]:
    """Possible values of a row by signal."""
    found: dict[str, list[float]] = {}
    for name in signals:
        read = [_number(text, name) for text in row.get(name, [])]
        numbers = [value for value, _ in read if value is not None]
        lowest, highest = POSSIBLE[name]
        possible = [value for value in numbers if lowest <= value <= highest]
        counts.n_unreadable += sum(not is_readable for _, is_readable in read)
        counts.numbers[name] += len(numbers)
        counts.possible[name] += len(possible)
        if possible:
            found[name] = possible
    others = NIGHTLY & set(signals)
    if not any(found.get(TEMPERATURE.column, [1])) and others and not others & found.keys():
        del found[TEMPERATURE.column]
    return found


def _number(text: str, name: str) -> tuple[float | None, bool]:
    """Read a cell: its number, and whether it is readable (a number or empty); a comma may be the decimal point."""
    if text.lower() in EMPTY:
        return None, True
    if name == STEPS.column and GROUPED.fullmatch(text):
        return float(re.sub(r"\D", "", text)), True
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None, False
    return (value, True) if value == value else (None, True)


def _dated(path: Path, cells: Sequence[tuple[int, str]]) -> list[date]:
    """Days of a column, all read in one format; raises SettingsWrong where the format is unclear."""
    is_day_first = _is_day_first(path, [text.strip() for _, text in cells])
    return [_day(path, number, text.strip(), is_day_first) for number, text in cells]


def _is_day_first(path: Path, texts: Iterable[str]) -> bool:
    """Decide whether 03/04/2026 is in April: dates with points begin with the day, others need a value over 12."""
    found = [m for text in texts if (m := DAY_LAST.fullmatch(text))]
    if not found or all(m[2] == "." for m in found) or any(int(m[1]) > 12 for m in found):
        return True
    if any(int(m[3]) > 12 for m in found):
        return False
    raise SettingsWrong(
        f"In {path} it is unclear whether {found[0][0]} begins with the day", "write days as yyyy-mm-dd"
    )


def _day(path: Path, number: int, text: str, is_day_first: bool) -> date:
    try:
        if found := _parts(text, is_day_first):
            if found[0] < FIRST_YEAR:
                raise ValueError
            return date(*found)
    except ValueError as error:
        raise SettingsWrong(f"{path}, row {number}: there is no day '{text[:40]}'", "write it as yyyy-mm-dd") from error
    raise SettingsWrong(f"{path}, row {number}: '{text[:40]}' is no day", "write it as yyyy-mm-dd")


def _parts(text: str, is_day_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day of a text in the form of a day."""
    if m := ISO.fullmatch(text):
        return int(m[1]), int(m[2] or m[4]), int(m[3] or m[5])
    if m := DAY_LAST.fullmatch(text):
        day, month = (m[1], m[3]) if is_day_first else (m[3], m[1])
        return int(m[4]), int(month), int(day)
    return None
