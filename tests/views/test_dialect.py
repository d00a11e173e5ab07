"""Every view gives the same answer on Athena and DuckDB by its text, and the lint finds what it should."""

from typing import Any

import pytest
from oura_lake.query.duckdb_tables import TABLES, columns_by_name
from oura_lake.query.views import in_order, load_views
from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.optimizer.qualify import qualify
from views.dialect import faults
from views.harness import declaration

PLANTED = {
    "divides whole numbers": "steps / 60",
    "DECIMAL": "steps / 3600.0",
    "divide by zero": "1e0 / steps",
    "wrap it in CAST": "LEAST(DATE_ADD('day', 1, day), day)",
    "Athena has no ::": "1e0 * steps::double",
    "EVERY": "EVERY(steps > 1)",
    "map_agg": "map_agg(day, steps)",
    "FORMAT is": "FORMAT('%d', steps)",
    "APPROX_PERCENTILE": "APPROX_PERCENTILE(steps, 0.5e0)",
    "current_date": "current_date",
    "REDUCE": "REDUCE(ARRAY[1], 0, (s, x) -> s + x, s -> s * 2)",
    "ties to chance": "ROW_NUMBER() OVER (PARTITION BY day ORDER BY steps)",
    "leave the CAST out": "CAST(steps AS integer)",
}


@pytest.mark.parametrize("view", load_views())
def test_a_view_has_no_fault(view: str) -> None:
    assert faults(load_views()[view].body) == []


@pytest.mark.parametrize(("fault", "column"), PLANTED.items())
def test_a_planted_fault_is_found(fault: str, column: str) -> None:
    found = faults(f"-- One row per day.\nSELECT {column} AS x FROM daily_activity")
    assert any(fault in sentence for sentence in found), found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT steps / NULLIF(CAST(total_calories AS double), 0e0) AS steps_per_kcal FROM daily_activity",
        "SELECT DATE_ADD('day', 1, day) AS next_day FROM daily_activity",
        "SELECT CAST(DATE_TRUNC('week', day) AS date) AS week FROM daily_activity "
        "GROUP BY CAST(DATE_TRUNC('week', day) AS date)",
    ],
)
def test_a_good_view_passes(sql: str) -> None:
    assert faults(f"-- One row per person and day.\n{sql}") == []


@pytest.mark.parametrize(
    ("fault", "sql"),
    {
        "SELECT *": "-- One row per day.\nWITH ids AS (SELECT * FROM sleep) SELECT id FROM ids",
        "ORDER BY": "-- One row per day.\nSELECT id FROM sleep ORDER BY id",
        "what one row is": "SELECT id FROM sleep",
        "wider": f"-- One row per day.\nSELECT id{' ' * 120}FROM sleep",
        "more than 80": "-- One row per day.\nSELECT id FROM sleep" + "\n" * 80 + "WHERE TRUE",
        "wrap them": "-- One row per day.\nSELECT CONCAT('', days.day) AS day "
        "FROM UNNEST(SEQUENCE(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '1' DAY)) AS days (day)",
        "a is one letter": "-- One row per day.\nSELECT a.id FROM sleep AS a",
        "b is one letter": "-- One row per day.\nWITH b AS (SELECT id FROM sleep) SELECT id FROM b",
        "c is one letter": "-- One row per day.\nSELECT c.day FROM UNNEST(ARRAY[1]) AS c (day)",
    }.items(),
)
def test_a_planted_fault_of_the_whole_text_is_found(fault: str, sql: str) -> None:
    assert any(fault in sentence for sentence in faults(sql)), faults(sql)


def test_qualify_is_no_sql_to_athena() -> None:
    with pytest.raises(ParseError):
        faults("-- One row per day.\nSELECT id FROM sleep QUALIFY 1 = 1")


def test_every_column_resolves_against_what_the_upstream_declares() -> None:
    tables = columns_by_name().items()
    schema: dict[str, Any] = {
        n: {c.name: exp.DataType.build(c.hive, dialect="hive") for c in columns} for n, columns in tables
    }
    for view in in_order(load_views()):
        qualify(view.tree.copy(), schema=schema, dialect="athena", quote_identifiers=False)
        schema[view.name] = {
            c: exp.DataType.build(d["type"], dialect="athena") for c, d in declaration(view.name)["columns"].items()
        }


@pytest.mark.parametrize("view", load_views())
def test_a_view_says_its_grain_its_columns_and_has_a_test(view: str) -> None:
    declared = declaration(view)
    assert declared["view"] == view
    assert declared["grain"].lower().startswith("one row per ")
    assert declared["description"]
    assert declared["tests"]
    assert all(c["description"] for c in declared["columns"].values())


@pytest.mark.parametrize("view", load_views())
def test_what_runs_is_the_text_cast_to_the_types_declared(view: str) -> None:
    runs = load_views()[view]
    assert isinstance(runs.tree, exp.Query)
    cast = {c.alias: c.this.to for c in runs.tree.selects}
    declared = {c: exp.DataType.build(d["type"], dialect="athena") for c, d in declaration(view)["columns"].items()}
    assert list(cast.items()) == list(declared.items())
    assert runs.body.strip() in runs.sql


def test_a_view_never_hides_a_table_behind_a_step_of_the_same_name() -> None:
    names = {*TABLES, *load_views()}
    assert not [c.alias for v in load_views().values() for c in v.tree.find_all(exp.CTE) if c.alias in names]
