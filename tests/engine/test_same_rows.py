"""Does each view give on Trino, row by row, what it gives on DuckDB: over ten years, and over recorded pages?

A view of more than `MOST_ROWS` rows is compared over its newest month, and over all time by each column's number,
least and greatest value.
"""

from datetime import timedelta

import pytest
from engine.client import Read
from engine.comparing import difference
from engine.conftest import Lake
from oura_lake.engines.views import load_views
from sqlglot import exp
from views.harness import declaration

TITLE = "Each view on Trino: ten years of one person"
HEAD = f"{'view':30} {'rows':>9} {'seconds':>8} {'kB read':>8} {'of files':>8} {'partitions':>10} {'$ x 1000':>8}"
MOST_ROWS = 60_000
SLICE = timedelta(days=31)
MOST_SECONDS, MOST_BYTES = 3, 10e6
SERIES = {"stg_heartrate"}  # rows for a machine, not for a dashboard: exempt from the limits


@pytest.mark.parametrize("view", load_views())
def test_ten_years_are_the_same_rows_and_cheap(view: str, ten_years: Lake, notes: dict[str, list[str]]) -> None:
    n, whole = compared(view, ten_years)
    ten_years.lean.query(statement(view, n))
    taken = ten_years.lean.taken()
    notes.setdefault(TITLE, [HEAD]).append(line(view, n, taken, whole))
    assert n
    if view not in SERIES:
        assert taken.n_bytes < MOST_BYTES
        assert taken.seconds < MOST_SECONDS


@pytest.mark.parametrize("view", load_views())
def test_recorded_pages_are_the_same_rows(view: str, recorded_lake: Lake) -> None:
    compared(view, recorded_lake)


@pytest.mark.parametrize("view", load_views())
def test_the_columns_and_types_are_those_declared(view: str, ten_years: Lake) -> None:
    answer = ten_years.trino.query(f"SELECT * FROM {view} WHERE FALSE")
    found = dict(zip(answer.columns, map(trino_type, ten_years.trino.types), strict=True))
    assert list(found.items()) == [(c, trino_type(d["type"])) for c, d in declaration(view)["columns"].items()]


def compared(view: str, lake: Lake) -> tuple[int, Read]:
    """How many rows there are, and what it took to read them; fails where the engines differ."""
    [(n,)] = lake.duckdb.query(f"SELECT COUNT(*) FROM {view}").rows
    ours, taken = lake.trino.query(statement(view, n)), lake.trino.taken()
    assert difference(ours, lake.duckdb.query(statement(view, n))) is None
    if n > MOST_ROWS:
        newest = _newest(view, lake)
        assert difference(lake.trino.query(newest), lake.duckdb.query(newest)) is None
    return n, taken


def statement(view: str, n: int) -> str:
    """What is asked of a view of n rows: all of them, or what tells of all of them."""
    if n <= MOST_ROWS:
        return f"SELECT * FROM {view} WHERE person = 'me'"
    parts = [f"COUNT({c}), MIN({c}), MAX({c})" for c in declaration(view)["columns"]]
    return f"SELECT COUNT(*), {', '.join(parts)} FROM {view} WHERE person = 'me'"


def line(view: str, n: int, taken: Read, whole: Read) -> str:
    """One row of what is printed."""
    return (
        f"{view:30} {n:9,} {taken.seconds:8.2f} {taken.n_bytes / 1e3:8,.0f} {whole.n_bytes / 1e3:8,.0f} "
        f"{taken.n_partitions:10} {1000 * taken.dollars:8.3f}"
    )


def _newest(view: str, lake: Lake) -> str:
    moment = next(c for c, d in declaration(view)["columns"].items() if d["type"].startswith("timestamp"))
    [(last,)] = lake.duckdb.query(f"SELECT MAX({moment}) FROM {view}").rows
    return f"SELECT * FROM {view} WHERE {moment} >= TIMESTAMP '{last - SLICE}'"


def trino_type(text: str) -> exp.DataType:
    """A type of Trino's, whose plain timestamp is one of milliseconds."""
    return exp.DataType.build(text.replace("timestamp(3)", "timestamp"), dialect="athena")
