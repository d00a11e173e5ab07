"""The views: what each stands on, their order, their SQL for DuckDB."""

from pathlib import Path

import pytest
import sqlglot
from oura_lake.query.views import DIALECT, View, changes_nothing, in_order, load_views, relations, to_duckdb
from sqlglot import exp


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
