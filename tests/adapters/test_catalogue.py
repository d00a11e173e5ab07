"""Is docs/catalogue.md what the views say today, with answers that a generated person really gets?"""

from pathlib import Path

import pytest
import yaml
from oura_lake.engines.duckdb import DuckDBEngine
from oura_lake.engines.views import load_views, views_folder
from oura_lake.local.catalogue import catalogue, generated_lake

PAGE = Path(__file__).resolve().parents[2] / "docs" / "catalogue.md"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return generated_lake(tmp_path_factory.mktemp("catalogue"))


def test_the_catalogue_is_current(lake: DuckDBEngine) -> None:
    assert catalogue(lake) == PAGE.read_text(encoding="utf-8"), "run `make readme` and look at what changed"


@pytest.mark.parametrize("name", [name for name in load_views() if not name.startswith("stg_")])
def test_an_example_asks_its_own_view_and_has_an_answer(lake: DuckDBEngine, name: str) -> None:
    declared = yaml.safe_load((views_folder() / f"{name}.yml").read_text(encoding="utf-8"))
    example = declared.get("example", {"question": "What is the newest row?", "sql": f"SELECT * FROM {name}"})
    assert example["question"].endswith("?")
    assert name in example["sql"]
    assert lake.query(example["sql"]).rows
