"""Glue views from athena/, each made after all that it reads."""

import base64
import json
from pathlib import Path
from typing import Any

from aws_cdk import aws_glue as glue
from constructs import Construct
from oura_lake.lake.keys import stored_view_prefix
from oura_lake.query.stored_declaration import STORED, deployed, stored_columns
from oura_lake.query.views import View, hive_type, load_views

from infra.catalog import Catalog

STORED_PREFIXES = tuple(map(stored_view_prefix, STORED))


class Views(Construct):
    """Views of a folder as Glue resources."""

    def __init__(self, scope: Construct, name: str, *, catalog: Catalog, folder: Path) -> None:
        super().__init__(scope, name)
        views = [deployed(view) for view in load_views(folder).values()]
        for view in views:
            if view.name in STORED:
                catalog.add_stored(view.name, stored_columns(view))
        resources = dict(catalog.tables)
        for view in views:
            resources[view.name] = glue.CfnTable(
                self,
                view.name,
                catalog_id=catalog.account,
                database_name=catalog.database.ref,
                table_input=view_input(view, catalog.name),
            )
        for view in views:
            for read in sorted(view.upstream):
                resources[view.name].add_resource_dependency(resources[read])


def view_input(view: View, database: str) -> dict[str, Any]:
    """Describe a view as Athena itself writes it into Glue, in a form that Trino's reader of Glue takes for a view too.

    That reader takes a view with a description for something else, and refuses one without an owner.
    """
    return {
        "name": view.name,
        "owner": "hadoop",  # as Hive's tools write it; Glue gives it no meaning
        "tableType": "VIRTUAL_VIEW",
        "parameters": {"presto_view": "true", "comment": "Presto View"},
        "partitionKeys": [],
        "viewOriginalText": f"/* Presto View: {_presto_view(view, database)} */",
        "viewExpandedText": "/* Presto View */",
        "storageDescriptor": {
            "columns": [{"name": name, "type": hive_type(kind)} for name, kind in view.columns.items()],
            "location": "",
            "serdeInfo": {},
        },
    }


def _presto_view(view: View, database: str) -> str:
    described = {
        "originalSql": view.sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": kind} for name, kind in view.columns.items()],
    }
    return base64.b64encode(json.dumps(described).encode()).decode()
