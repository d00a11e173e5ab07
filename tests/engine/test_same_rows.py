"""Each view gives on Trino, row by row, the rows of DuckDB: over ten years, and over recorded pages.

A view of more than `MOST_ROWS` rows is compared over its newest month, and over all time by each column's number,
least and greatest value.
"""

from datetime import timedelta

import pytest
from engine.client import Read
from engine.comparing import difference
from engine.conftest import Lake
from oura_lake.query.explain import LEAST_BYTES, price_usd, reading
from oura_lake.query.views import load_views
from sqlglot import exp
from views.harness import declaration

MOST_ROWS = 200_000
SLICE = timedelta(days=31)
MOST_SECONDS = 3
# The views of the report, and of a first dashboard, must be quick; the times of others are printed.
USED = {"person_day", "stg_alerts", "stg_findings", "daily_overview", "weekly_recap", "monthly_summary"}
TITLE = "Each view on Trino: ten years of one person"
HEAD = f"{'':30} {'rows':>9} {'seconds':>8} {'kB of columns, files':>20} {'partitions, stages':>18} {'$ x 1000':>8}"


@pytest.mark.parametrize("view", load_views())
def test_ten_years_are_the_same_rows_and_cheap(view: str, ten_years: Lake, notes: dict[str, list[str]]) -> None:
    n, taken = compared(view, ten_years)
    if view in USED and taken.seconds >= MOST_SECONDS:  # an engine that has just started compiles as it goes
        taken = min(taken, compared(view, ten_years)[1], key=lambda read: read.seconds)
    n_bytes = sum(table.n_bytes for table in reading(f"SELECT * FROM {view}", ten_years.store, load_views()))
    slow = taken.seconds >= MOST_SECONDS
    notes.setdefault(TITLE, [HEAD]).append(f"{line(view, n, taken, n_bytes)}{'   slow' if slow else ''}")
    assert n_bytes <= LEAST_BYTES
    assert not (slow and view in USED)


@pytest.mark.parametrize("view", load_views())
def test_recorded_pages_are_the_same_rows(view: str, recorded_lake: Lake) -> None:
    compared(view, recorded_lake)


@pytest.mark.parametrize("view", load_views())
def test_the_columns_and_types_are_those_declared(view: str, ten_years: Lake) -> None:
    answer = ten_years.trino.query(f"SELECT * FROM {view} WHERE FALSE")
    found = dict(zip(answer.columns, map(trino_type, ten_years.trino.types), strict=True))
    assert list(found.items()) == [(c, trino_type(d["type"])) for c, d in declaration(view)["columns"].items()]


def compared(view: str, lake: Lake) -> tuple[int, Read]:
    """Compare the rows; return their number and the cost of reading them; fail where the engines differ."""
    statement = f"SELECT * FROM {view}" + (" WHERE person = 'me'" if "person" in declaration(view)["columns"] else "")
    rows = lake.duckdb.query(f"{statement} LIMIT {MOST_ROWS + 1}")
    if len(rows.rows) <= MOST_ROWS:
        ours, taken = lake.trino.query(statement), lake.trino.taken()
        assert difference(ours, rows) is None
        return len(ours.rows), taken
    measures = lake.trino.query(_measures(view))
    taken = lake.trino.taken()
    assert difference(measures, lake.duckdb.query(_measures(view))) is None
    newest = _newest(view, lake)
    assert difference(lake.trino.query(newest), lake.duckdb.query(newest)) is None
    return measures.rows[0][0], taken


def line(view: str, n: int, taken: Read, n_bytes: int) -> str:
    """Row of the printed table: bytes of the needed columns, which Athena charges for, and of the files read."""
    return (
        f"{view:30} {n:9,} {taken.seconds:8.2f} {n_bytes / 1e3:10,.0f} {taken.n_bytes / 1e3:9,.0f} "
        f"{taken.n_partitions:11} {taken.n_stages:6} {1000 * price_usd(n_bytes):8.3f}"
    )


def _measures(view: str) -> str:
    parts = [f"COUNT({c}), MIN({c}), MAX({c})" for c in declaration(view)["columns"]]
    return f"SELECT COUNT(*), {', '.join(parts)} FROM {view} WHERE person = 'me'"


def _newest(view: str, lake: Lake) -> str:
    moment = next(c for c, d in declaration(view)["columns"].items() if d["type"].startswith("timestamp"))
    [(last,)] = lake.duckdb.query(f"SELECT MAX({moment}) FROM {view}").rows
    return f"SELECT * FROM {view} WHERE {moment} >= TIMESTAMP '{last - SLICE}'"


def trino_type(text: str) -> exp.DataType:
    """Type of Trino's, whose plain timestamp is one of milliseconds."""
    return exp.DataType.build(text.replace("timestamp(3)", "timestamp"), dialect="athena")
