"""Columns and types of a Hive DDL text.

One text per table (`day date, contributors struct<deep_sleep:int>`) drives the Glue table, the Arrow
schema and the DuckDB table. The grammar is the part of Hive's that the tables use: the scalar names
below, `array<T>` and `struct<name:T,...>`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

SCALARS = ("string", "int", "bigint", "double", "boolean", "date", "timestamp")


@dataclass(frozen=True)
class Scalar:
    """A value of one of `SCALARS`."""

    name: str


@dataclass(frozen=True)
class Array:
    """A list of values of one type."""

    item: "Type"


@dataclass(frozen=True)
class Struct:
    """A record with named fields."""

    fields: tuple["Column", ...]


Type = Scalar | Array | Struct


@dataclass(frozen=True)
class Column:
    """A named value; `hive` is its type as Hive writes it."""

    name: str
    type: Type

    @property
    def hive(self) -> str:
        """Type as Hive DDL, without spaces."""
        return hive_text(self.type)


@cache
def parse_columns(ddl: str) -> tuple[Column, ...]:
    """Read `name type, name type, ...`; raises ValueError for a type the grammar lacks."""
    return tuple(_column(part, " ") for part in _split(ddl))


def hive_text(kind: Type) -> str:
    """Write a type as Hive DDL."""
    match kind:
        case Scalar(name):
            return name
        case Array(item):
            return f"array<{hive_text(item)}>"
        case Struct(fields):
            return "struct<" + ",".join(f"{f.name}:{hive_text(f.type)}" for f in fields) + ">"


def _column(text: str, separator: str) -> Column:
    name, _, kind = text.strip().partition(separator)
    return Column(name.strip(), _type(kind.strip()))


def _type(text: str) -> Type:
    if text.startswith("array<"):
        return Array(_type(text[6:-1].strip()))
    if text.startswith("struct<"):
        return Struct(tuple(_column(part, ":") for part in _split(text[7:-1])))
    if text not in SCALARS:
        raise ValueError(f"'{text}' is not a type of the tables; known are {', '.join(SCALARS)}.")
    return Scalar(text)


def _split(text: str) -> Iterator[str]:
    """Cut at the commas that lie outside angle brackets."""
    depth, start = 0, 0
    for position, char in enumerate(text):
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            yield text[start:position]
            start = position + 1
    if text[start:].strip():
        yield text[start:]
