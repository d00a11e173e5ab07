"""Is every view written so that Athena and DuckDB give the same answer, and does the lint see what it should?"""

import pytest
from oura_lake.query.duckdb_tables import TABLES, columns_by_name
from oura_lake.query.views import in_order, load_views
from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.optimizer.qualify import qualify
from views.dialect import faults
from views.harness import declaration

GOOD = """-- One row per person and day.
SELECT CAST(steps / NULLIF(CAST(total_calories AS double), 0e0) AS double) AS steps_per_kcal FROM daily_activity"""

PLANTED = {
    "divides whole numbers": "CAST(steps / 60 AS double)",
    "DECIMAL": "CAST(steps / 3600.0 AS double)",
    "divide by zero": "CAST(1e0 / steps AS double)",
    "wrap it in CAST": "CAST(LEAST(DATE_ADD('day', 1, day), day) AS date)",
    "Athena has no ::": "CAST(steps::double AS double)",
    "EVERY": "CAST(EVERY(steps > 1) AS boolean)",
    "map_agg": "CAST(map_agg(day, steps) AS map(date, integer))",
    "FORMAT is": "CAST(FORMAT('%d', steps) AS varchar)",
    "APPROX_PERCENTILE": "CAST(APPROX_PERCENTILE(steps, 0.5e0) AS double)",
    "current_date": "CAST(current_date AS date)",
    "REDUCE": "CAST(REDUCE(ARRAY[1], 0, (s, x) -> s + x, s -> s * 2) AS integer)",
    "ties to chance": "CAST(ROW_NUMBER() OVER (PARTITION BY day ORDER BY steps) AS integer)",
    "not CAST": "steps + 1",
}


@pytest.mark.parametrize("view", load_views())
def test_a_view_has_no_fault(view: str) -> None:
    assert faults(load_views()[view].sql) == []


@pytest.mark.parametrize(("fault", "column"), PLANTED.items())
def test_a_planted_fault_is_found(fault: str, column: str) -> None:
    found = faults(f"-- One row per day.\nSELECT {column} AS x FROM daily_activity")
    assert any(fault in sentence for sentence in found), found


def test_a_good_view_passes() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("fault", "sql"),
    {
        "SELECT *": "-- One row per day.\nWITH a AS (SELECT * FROM sleep) SELECT CAST(id AS varchar) AS id FROM a",
        "ORDER BY": "-- One row per day.\nSELECT CAST(id AS varchar) AS id FROM sleep ORDER BY id",
        "what one row is": "SELECT CAST(id AS varchar) AS id FROM sleep",
        "wider": f"-- One row per day.\nSELECT CAST(id AS varchar) AS id{' ' * 120}FROM sleep",
        "more than 80": "-- One row per day.\nSELECT CAST(id AS varchar) AS id FROM sleep" + "\n" * 80 + "WHERE TRUE",
        "wrap them": "-- One row per day.\nSELECT CAST(CONCAT('', d.day) AS varchar) AS d "
        "FROM UNNEST(SEQUENCE(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '1' DAY)) AS d (day)",
    }.items(),
)
def test_a_planted_fault_of_the_whole_text_is_found(fault: str, sql: str) -> None:
    assert any(fault in sentence for sentence in faults(sql)), faults(sql)


def test_qualify_is_no_sql_to_athena() -> None:
    with pytest.raises(ParseError):
        faults("-- One row per day.\nSELECT CAST(id AS varchar) AS id FROM sleep QUALIFY 1 = 1")


def test_every_column_resolves_against_what_the_upstream_declares() -> None:
    tables = columns_by_name().items()
    schema = {n: {c.name: exp.DataType.build(c.hive, dialect="hive") for c in columns} for n, columns in tables}
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
def test_the_types_cast_to_are_the_types_declared(view: str) -> None:
    cast = {c.alias: c.this.to for c in load_views()[view].tree.selects}
    declared = {c: exp.DataType.build(d["type"], dialect="athena") for c, d in declaration(view)["columns"].items()}
    assert list(cast.items()) == list(declared.items())


def test_a_view_never_hides_a_table_behind_a_step_of_the_same_name() -> None:
    names = {*TABLES, *load_views()}
    assert not [c.alias for v in load_views().values() for c in v.tree.find_all(exp.CTE) if c.alias in names]
