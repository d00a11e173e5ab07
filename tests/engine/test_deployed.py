"""Trino's own reader of Glue takes what the stack deploys: tables, projected partitions and views, over S3.

No statement creates anything here: the descriptions of the synthesized template go into Glue as they are.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from engine.client import TrinoEngine
from engine.glue import DATABASE, deploy
from engine.lakes import LAST, ME, generated
from engine.server import GLUE, Running
from engine.stages import ABOVE, MOST_STAGES
from engine.test_same_rows import trino_type
from moto import mock_aws
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.views import load_views
from support.aws_over_http import Aws

YEARS = 0.25
TITLE = "The deployed views by Glue and S3: LISTs for a quarter of a year, and the most stages"


@pytest.fixture
def _deployed(bucket: Path, tmp_path: Path) -> Iterator[None]:
    """Lake of a quarter of a year in the bucket, and Glue as the stack leaves it."""
    copytree(generated(YEARS), bucket / "lake", dirs_exist_ok=True)
    DuckDBEngine(FolderStore(bucket)).refresh(ME.name)  # the stored rows, as the analysis leaves them
    with mock_aws():
        deploy(LAST.year, bucket, tmp_path)
        yield


@pytest.mark.usefixtures("_deployed")
def test_every_view_that_is_in_glue_answers_as_duckdb_does(
    running: Running, aws: Aws, bucket: Path, notes: dict[str, list[str]]
) -> None:
    engine, duckdb = TrinoEngine(running, DATABASE, GLUE), DuckDBEngine(FolderStore(bucket))
    stages: dict[str, int] = {}
    lists: dict[str, int] = {}
    for view in load_views().values():
        aws.forget()
        answer = engine.query(f"SELECT * FROM {view.name}")
        lists[view.name] = sum(call.name == "list" for call in aws.calls)
        stages[view.name] = engine.taken().n_stages
        found = list(zip(answer.columns, map(trino_type, engine.types), strict=True))
        assert found == [(name, trino_type(kind)) for name, kind in view.columns.items()]
        assert len(answer.rows) == duckdb.query(f"SELECT COUNT(*) FROM {view.name}").rows[0][0], view.name
    notes[TITLE] = [f"{sum(lists.values()):6,} all views"]
    most = sorted(stages, key=lambda view: stages[view])[-12:]
    notes[TITLE] += [f"{lists[view]:6,} {view}, {stages[view]} stages" for view in most]
    assert {view for view, n in stages.items() if n > MOST_STAGES} == ABOVE
