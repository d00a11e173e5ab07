"""Cost of a view when 10 and 100 persons share the lake: of a query about all, and about one."""

from collections.abc import Mapping
from typing import Any

import pytest
from engine.catalog import make_tables, make_view
from engine.client import Read, TrinoEngine
from engine.conftest import YEARS
from engine.lakes import generated, multiplied
from engine.server import Running
from oura_lake.query.views import in_order, load_views

PERSONS, YEAR = (1, 10, 100), 2025
VIEWS = ("person_day", "daily_overview", "weekly_recap")  # those of the report and of a first dashboard
TITLE = f"Growth: the year {YEAR} of so many persons"
HEAD = f"{'view':16} {'persons':>7} {'seconds':>8} {'kB read':>8} {'partitions':>10}   of one: seconds, kB, partitions"


@pytest.fixture(scope="module")
def lakes(running: Running) -> Mapping[int, TrinoEngine]:
    """Lake for each number of persons."""
    made = {}
    for n in PERSONS:
        name = f"persons_{n}"
        multiplied(generated(YEARS), running.folder / name / "lake", n, YEAR)
        made[n] = make_tables(running, name, name)
        for view in in_order(load_views(), VIEWS):
            make_view(made[n], view)
    return made


@pytest.mark.parametrize("view", VIEWS)
def test_cost_grows_no_faster_than_the_lake_and_one_person_pays_for_one(
    view: str, lakes: Mapping[int, TrinoEngine], notes: dict[str, list[str]]
) -> None:
    everybody = {n: read(engine, f"SELECT * FROM {view}") for n, engine in lakes.items()}
    somebody = {n: read(engine, f"SELECT * FROM {view} WHERE person = 'p00'") for n, engine in lakes.items()}
    notes.setdefault(TITLE, [HEAD]).extend(line(view, n, everybody[n], somebody[n]) for n in PERSONS)
    for n in PERSONS:
        assert everybody[n].n_partitions == n * everybody[1].n_partitions
        assert everybody[n].n_bytes <= 1.01 * n * everybody[1].n_bytes
        assert everybody[n].seconds <= 1.2 * n * everybody[1].seconds
        assert (somebody[n].n_bytes, somebody[n].n_partitions) == (somebody[1].n_bytes, somebody[1].n_partitions)


def read(engine: TrinoEngine, sql: str) -> Read:
    """Cost of the statement."""
    engine.query(sql)
    return engine.taken()


def line(view: str, n: int, everybody: Read, somebody: Read) -> str:
    """One row of the printed table."""
    of: list[Any] = [everybody.seconds, everybody.n_bytes / 1e3, everybody.n_partitions]
    one: list[Any] = [somebody.seconds, somebody.n_bytes / 1e3, somebody.n_partitions]
    return "{:16} {:7} {:8.2f} {:8,.0f} {:10}   {:8.2f} {:8,.0f} {:6}".format(view, n, *of, *one)
