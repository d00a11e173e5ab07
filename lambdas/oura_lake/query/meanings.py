"""Meanings of the tables' columns: our own words, or those of the view that passes a column on."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlglot import exp

from oura_lake.query.views import load_views
from oura_lake.sources.meanings import Meaning, own_meaning


def declared(view: str) -> Mapping[str, Any]:
    """The content of a view's .yml."""
    return load_views()[view].declared


def meaning(table: str, column: str) -> Meaning:
    """Unit and meaning of a table's column; both empty where nobody wrote it down."""
    return own_meaning(table, column) or _by_view(table).get(column, ("", ""))


@cache
def _by_view(table: str) -> Mapping[str, Meaning]:
    """What the view stg_<table> says of each column that one of its own is made of."""
    view = f"stg_{table}"
    if view not in load_views():
        return {}
    notes = declared(view)["columns"]
    found: dict[str, Meaning] = {}
    made_of = [
        ({column.name for column in selected.find_all(exp.Column)}, notes.get(selected.alias_or_name, {}))
        for selected in load_views()[view].selects
    ]
    for columns, said in sorted(made_of, key=lambda pair: len(pair[0])):  # what is made of one column explains it best
        for column in columns:
            found.setdefault(column, (said.get("unit", ""), said.get("description", "")))
    return found
