"""Placeability of a record: a key and a day of the declared types, or the reason why not.

The check comes before any write: a key of another type would become NULL, and all such records one row.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from oura_lake.lake.json_text import REPLACED
from oura_lake.lake.keys import FIRST_YEAR
from oura_lake.lake.rows import parse_instant
from oura_lake.sources.model import Endpoint, Period

NO_DOCUMENT = "was no document"
NO_PLACE = "had no key, no day or a day in the future"
ODD_PLACE = "had a key or a day of another form than declared"
EARLY_PLACE = f"had a day before {FIRST_YEAR}"  # which no view reads in Athena
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_placeable(endpoint: Endpoint, record: Any, newest_day: date | None) -> bool:
    """Whether a record fits a partition."""
    return not obstacles(endpoint, newest_day)(record)


def obstacles(endpoint: Endpoint, newest_day: date | None) -> Callable[[Any], str]:
    """Make the function that gives the reason why a record fits no partition, '' for one that does."""
    day, is_dated = endpoint.day or endpoint.instant, endpoint.period is not Period.ALL
    checks = [(column.name, KEY_CHECKS[column.hive]) for column in endpoint.fields if column.name in endpoint.key]

    def obstacle(record: Any) -> str:
        if not isinstance(record, dict):
            return NO_DOCUMENT
        if not all(map(record.get, endpoint.key)):
            return NO_PLACE
        if not all(fits(record[name]) for name, fits in checks):
            return ODD_PLACE
        if not is_dated:
            return ""
        if not (text := record.get(day)):
            return NO_PLACE
        return obstacle_of_day((text if endpoint.day else text[:10]) if isinstance(text, str) else "", newest_day)

    return obstacle


@lru_cache(maxsize=1024)  # the rows of a time series repeat the same days
def obstacle_of_day(text: str, newest: date | None) -> str:
    """Reason why a text is no day of a partition; every reader of raw knows the one form yyyy-mm-dd."""
    try:
        day = date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        return ODD_PLACE
    if day.year < FIRST_YEAR:
        return EARLY_PLACE
    return NO_PLACE if newest and day > newest else ""


def _is_whole(text: Any) -> bool:
    """Whether a key is an unchanged text: one with a replaced character may stand for several keys."""
    return isinstance(text, str) and REPLACED not in text


def _is_instant(text: Any) -> bool:
    try:
        return bool(parse_instant(text))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_day(text: Any) -> bool:
    return isinstance(text, str) and not obstacle_of_day(text, None)


KEY_CHECKS: dict[str, Callable[[Any], bool]] = {"string": _is_whole, "timestamp": _is_instant, "date": _is_day}
"""Check of a key by its type; a collection with a key of a new type adds a check."""
