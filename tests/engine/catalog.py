"""What does Trino take for the lake? The tables that Glue is told of, over Parquet in a folder, and the views."""

from engine.client import TrinoEngine
from engine.server import CATALOG, Running
from oura_lake.engines._tables import TABLES
from oura_lake.engines.views import View
from oura_lake.lake.layout import table_prefix
from oura_lake.sources._model import Endpoint
from sqlglot import exp

from infra.tables import table_input


def trino_type(hive: str) -> exp.DataType:
    """Trino's type of a Hive type."""
    return exp.DataType.build(hive, dialect="hive")


def make_tables(running: Running, schema: str, lake: str) -> TrinoEngine:
    """A schema with every table over `lake` (a folder within what the server sees), its partitions registered."""
    engine = TrinoEngine(running, schema)
    engine.query(f"CREATE SCHEMA {schema}")
    for endpoint in TABLES.values():
        (running.folder / lake / table_prefix(endpoint)).mkdir(parents=True, exist_ok=True)
        engine.query(_table(endpoint, f"local:///{lake}/{table_prefix(endpoint)}"))
        engine.query(f"CALL {CATALOG}.system.sync_partition_metadata('{schema}', '{endpoint.name}', 'FULL')")
    return engine


def make_view(engine: TrinoEngine, view: View) -> None:
    """Create a view with the text that is deployed."""
    engine.query(f"CREATE OR REPLACE VIEW {view.name} AS\n{view.sql}")


def _table(endpoint: Endpoint, location: str) -> str:
    """The table as Glue is told of it, in Trino's words."""
    told = table_input(endpoint, "bucket", ["me"])
    keys = told["partitionKeys"]
    both = told["storageDescriptor"]["columns"] + keys
    columns = ", ".join(f'"{c["name"]}" {trino_type(c["type"]).sql(dialect="trino")}' for c in both)
    partitioned = ", ".join(f"'{key['name']}'" for key in keys)
    return (
        f"CREATE TABLE {endpoint.name} ({columns}) WITH (format = 'PARQUET', "
        f"external_location = '{location}', partitioned_by = ARRAY[{partitioned}])"
    )
