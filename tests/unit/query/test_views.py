"""The views: their upstream, their order, their types, and their SQL for DuckDB."""

from pathlib import Path

import pytest
import sqlglot
from oura_lake.errors import SettingsWrong
from oura_lake.query.views import DIALECT, View, changes_nothing, in_order, load_views, relations, to_duckdb
from sqlglot import exp

SQL = "-- One row per day.\nSELECT day, steps / 60e0 AS pace FROM daily_activity -- every one\n"
YML = "columns:\n  day: {type: date}\n  pace: {type: double}\n"


def tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect=DIALECT)


def a_view(name: str, *upstream: str) -> View:
    return View(name, "-- One row.\nSELECT 1 AS a" + "".join(f" UNION SELECT a FROM {u}" for u in upstream))


def test_the_grain_is_the_comment_of_the_first_line() -> None:
    assert View("a", "-- One row per day.\nSELECT 1").grain == "One row per day."


def test_the_views_of_a_folder_come_by_name_from_all_its_folders(tmp_path: Path) -> None:
    for name in ("b/a", "a/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / f"{name}.sql").write_text("SELECT 1")
    views = load_views(tmp_path)
    assert [*views] == ["a", "b"]
    assert views["a"].declaration == tmp_path / "b" / "a.yml"


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("SELECT * FROM Nights JOIN b ON TRUE", {"nights", "b"}),
        ("WITH a AS (SELECT * FROM b) SELECT * FROM a", {"b"}),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", {"a"}),
        ("WITH RECURSIVE a AS (SELECT * FROM b UNION ALL SELECT * FROM a) SELECT * FROM a", {"b"}),
        ("WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b", {"b"}),
        ("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) AS x JOIN a ON TRUE", {"a"}),
        ("WITH a AS (SELECT 1) SELECT (SELECT MAX(z) FROM a), (SELECT MAX(z) FROM c)", {"c"}),
    ],
)
def test_a_name_of_a_with_is_no_table_where_the_with_reaches(sql: str, read: set[str]) -> None:
    assert relations(tree(sql)) == read


def test_views_come_after_what_they_read_and_only_those_that_are_needed() -> None:
    views = {name: a_view(name, *up) for name, up in {"a": ("b", "t"), "b": ("c",), "c": (), "d": ("a",)}.items()}
    assert [v.name for v in in_order(views, ["a"])] == ["c", "b", "a"]
    assert [v.name for v in in_order(views)] == ["c", "b", "a", "d"]
    assert in_order(views, ["t"]) == []


@pytest.mark.parametrize(("function", "is_so"), [("x -> x", True), ("x -> x + 1", False), ("x -> y", False)])
def test_a_function_that_gives_back_what_it_is_given_changes_nothing(function: str, is_so: bool) -> None:
    reduced = tree(f"SELECT REDUCE(a, 0, (s, x) -> s + x, {function})").find(exp.Reduce)
    assert reduced is not None
    assert changes_nothing(reduced.args["finish"]) is is_so
    assert not changes_nothing(None)


def test_a_statement_for_duckdb_leaves_the_own_one_as_it_is() -> None:
    statement = tree("SELECT REDUCE(a, 0, (s, x) -> s + x, s -> s)")
    before = statement.sql(dialect=DIALECT)
    assert "s -> s)" not in to_duckdb(statement)
    assert statement.sql(dialect=DIALECT) == before


def view_of(folder: Path, yml: str, sql: str = SQL) -> View:
    """Make the view of two files."""
    (folder / "paces.sql").write_text(sql)
    (folder / "paces.yml").write_text(yml)
    return load_views(folder)["paces"]


def test_the_text_that_runs_casts_each_column_to_its_declared_type(tmp_path: Path) -> None:
    assert view_of(tmp_path, YML).sql == (
        "SELECT\n    CAST(day AS date) AS day,\n    CAST(pace AS double) AS pace\nFROM (\n"
        "-- One row per day.\nSELECT day, steps / 60e0 AS pace FROM daily_activity -- every one\n)"
    )


def test_the_grain_the_tables_and_the_columns_are_those_of_the_text(tmp_path: Path) -> None:
    view = view_of(tmp_path, YML)
    assert (view.grain, view.upstream) == ("One row per day.", frozenset({"daily_activity"}))
    assert [column.sql() for column in view.selects] == ["day", "steps / 60e0 AS pace"]


@pytest.mark.parametrize(
    ("yml", "sentence"),
    [
        (
            "columns: {pace: {type: double}, day: {type: date}}",
            "Column 1 of the view paces is day in its .sql and pace in its .yml; "
            "name the same columns in the same order in both.",
        ),
        ("columns: {day: {type: date}}", "Column 2 of the view paces is pace in its .sql and missing in its .yml; "),
        (f"{YML}  week: {{type: date}}", "Column 3 of the view paces is missing in its .sql and week in its .yml; "),
    ],
)
def test_columns_that_differ_are_named_in_one_sentence(yml: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong) as raised:
        assert view_of(tmp_path, yml).tree
    assert str(raised.value).startswith(sentence)


def test_a_column_without_a_name_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="Column 2 of the view paces is without a name in its"):
        assert view_of(tmp_path, YML, SQL.replace(" AS pace", "")).tree


def test_a_text_without_a_declaration_beside_it_is_named(tmp_path: Path) -> None:
    view_of(tmp_path, YML)
    (tmp_path / "paces.yml").unlink()
    with pytest.raises(SettingsWrong, match=r"The view paces has no paces\.yml; put it beside its \.sql\."):
        assert load_views(tmp_path)["paces"].sql


def test_a_view_that_is_no_file_is_run_as_it_is() -> None:
    view = View("paces", SQL)
    assert (view.sql, dict(view.columns)) == (SQL.strip(), {})
    assert [column.alias_or_name for column in view.selects] == ["day", "pace"]
