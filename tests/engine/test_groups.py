"""The views of groups give the same rows on both engines over years of several persons, and no row without consent."""

from collections.abc import Mapping
from typing import Any

import pytest
from engine.catalog import make_tables, make_view
from engine.client import TrinoEngine
from engine.comparing import difference
from engine.lakes import MEMBERS, group
from engine.server import Running
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.views import in_order, load_views

VIEWS = ("group_named", "group_challenge", "group_anonymous")
TITLE = f"Groups: {sum(MEMBERS.values()):g} years of {len(MEMBERS)} persons"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def answers(running: Running, notes: dict[str, list[str]]) -> Mapping[str, Rows]:
    """Rows of each view, which are the same on both engines."""
    group(running.folder / "group")
    trino = make_tables(running, "grouped", "group")
    for view in in_order(load_views(), VIEWS):
        make_view(trino, view)
    duckdb = DuckDBEngine(FolderStore(running.folder / "group"))
    return {view: compared(view, trino, duckdb, notes.setdefault(TITLE, [])) for view in VIEWS}


def compared(view: str, trino: TrinoEngine, duckdb: DuckDBEngine, notes: list[str]) -> Rows:
    """Rows; fails where the engines differ."""
    rows = trino.query(f"SELECT * FROM {view}")
    notes.append(f"{view:16} {len(rows.rows):7,} rows {trino.taken().seconds:6.2f} s")
    assert difference(rows, duckdb.query(f"SELECT * FROM {view}")) is None
    return rows.dicts()


def test_three_who_consented_see_each_other_by_name_for_three_years(answers: Mapping[str, Rows]) -> None:
    named = answers["group_named"]
    assert {(row["audience"], row["person"]) for row in named} == {("family", name) for name in ("ada", "ben", "cleo")}
    assert len({row["week"] for row in named if row["z_mean"] is not None}) > 2 * 52


def test_a_challenge_of_three_years_has_places_of_three(answers: Mapping[str, Rows]) -> None:
    places = [row for row in answers["group_challenge"] if row["n_ranked"] == 3]
    assert {row["person"] for row in places} == {"ada", "ben", "cleo"}
    assert {row["place"] for row in places} == {1, 2, 3}
    assert len({row["week"] for row in places}) > 2 * 52


def test_five_give_a_median_and_fewer_nothing(answers: Mapping[str, Rows]) -> None:
    shown = [row for row in answers["group_anonymous"] if not row["is_suppressed"]]
    suppressed = [row for row in answers["group_anonymous"] if row["is_suppressed"]]
    assert {(row["audience"], row["n_persons"]) for row in shown} == {("club", 5)}
    assert len({row["month"] for row in shown}) >= 12
    assert {row["audience"] for row in suppressed} == {"club", "few"}
    assert {(row["n_persons"], row["median"]) for row in suppressed} == {(None, None)}
