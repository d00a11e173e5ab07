"""Descriptions of views and tables, from their .yml or their declaration."""

from dataclasses import dataclass

from oura_lake.lake.keys import RAW_TABLE
from oura_lake.query.duckdb_tables import TABLES, columns_by_name, columns_of, quoted
from oura_lake.query.meanings import declared, meaning
from oura_lake.query.statement import no_relation
from oura_lake.query.views import load_views
from oura_lake.sources.ddl import Column
from oura_lake.sources.model import Endpoint

FRACTIONS = {"double", "float", "real"}  # a measurement of a row, never a part of its key
NESTED = ("array", "map", "row", "struct")


@dataclass(frozen=True, kw_only=True)
class ColumnNote:
    """One column: its type, and its unit and meaning where they are documented."""

    name: str
    type: str
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Described:
    """A view or table: the meaning of one row, a description, and the columns in order."""

    name: str
    grain: str
    description: str
    columns: tuple[ColumnNote, ...]

    @property
    def is_personal(self) -> bool:
        """True where each row belongs to one person."""
        return any(column.name == "person" for column in self.columns)

    @property
    def day(self) -> str:
        """Column of the day that selects rows; empty where there is none."""
        return next((column.name for column in self.columns if column.type == "date"), "")

    @property
    def order(self) -> str:
        """List of an ORDER BY that gives the same order each time: the newest day first, then every plain column.

        Empty for raw, whose lines stay in the order in which they arrived.
        """
        if self.name == RAW_TABLE:
            return ""
        plain = [c.name for c in self.columns if c.type not in FRACTIONS and not c.type.startswith(NESTED)]
        newest = [f"{quoted(self.day)} DESC"] if self.day else []
        return ", ".join([*newest, *(quoted(name) for name in plain if name != self.day)])


def describe(name: str) -> Described:
    """Describe a view or table; raises QueryFailed for an unknown name."""
    if name in load_views():
        return _view(name)
    if name in TABLES:
        return _table(TABLES[name])
    if name == RAW_TABLE:
        return _raw()
    raise no_relation(name, {*columns_by_name(), *load_views()})


def _view(name: str) -> Described:
    declaration = declared(name)
    columns = tuple(ColumnNote(name=column, **notes) for column, notes in declaration["columns"].items())
    grain, description = declaration["grain"], declaration["description"].strip()
    return Described(name=name, grain=grain, description=description, columns=columns)


def _table(endpoint: Endpoint) -> Described:
    grain = "one row per sample" if endpoint.is_series else "one row per document"
    return Described(
        name=endpoint.name,
        grain=f"{grain}, as received",
        description=f"Fields as their provider names them; stg_{endpoint.name} has units, NULLs and no deleted rows.",
        columns=tuple(_noted(endpoint.name, c) for c in columns_of(endpoint)),
    )


def _raw() -> Described:
    return Described(
        name=RAW_TABLE,
        grain="one row per line of raw, as received",
        description="Whole documents, and rows of a time series, as JSON; document_history puts documents in order.",
        columns=tuple(_noted(RAW_TABLE, c) for c in columns_by_name()[RAW_TABLE]),
    )


def _noted(table: str, column: Column) -> ColumnNote:
    unit, words = meaning(table, column.name)
    return ColumnNote(name=column.name, type=column.hive, unit=unit, description=words)
