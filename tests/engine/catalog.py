"""Tables of Glue's descriptions in Trino, over Parquet in a folder, and the views."""

from pathlib import Path
from typing import Any

from engine.client import TrinoEngine
from engine.server import CATALOG, Running
from oura_lake.lake.keys import LINES_FILE, RAW_PARTITIONS, RAW_TABLE, table_prefix
from oura_lake.query.duckdb_tables import TABLES
from oura_lake.query.views import View
from oura_lake.sources.lake import SOURCE as LAKE
from oura_lake.sources.oura import SOURCE as OURA
from sqlglot import exp

from infra.raw import raw_table_input
from infra.tables import table_input

FORMATS = {"org.openx.data.jsonserde.JsonSerDe": "OPENX_JSON"}
FORMATS |= {"org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": "PARQUET"}


def trino_type(hive: str) -> exp.DataType:
    """Trino's type of a Hive type."""
    return exp.DataType.build(hive, dialect="hive")


def make_tables(running: Running, schema: str, lake: str) -> TrinoEngine:
    """Make a schema with every table over `lake` (a folder within the server's view), its partitions registered."""
    engine = TrinoEngine(running, schema)
    engine.query(f"CREATE SCHEMA {schema}")
    for endpoint in TABLES.values():
        (running.folder / lake / table_prefix(endpoint)).mkdir(parents=True, exist_ok=True)
        engine.query(_table(table_input(endpoint, "bucket", ["me"]), f"local:///{lake}/{table_prefix(endpoint)}"))
        engine.query(f"CALL {CATALOG}.system.sync_partition_metadata('{schema}', '{endpoint.name}', 'FULL')")
    _make_raw(engine, schema, running.folder / lake, f"local:///{lake}/raw")
    return engine


def make_view(engine: TrinoEngine, view: View) -> None:
    """Create a view with the text that is deployed."""
    engine.query(f"CREATE OR REPLACE VIEW {view.name} AS\n{view.sql}")


def _make_raw(engine: TrinoEngine, schema: str, lake: Path, location: str) -> None:
    """Make the table of raw lines; its folders lack the names of their columns, so each partition is registered."""
    raw = lake / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    engine.query(_table(raw_table_input("bucket", (OURA, LAKE), ["me"]), location))
    columns = ", ".join(f"'{column.name}'" for column in RAW_PARTITIONS)
    for folder in sorted({file.parent.relative_to(raw) for file in raw.rglob(f"*{LINES_FILE}")}):
        source, collection, person, *month = folder.parts
        values = ", ".join(f"'{v}'" for v in (source, collection, person.removeprefix("person="), "/".join(month)))
        engine.query(
            f"CALL {CATALOG}.system.register_partition('{schema}', '{RAW_TABLE}', ARRAY[{columns}], "
            f"ARRAY[{values}], '{location}/{folder.as_posix()}')"
        )


def _table(description: dict[str, Any], location: str) -> str:
    """Definition of a table from Glue's description, in Trino's words."""
    keys, stored = description["partitionKeys"], description["storageDescriptor"]
    columns = ", ".join(f'"{c["name"]}" {trino_type(c["type"]).sql(dialect="trino")}' for c in stored["columns"] + keys)
    partitioned = ", ".join(f"'{key['name']}'" for key in keys)
    form = FORMATS[stored["serdeInfo"]["serializationLibrary"]]
    return (
        f"CREATE TABLE {description['name']} ({columns}) WITH (format = '{form}', "
        f"external_location = '{location}', partitioned_by = ARRAY[{partitioned}])"
    )
