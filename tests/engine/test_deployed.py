"""The views that the stack writes into Glue are views to Trino, unchanged and over an empty lake.

No statement creates anything here: each definition of `infra/views.py` goes into the metastore as it is.
"""

import json
from pathlib import Path
from typing import Any

from engine.catalog import make_tables
from engine.installed import VERSION
from engine.server import Running
from engine.test_same_rows import trino_type
from oura_lake.query.views import load_views

from infra.views import view_input

DATABASE = "deployed"


def test_what_glue_is_told_of_a_view_is_the_view_to_trino(running: Running) -> None:
    engine = make_tables(running, DATABASE, "nobody")
    views = load_views().values()
    for view in views:
        register(running.metastore / DATABASE / view.name, view_input(view, DATABASE))
    for view in views:
        answer = engine.query(f"SELECT * FROM {view.name}")
        found = list(zip(answer.columns, map(trino_type, engine.types), strict=True))
        assert found == [(name, trino_type(kind)) for name, kind in view.columns.items()]
        assert bool(answer.rows) is not bool(view.upstream)  # one that reads no table has rows of its own


def register(folder: Path, description: dict[str, Any]) -> None:
    """Put Glue's description into the metastore, in the form in which Trino stores it."""
    folder.mkdir()
    fields = {"tableType", "parameters", "viewOriginalText", "viewExpandedText"}
    beside: dict[str, Any] = {key: {} for key in ("originalStorageFormat", "serdeParameters", "columnStatistics")}
    beside |= {"writerVersion": VERSION, "owner": "stack", "partitionColumns": []}
    columns = [column | {"properties": {}} for column in description["storageDescriptor"]["columns"]]
    table = {name: value for name, value in description.items() if name in fields} | beside | {"dataColumns": columns}
    (folder / ".trinoSchema").write_text(json.dumps(table), encoding="utf-8")
