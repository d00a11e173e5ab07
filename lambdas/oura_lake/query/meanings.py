"""Meanings of the tables' columns: our own description, or that of the view that passes a column on."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlglot import exp

from oura_lake.query.views import load_views
from oura_lake.sources.meanings import Meaning, own_meaning


def declared(view: str) -> Mapping[str, Any]:
    """Content of a view's .yml."""
    return load_views()[view].declared


def meaning(table: str, column: str) -> Meaning:
    """Look up the unit and meaning of a table's column; both are empty where they are not documented."""
    return own_meaning(table, column) or _by_view(table).get(column, ("", ""))


@cache
def _by_view(table: str) -> Mapping[str, Meaning]:
    """Meaning of each column that the view stg_<table> reads, as the view describes the result."""
    view = f"stg_{table}"
    if view not in load_views():
        return {}
    notes = declared(view)["columns"]
    found: dict[str, Meaning] = {}
    made_of = [
        ({column.name for column in selected.find_all(exp.Column)}, notes.get(selected.alias_or_name, {}))
        for selected in load_views()[view].selects
    ]
    for columns, note in sorted(made_of, key=lambda pair: len(pair[0])):  # a single column first
        for column in columns:
            found.setdefault(column, (note.get("unit", ""), note.get("description", "")))
    return found
