"""A translation made beforehand is what a query would make itself; one of other texts is never taken."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from oura_lake.lake.store import MemoryStore
from oura_lake.query import views
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.translated import Translated, digest_of, found, store
from oura_lake.query.views import View, load_views, relations, to_duckdb
from sqlglot import exp

from tools import duckdb_views

KNOWN = Translated("SELECT 1 AS a", frozenset({"b", "a"}), {"a": "INTEGER"})


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """File of translations that the views are looked up in."""
    path = tmp_path / "made" / "views.json"
    monkeypatch.setattr(views, "found", lambda digest: found(digest, path))
    monkeypatch.setattr(duckdb_views, "store", lambda entries: store(entries, path))
    return path


def fresh() -> dict[str, View]:
    """Load the views anew, so that none has looked anything up."""
    return {name: replace(view) for name, view in load_views().items()}


def test_every_view_has_the_translation_that_a_query_would_make(file: Path) -> None:
    duckdb_views.main()
    plain = DuckDBEngine(MemoryStore(), {name: View(name, view.sql) for name, view in load_views().items()})
    for name, view in fresh().items():
        assert view.translated == Translated(to_duckdb(view.tree), relations(view.tree), plain.columns(name))


def test_a_query_parses_no_view_that_is_translated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb_views.main()

    def parsed(_self: View) -> NoReturn:
        raise AssertionError("a view was parsed")

    monkeypatch.setattr(View, "tree", property(parsed))
    assert DuckDBEngine(MemoryStore(), fresh()).query("SELECT * FROM daily_overview").rows == []


def test_a_view_of_another_text_or_another_declaration_is_not_found(file: Path, tmp_path: Path) -> None:
    duckdb_views.main()
    night = load_views()["nights"]
    assert night.declaration
    declaration = tmp_path / "nights.yml"
    declaration.write_text(night.declaration.read_text() + "# revised\n")
    assert replace(night).translated
    assert replace(night, body=f"{night.body} ").translated is None
    assert replace(night, declaration=declaration).translated is None


def test_another_version_of_the_translator_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of_now = digest_of("SELECT 1")
    monkeypatch.setattr("sqlglot._version.__version__", "0.0.1")
    assert digest_of("SELECT 1") != of_now


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"d": {}}', '{"d": {"sql": 1, "reads": [], "columns": {}}}', '{"d": 7}']
)
def test_a_damaged_file_is_as_good_as_none(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert found("d", file) is None


def test_what_was_written_is_found_by_its_digest_alone(file: Path) -> None:
    store([("d", KNOWN)], file)
    assert found("d", file) == KNOWN
    assert found("e", file) is None


def test_without_a_translation_a_view_is_parsed(file: Path) -> None:
    view = View("a", "-- One row.\nSELECT b.x FROM b")
    assert (view.translated, view.upstream) == (None, frozenset({"b"}))
    assert isinstance(view.tree, exp.Select)
    assert view.in_duckdb == to_duckdb(view.tree)
