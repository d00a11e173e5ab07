"""Meanings of the tables' columns: our own words, or those of the view that passes a column on."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlglot import exp

from oura_lake.errors import QueryFailed
from oura_lake.query.views import load_views
from oura_lake.sources.meanings import Meaning, own_meaning


def _declaration(view: str) -> Path:
    """The .yml of a view; raises QueryFailed for a view that is no file."""
    if path := load_views()[view].declaration:
        return path
    raise QueryFailed(f"The view '{view}' is no file", f"put {view}.sql and {view}.yml into athena/")


def declared(view: str) -> dict[str, Any]:
    """What the .yml of a view says."""
    told: dict[str, Any] = yaml.safe_load(_declaration(view).read_text(encoding="utf-8"))
    return told


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
    select = load_views()[view].tree.find(exp.Select)
    found: dict[str, Meaning] = {}
    made_of = [
        ({column.name for column in selected.find_all(exp.Column)}, notes.get(selected.alias_or_name, {}))
        for selected in (select.expressions if select else ())
    ]
    for columns, said in sorted(made_of, key=lambda pair: len(pair[0])):  # what is made of one column explains it best
        for column in columns:
            found.setdefault(column, (said.get("unit", ""), said.get("description", "")))
    return found
