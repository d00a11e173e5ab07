"""Conversion of a provider's JSON document into a typed row, with the drift of its fields.

A value that does not fit its declared type becomes NULL and a `Drift`, a fraction of a whole number is rounded; the
document itself stays in raw as `json_text.parse` read it. No value of JSON makes these functions raise
(tests/unit/lake/test_any_value.py).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from math import isfinite
from typing import Any

from oura_lake.lake.drift import OF_ANOTHER_FORM, Drift, DriftKind
from oura_lake.lake.json_text import REPLACED
from oura_lake.sources.ddl import Array, Column, Scalar, Struct, Type
from oura_lake.sources.model import Endpoint

INT_LIMIT = {"int": 2**31, "bigint": 2**63}
AS_THEY_CAME: dict[str, set[type]] = {
    "string": {str},
    "boolean": {bool},
    "double": {float},
    "int": {int},
    "bigint": {int},
}
VALUE = re.compile(r"[\w.-]{1,40}")
Row = dict[str, Any]
Key = tuple[Any, ...]


class Misfit(ValueError):
    """A value is not of its declared type."""


def content_hash(document: Mapping[str, Any]) -> str:
    """32 hexadecimal digits that change when any value of the document does; key order is ignored.

    Raises ValueError for values that are none of JSON or UTF-8; `json_text.parse` makes no such values.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def document_row(
    endpoint: Endpoint, document: Mapping[str, Any], digest: str, fetched_at: datetime, drift: set[Drift]
) -> Row:
    """Make the row of a document: its fields typed, offsets beside instants, the bookkeeping columns."""
    row, found = typed(endpoint, document)
    drift |= found
    return row | {"content_hash": digest, "fetched_at": naive_utc(fetched_at), "is_deleted": False}


def tombstone_row(endpoint: Endpoint, document: Mapping[str, Any], digest: str, fetched_at: datetime) -> Row:
    """Make the row of a deleted document: its key and day, nothing else."""
    key_and_day = {name: document.get(name) for name in (*endpoint.key, endpoint.day) if name}
    return document_row(endpoint, key_and_day, digest, fetched_at, set()) | {"is_deleted": True}


def typed(endpoint: Endpoint, document: Mapping[str, Any]) -> tuple[Row, set[Drift]]:
    """Convert the declared fields to Python values; returns also the drift."""
    drift = unknown(endpoint, document)
    row: Row = {}
    for column in endpoint.fields:
        value = document.get(column.name)
        row[column.name] = _value(column.name, column.type, value, drift)
        if column.type == Scalar("timestamp") and not endpoint.is_series:
            row[f"{column.name}_utc_offset_min"] = offset_min(value)
    for name in listed(endpoint):
        drift |= unlisted(endpoint, name, [row[name]])
    return row, drift


def unknown(endpoint: Endpoint, names: Iterable[str]) -> set[Drift]:
    """Drift of the names that the endpoint does not declare."""
    return {Drift(name, DriftKind.UNKNOWN) for name in set(names) - _names(endpoint)}


def unlisted(endpoint: Endpoint, name: str, values: Iterable[Any]) -> set[Drift]:
    """Drift of the values that are not listed for a field; a value of another form is not repeated."""
    strange = set(values) - listed(endpoint).get(name, frozenset()) - {None}
    shown = (value if VALUE.fullmatch(value) else OF_ANOTHER_FORM for value in strange)
    return {Drift(name, DriftKind.VALUE, value) for value in shown}


def typed_column(column: Column, values: list[Any], drift: set[Drift]) -> list[Any]:
    """Convert a column's values; the common case, where all fit unchanged, costs no call a value."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= AS_THEY_CAME.get(column.hive, set()) and _within_limit(column.hive, values) and _is_well(kinds, values):
        return values
    return [_value(column.name, column.type, value, drift) for value in values]


def _within_limit(hive: str, values: list[Any]) -> bool:
    return hive not in INT_LIMIT or max(map(abs, filter(None, values)), default=0) < INT_LIMIT[hive]


def _is_well(kinds: set[type], values: list[Any]) -> bool:
    """Whether no text has a replaced character and the sum of the numbers is finite."""
    if str in kinds:
        return not any(REPLACED in value for value in values if value)
    return float not in kinds or isfinite(sum(filter(None, values)))


def in_order(keys: Iterable[Key]) -> list[Key]:
    """Sort keys, NULL first: raw of earlier versions has keys that do not fit their type."""
    found = list(keys)
    if any(None in key for key in found):
        return sorted(found, key=lambda key: [(part is not None, part) for part in key])
    return sorted(found)


def key_of(endpoint: Endpoint, row: Mapping[str, Any]) -> Key:
    """Take the key of a row, unique within a person."""
    return tuple(row[name] for name in endpoint.key)


def typed_key(endpoint: Endpoint, document: Mapping[str, Any]) -> Key:
    """Convert the key of a document; a part that does not fit its type is None."""
    columns = {column.name: column for column in endpoint.fields}
    return tuple(_value(name, columns[name].type, document.get(name), set()) for name in endpoint.key)


def parse_instant(text: str) -> datetime:
    """Parse an ISO 8601 instant as naive UTC, to the millisecond; a text without a zone counts as UTC.

    Raises ValueError, and OverflowError for an instant before year 1 or after 9999 in UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return whole_ms(moment)


def offset_min(text: Any) -> int | None:
    """Offset from UTC of an ISO text, in minutes; None without one."""
    try:
        offset = datetime.fromisoformat(text).utcoffset()
    except (TypeError, ValueError):
        return None
    return None if offset is None else int(offset.total_seconds() // 60)


def whole_ms(moment: datetime) -> datetime:
    """Cut a moment to the millisecond, the lake's resolution."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000) if moment.microsecond % 1000 else moment


def naive_utc(moment: datetime) -> datetime:
    """Convert an aware moment to its stored form: UTC without a zone, to the millisecond."""
    moment = moment.astimezone(UTC).replace(tzinfo=None)
    return whole_ms(moment)


@cache
def listed(endpoint: Endpoint) -> dict[str, frozenset[str]]:
    """Values of each field whose values are listed."""
    return endpoint.listed


@cache
def _names(endpoint: Endpoint) -> frozenset[str]:
    return frozenset(endpoint.redundant) | {c.name for c in endpoint.fields}


def _value(path: str, kind: Type, value: Any, drift: set[Drift]) -> Any:
    if value is None:
        return None
    try:
        match kind:
            case Scalar("string") if isinstance(value, str):
                return _text(path, value, drift)
            case Scalar(name):
                return _scalar(name, _whole(path, name, value, drift))
            case Array(Scalar("double")) if _are_doubles(value):
                return value
            case Array(item) if isinstance(value, list):
                return [_value(f"{path}[]", item, entry, drift) for entry in value]
            case Struct(fields) if isinstance(value, Mapping):
                return _struct(path, fields, value, drift)
        raise Misfit
    except (ValueError, TypeError, ArithmeticError):  # ArithmeticError: a number or an instant out of range
        drift.add(Drift(path, DriftKind.TYPE))
        return None


def _are_doubles(value: Any) -> bool:
    """Whether a value is a list of finite floats and nulls, which needs no conversion."""
    is_series = isinstance(value, list) and set(map(type, value)) <= {float, type(None)}
    return is_series and isfinite(sum(filter(None, value)))


def _text(path: str, value: str, drift: set[Drift]) -> str:
    if REPLACED in value:
        drift.add(Drift(path, DriftKind.CHARACTER))
    return value


def _struct(path: str, fields: tuple[Column, ...], value: Mapping[str, Any], drift: set[Drift]) -> Row:
    known = {f.name for f in fields}
    drift.update(Drift(f"{path}.{name}", DriftKind.UNKNOWN) for name in value if name not in known)
    return {f.name: _value(f"{path}.{f.name}", f.type, value.get(f.name), drift) for f in fields}


def _whole(path: str, name: str, value: Any, drift: set[Drift]) -> Any:
    """Round a fraction in a column of whole numbers, which is drift; any other value stays unchanged."""
    if name not in INT_LIMIT or not isinstance(value, float) or not isfinite(value) or value.is_integer():
        return value
    drift.add(Drift(path, DriftKind.FRACTION))
    return round(value)


def _scalar(name: str, value: Any) -> Any:
    if name in ("date", "timestamp"):
        text = _checked(value, isinstance(value, str))
        return date.fromisoformat(text[:10]) if name == "date" else parse_instant(text)
    if name == "boolean":
        return _checked(value, isinstance(value, bool))
    if name == "string" or isinstance(value, bool) or not isinstance(value, int | float):
        raise Misfit
    if name == "double":
        return _checked(float(value), isfinite(value))
    whole = int(value)
    return _checked(whole, whole == value and abs(whole) < INT_LIMIT[name])


def _checked(value: Any, fits: bool) -> Any:
    if not fits:
        raise Misfit
    return value
