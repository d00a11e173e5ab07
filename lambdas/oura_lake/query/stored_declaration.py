"""Stored views: views whose rows the lake keeps as one Parquet object a person.

The SELECT of such a view stays the one truth. Its `.yml` has `stored`: how far from its own day a record counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from oura_lake.lake.keys import stored_view_table
from oura_lake.query.views import View, hive_type
from oura_lake.sources.ddl import Column, parse_columns

PERSON = "person"
STORED = ("person_day",)  # the views whose .yml has `stored`; here too, so that no query reads all of them


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Days around a record's own day on which it counts; `spans` has those after it of tables that reach farther."""

    before: timedelta
    after: timedelta
    spans: Mapping[str, timedelta]

    def after_of(self, table: str) -> timedelta:
        """Days after its own day on which a record of a table counts."""
        return self.spans.get(table, self.after)


def reach_of(view: View) -> Reach:
    """Reach of the records of a stored view, as its .yml declares it."""
    declared = view.declared["stored"]
    return Reach(
        before=timedelta(days=declared["days_before"]),
        after=timedelta(days=declared["days_after"]),
        spans={table: timedelta(days=n) for table, n in declared["spans"].items()},
    )


def stored_columns(view: View) -> tuple[Column, ...]:
    """Columns of a stored view's object: those of the view without the person, which the key has."""
    return parse_columns(", ".join(f"{n} {hive_type(kind)}" for n, kind in view.columns.items() if n != PERSON))


def deployed(view: View) -> View:
    """View as Glue has it: a stored view reads the table of its rows."""
    if view.name not in STORED:
        return view
    names = ", ".join(view.columns)
    return View(view.name, f"-- {view.grain}\nSELECT {names} FROM {stored_view_table(view.name)}", view.declaration)
