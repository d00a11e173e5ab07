"""Values of an export's CSV as the API would have written them."""

import ast
import json
import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from oura_lake.lake.json_text import parse
from oura_lake.sources.ddl import Array, Column, Scalar, Struct, Type

TRAILING_COMMA = re.compile(r",\s*([}\]])")  # seen in real exports
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
NO_TEXT = {"", "null", "None"}
NO_NUMBER = {"", "null", "none"}
WITHOUT_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}[\d:.,]*")
MOST_OF_PYTHON = 100_000  # characters of an object as Python writes it


class Zone:
    """A function that gives moments their offset from UTC; `was_missed` is true after one without an offset."""

    def __init__(self, zone: tzinfo | None) -> None:
        self.zone, self.was_missed = zone, False

    def __call__(self, text: str) -> str:
        """Moment with an offset: its own, or that of the zone where one is known."""
        if not WITHOUT_OFFSET.fullmatch(text):
            return text
        if self.zone is None:
            self.was_missed = True
            return text
        try:
            return datetime.fromisoformat(text).replace(tzinfo=self.zone).isoformat()
        except (ValueError, ArithmeticError):
            return text


def value_of(column: Column | None, text: str, zoned: Callable[[str], str]) -> Any:
    """Value of a field as the API would write it; a text that does not fit its type stays text, which is drift."""
    text = text.strip() if column is not None and column.hive != "string" else text
    if column is None or column.hive == "string":
        return None if text in NO_TEXT else text
    if text.lower() in NO_NUMBER:
        return None
    match column.type:
        case Scalar("boolean"):
            return BOOLEANS.get(text.lower(), text)
        case Scalar(name):
            return _zoned(column.type, text, zoned) if name in ("date", "timestamp") else _number(name, text)
        case kind:
            return _zoned(kind, _object(text), zoned)


def _number(hive: str, text: str) -> Any:
    try:
        value = parse(text)
    except ValueError:
        return text
    is_whole = hive in ("int", "bigint") and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


def _object(text: str) -> Any:
    """List or record from JSON, from JSON with a comma too many, or as Python writes it."""
    for read in (parse, lambda text: parse(TRAILING_COMMA.sub(r"\1", text)), _of_python):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _of_python(text: str) -> Any:
    """Object that Python wrote, with JSON's types; raises ValueError."""
    if len(text) > MOST_OF_PYTHON:
        raise ValueError("too long")
    try:
        return parse(json.dumps(ast.literal_eval(text)))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("no object") from error


def _zoned(kind: Type, value: Any, zoned: Callable[[str], str]) -> Any:
    """Value in which each moment has an offset."""
    match kind:
        case Scalar("timestamp") if isinstance(value, str):
            return zoned(value)
        case Array(item) if isinstance(value, list):
            return [_zoned(item, entry, zoned) for entry in value] if _has_moments(item) else value
        case Struct(fields) if isinstance(value, dict):
            kinds = {column.name: column.type for column in fields}
            return {name: _zoned(kinds[name], v, zoned) if name in kinds else v for name, v in value.items()}
    return value


def _has_moments(kind: Type) -> bool:
    return isinstance(kind, Struct) or kind == Scalar("timestamp")
