"""Glue views from athena/, each made after all that it reads."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from aws_cdk import aws_glue as glue
from constructs import Construct
from sqlglot import exp

from infra.catalog import Catalog


@dataclass(frozen=True, kw_only=True)
class View:
    """One view: its text in Athena's dialect, and the Trino types of its columns in order."""

    name: str
    sql: str
    description: str
    columns: Mapping[str, str]

    @property
    def reads(self) -> set[str]:
        """The tables and views that the text names."""
        tree = sqlglot.parse_one(self.sql, dialect="athena")
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        return {table.name for table in tree.find_all(exp.Table)} - own


class Views(Construct):
    """The views of a folder as Glue resources."""

    def __init__(self, scope: Construct, name: str, *, catalog: Catalog, folder: Path) -> None:
        super().__init__(scope, name)
        views = list(read_views(folder))
        made = dict(catalog.tables)
        for view in views:
            made[view.name] = glue.CfnTable(
                self,
                view.name,
                catalog_id=catalog.account,
                database_name=catalog.database.ref,
                table_input=view_input(view, catalog.name),
            )
        for view in views:
            for read in sorted(view.reads):
                made[view.name].add_resource_dependency(made[read])


def read_views(folder: Path) -> Iterator[View]:
    """The views of a folder, each a `.sql` with a `.yml` beside it."""
    for path in sorted(folder.rglob("*.sql"), key=lambda path: path.stem):
        described = yaml.safe_load(path.with_suffix(".yml").read_text())
        columns = {name: column["type"] for name, column in described["columns"].items()}
        yield View(name=path.stem, sql=path.read_text().strip(), description=described["grain"], columns=columns)


def view_input(view: View, database: str) -> dict[str, Any]:
    """The description of a view as Athena itself writes it into Glue."""
    return {
        "name": view.name,
        "description": view.description,
        "tableType": "VIRTUAL_VIEW",
        "parameters": {"presto_view": "true", "comment": "Presto View"},
        "partitionKeys": [],
        "viewOriginalText": f"/* Presto View: {_presto_view(view, database)} */",
        "viewExpandedText": "/* Presto View */",
        "storageDescriptor": {
            "columns": [{"name": name, "type": hive_type(kind)} for name, kind in view.columns.items()],
            "serdeInfo": {},
        },
    }


def hive_type(trino: str) -> str:
    """Hive's word for one of Trino's types."""
    kind = exp.DataType.build(trino, dialect="athena")
    text = kind.sql(dialect="hive").lower().replace(": ", ":").replace(", ", ",")
    return text.replace("varchar", "string")


def _presto_view(view: View, database: str) -> str:
    described = {
        "originalSql": view.sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": kind} for name, kind in view.columns.items()],
    }
    return base64.b64encode(json.dumps(described).encode()).decode()
