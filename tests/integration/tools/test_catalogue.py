"""The catalogue page equals the views' present answers, which a generated person really gets."""

from pathlib import Path

import pytest
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.meanings import declared
from oura_lake.query.views import load_views

from tools.catalogue import catalogue, generated_lake

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "catalogue.md"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return generated_lake(tmp_path_factory.mktemp("catalogue"))


def test_the_catalogue_is_current(lake: DuckDBEngine) -> None:
    assert catalogue(lake) == PAGE.read_text(encoding="utf-8"), "run `make reference` and look at what changed"


def example_of(name: str) -> dict[str, str]:
    """Read a view's question and its SQL, empty where its .yml has none."""
    found: dict[str, str] = declared(name).get("example", {})
    return found


@pytest.mark.parametrize("name", [name for name in load_views() if example_of(name)])
def test_an_example_asks_its_own_view_and_has_an_answer(lake: DuckDBEngine, name: str) -> None:
    example = example_of(name)
    assert example["question"].endswith("?")
    assert name in example["sql"]
    assert lake.query(example["sql"]).rows


def test_every_mart_but_those_that_need_consent_has_an_example() -> None:
    marts = {name for name in load_views() if not name.startswith("stg_")}
    assert {name for name in marts if not example_of(name)} == {"group_anonymous", "group_challenge", "group_named"}
