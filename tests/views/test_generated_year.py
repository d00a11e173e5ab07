"""Every view over the generated year gives the sums that were last reviewed."""

import os
from pathlib import Path

import pytest
import yaml
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.views import load_views

from tools.catalogue import generated_lake
from tools.generated_year import sums

pytestmark = pytest.mark.xdist_group("generated year")  # it is made once
EXPECTED = yaml.safe_load(Path(__file__).with_name("generated_year.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """Engine over the generated year; a mutation run makes it once and names its folder."""
    made = os.environ.get("GENERATED_YEAR")
    return DuckDBEngine(FolderStore(Path(made))) if made else generated_lake(tmp_path_factory.mktemp("year"))


@pytest.mark.parametrize("view", load_views())
def test_a_view_gives_the_sums_of_the_generated_year(engine: DuckDBEngine, view: str) -> None:
    """`make reference` writes new sums where they should change, and the difference shows the changed columns."""
    found = {name: list(both) for name, both in sums(engine, view).items()}
    wanted = EXPECTED[view]
    assert found.keys() == wanted.keys()
    assert {name for name in found if found[name] != pytest.approx(wanted[name], rel=1e-6, abs=1e-6)} == set()
