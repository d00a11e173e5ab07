"""Glue contains each view as Athena itself would have written it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from oura_lake.lake.keys import stored_view_table
from oura_lake.query.stored_declaration import STORED
from oura_lake.query.stored_declaration import deployed as as_deployed
from oura_lake.query.views import View, hive_type, load_views
from support.templates import of_type

from infra.catalog import ENDPOINTS
from infra.views import view_input

Template = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "athena"
MARK = "/* Presto View: "


def glue(template: Template) -> list[dict[str, Any]]:
    """Return the tables and views of a template."""
    return [r for r in template["Resources"].values() if r["Type"] == "AWS::Glue::Table"]


def deployed(template: Template) -> dict[str, dict[str, Any]]:
    """Return the views in a template by name, each with its dependencies."""
    views = [t for t in glue(template) if t["Properties"]["TableInput"]["TableType"] == "VIRTUAL_VIEW"]
    return {view["Properties"]["TableInput"]["Name"]: view for view in views}


def decoded(view: dict[str, Any]) -> dict[str, Any]:
    """Decode the text of a view as Athena reads it."""
    text = view["ViewOriginalText"] if "ViewOriginalText" in view else view["viewOriginalText"]
    found: dict[str, Any] = json.loads(base64.b64decode(text.removeprefix(MARK).removesuffix(" */")))
    return found


def test_every_file_of_athena_is_deployed_with_the_text_that_duckdb_runs(aws_template: Template) -> None:
    views = deployed(aws_template)
    assert views.keys() == {path.stem for path in FOLDER.rglob("*.sql")}
    assert {name: decoded(view["Properties"]["TableInput"])["originalSql"] for name, view in views.items()} == {
        name: as_deployed(view).sql for name, view in load_views().items()
    }


def test_a_stored_view_reads_its_rows_in_the_columns_of_the_view(aws_template: Template) -> None:
    tables = {t["Properties"]["TableInput"]["Name"]: t for t in glue(aws_template)}
    for name in STORED:
        view = load_views()[name]
        assert as_deployed(view).upstream == {stored_view_table(name)}
        described = tables[stored_view_table(name)]["Properties"]["TableInput"]
        columns = [column["Name"] for column in described["StorageDescriptor"]["Columns"]]
        assert ["person", *columns] == list(view.columns)
        assert [key["Name"] for key in described["PartitionKeys"]] == ["person"]


def test_a_view_is_stored_where_its_declaration_says_so() -> None:
    assert {name for name, view in load_views().items() if "stored" in view.declared} == set(STORED)


def test_a_view_names_the_real_database_and_no_placeholder(aws_template: Template) -> None:
    described = [decoded(view["Properties"]["TableInput"]) for view in deployed(aws_template).values()]
    assert {(d["catalog"], d["schema"]) for d in described} == {("awsdatacatalog", "oura_lake")}
    assert "Token[" not in json.dumps(described)


def test_a_view_is_made_after_all_that_it_reads(aws_template: Template) -> None:
    resources, reads = (
        aws_template["Resources"],
        {view.name: as_deployed(view).upstream for view in load_views().values()},
    )
    for name, view in deployed(aws_template).items():
        after = [resources[made]["Properties"]["TableInput"]["Name"] for made in view.get("DependsOn", [])]
        assert set(after) == reads[name]


def test_hive_columns_and_trino_columns_name_the_same(aws_template: Template) -> None:
    for view in deployed(aws_template).values():
        table = view["Properties"]["TableInput"]
        hive = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
        assert hive == [column["name"] for column in decoded(table)["columns"]]


def test_a_view_has_the_serde_that_glue_insists_on() -> None:
    assert view_input(load_views()["nights"], "d")["storageDescriptor"]["serdeInfo"] == {}


def test_a_step_is_not_taken_for_a_table() -> None:
    assert View("v", "WITH one AS (SELECT 1 AS x) SELECT x FROM one, sleep").upstream == {"sleep"}


def test_views_and_tables_share_no_name() -> None:
    assert not load_views().keys() & {endpoint.name for endpoint in ENDPOINTS}


@pytest.mark.parametrize(
    ("trino", "hive"),
    [
        ("varchar", "string"),
        ("integer", "int"),
        ("bigint", "bigint"),
        ("double", "double"),
        ("boolean", "boolean"),
        ("date", "date"),
        ("timestamp(3)", "timestamp"),
        ("array(varchar)", "array<string>"),
        ("array(row(signal varchar, z double))", "array<struct<signal:string,z:double>>"),
    ],
)
def test_a_trino_type_has_its_hive_word(trino: str, hive: str) -> None:
    assert hive_type(trino) == hive


def test_every_declared_type_has_a_hive_word_that_the_tables_use() -> None:
    words = {hive_type(kind) for view in load_views().values() for kind in view.columns.values()}
    scalars = {"string", "int", "bigint", "double", "boolean", "date", "timestamp"}
    assert {word for word in words if not word.startswith("array<")} <= scalars


def test_tables_and_views_are_all_in_one_database(aws_template: Template) -> None:
    tables = of_type(aws_template, "AWS::Glue::Table").values()
    assert {json.dumps(table["DatabaseName"]) for table in tables} == {'{"Ref": "LakeCatalogDatabaseE32E4637"}'}
