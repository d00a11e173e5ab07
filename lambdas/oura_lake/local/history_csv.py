"""What does a table of days from any device hold? Rows of `person_day`, whatever order and dress they come in.

Columns: `day` and any of `resting_heart_rate_bpm, hrv_rmssd_ms, temperature_deviation_c, respiratory_rate_bpm,
steps`; others are left alone. What no body has (255, 0, a heart rate of 900) and what is no number counts as not
measured. Of a day that stands twice each signal is the median of what is said of it, so the order never matters.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from oura_lake.analyses._model import PersonDay, person_days
from oura_lake.errors import SettingsWrong

POSSIBLE = {  # what can be measured; outside lie sentinels and typing errors
    "resting_heart_rate_bpm": (25.0, 150.0),
    "hrv_rmssd_ms": (2.0, 254.0),
    "temperature_deviation_c": (-10.0, 10.0),
    "respiratory_rate_bpm": (4.0, 60.0),
    "steps": (1.0, 150_000.0),
}
EMPTY = {"", "-", "na", "n/a", "nan", "none", "null"}
DELIMITERS = ",;\t|"
ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?")
DAY_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})")


@dataclass(frozen=True, kw_only=True)
class History:
    """The days, oldest first, and how many cells held no number."""

    days: list[PersonDay]
    n_unreadable: int = 0


def read_history(path: Path) -> History:
    """The days of a CSV file (comma, semicolon or tab); raises SettingsWrong with what to mend."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{path} cannot be read as text; give a CSV file in UTF-8.") from error
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise SettingsWrong(f"{path} is empty; it needs a header and a row for each day.")
    delimiter = max(DELIMITERS, key=lines[0].count)
    header, *rows = csv.reader(lines, delimiter=delimiter)
    names = [name.strip().lower() for name in header]
    signals = [name for name in names if name in POSSIBLE]
    if "day" not in names or not signals:
        raise SettingsWrong(
            f"{path} has no column day beside at least one of {', '.join(POSSIBLE)}; its header is: {lines[0][:200]}"
        )
    return _history(path, [dict(zip(names, row, strict=False)) for row in rows], signals)


def _history(path: Path, rows: Sequence[dict[str, str]], signals: Iterable[str]) -> History:
    dated = _dated(path, [row.get("day", "") for row in rows])
    said: dict[date, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    n_unreadable = 0
    for day, row in zip(dated, rows, strict=True):
        for name in signals:
            value, is_readable = _number(row.get(name) or "")
            n_unreadable += not is_readable
            least, most = POSSIBLE[name]
            if value is not None and least <= value <= most:
                said[day][name].append(value)
    medians = ({name: median(values) for name, values in said[day].items()} | {"day": day} for day in sorted(said))
    return History(days=person_days(medians), n_unreadable=n_unreadable)


def _number(text: str) -> tuple[float | None, bool]:
    """A cell's number, and whether it was one or empty; a comma may stand for the point."""
    text = text.strip()
    if text.lower() in EMPTY:
        return None, True
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None, False
    return (value, True) if value == value else (None, True)


def _dated(path: Path, texts: Sequence[str]) -> list[date]:
    """The days of a column, all read in one form; raises SettingsWrong where that is unclear."""
    texts = [text.strip() for text in texts]
    is_day_first = _is_day_first(path, texts)
    return [_day(path, number, text, is_day_first) for number, text in enumerate(texts, start=2)]


def _is_day_first(path: Path, texts: Iterable[str]) -> bool:
    """Whether 03/04/2026 is in April; a point between is always day first, else the column itself must tell."""
    found = [m for text in texts if (m := DAY_LAST.fullmatch(text))]
    if not found or all(m[2] == "." for m in found) or any(int(m[1]) > 12 for m in found):
        return True
    if any(int(m[3]) > 12 for m in found):
        return False
    raise SettingsWrong(f"In {path} it is unclear whether {found[0][0]} begins with the day; write days as yyyy-mm-dd.")


def _day(path: Path, number: int, text: str, is_day_first: bool) -> date:
    try:
        if m := ISO.fullmatch(text):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if m := DAY_LAST.fullmatch(text):
            day, month = (m[1], m[3]) if is_day_first else (m[3], m[1])
            return date(int(m[4]), int(month), int(day))
    except ValueError as error:
        raise SettingsWrong(f"{path}, row {number}: there is no day '{text[:40]}'; write it as yyyy-mm-dd.") from error
    raise SettingsWrong(f"{path}, row {number}: '{text[:40]}' is no day; write it as yyyy-mm-dd.")
