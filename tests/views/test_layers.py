"""Layers of athena/: staging reads tables and staging, core reads staging and core, marts read these and marts."""

import pytest
from oura_lake.query.views import View, load_views

VIEWS = load_views()
# The lake's own records, which are no collection of a provider: operations explains them.
OWN_TABLES = {"document_history": {"raw_lines"}, "gap_days": {"gaps"}}
# The days of these tables need no clock, and the staging view that has one costs Athena stages.
WITHOUT_A_CLOCK = {view: {"session", "workout"} for view in ("operations", "person_day", "record_days")}


def layer(name: str) -> str:
    """Folder of a view; `table` for a table."""
    view = VIEWS.get(name)
    return view.declaration.parent.name if view and view.declaration else "table"


def rank(name: str) -> int:
    """Rank of a layer: tables below staging, staging below core, core below the marts."""
    return {"table": 0, "staging": 1, "core": 2}.get(layer(name), 3)


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.name)
def test_a_view_reads_the_layers_that_it_may(view: View) -> None:
    upstream = view.upstream - OWN_TABLES.get(view.name, set()) - WITHOUT_A_CLOCK.get(view.name, set())
    allowed = {1: {0, 1}, 2: {1, 2}, 3: {1, 2, 3}}[rank(view.name)]
    assert {name: layer(name) for name in upstream if rank(name) not in allowed} == {}


def test_every_view_lies_in_a_folder() -> None:
    assert [view.name for view in VIEWS.values() if layer(view.name) in ("table", "athena")] == []
