"""Raw table: a line for each thing received, so that a past state of knowledge can be queried."""

from collections.abc import Iterable, Sequence
from typing import Any

from oura_lake.lake.keys import RAW_COLUMNS, RAW_PARTITIONS, RAW_TABLE, raw_prefix
from oura_lake.sources.model import Endpoint, Source

from infra.tables import glue_columns

FIRST_MONTH = "2026/01"  # of fetching: nothing was fetched before there was a lake
LINES = {
    "inputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "outputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "serdeInfo": {"serializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
}


def raw_table_input(bucket: str, sources: Sequence[Source], persons: Sequence[str]) -> dict[str, Any]:
    """Describe the table `raw_lines` in a bucket for CloudFormation; a query should name one collection."""
    return {
        "name": RAW_TABLE,
        "description": "Every line ever received, by source, collection, person and month of fetching (yyyy/MM).",
        "tableType": "EXTERNAL_TABLE",
        "parameters": {
            "EXTERNAL": "TRUE",
            "classification": "json",
            "storage.location.template": f"s3://{bucket}/{_template()}",
            **_projection(sources, persons),
        },
        "partitionKeys": glue_columns(RAW_PARTITIONS),
        "storageDescriptor": {
            "columns": glue_columns(RAW_COLUMNS),
            "location": f"s3://{bucket}/raw/",
            **LINES,
        },
    }


def _template() -> str:
    return raw_prefix("${source}", Endpoint(name="${collection}", columns=""), "${person}") + "${fetched}/"


def _projection(sources: Sequence[Source], persons: Sequence[str]) -> dict[str, str]:
    collections = dict.fromkeys(endpoint.name for source in sources for endpoint in source.endpoints)
    return {
        "projection.enabled": "true",
        **_enum("source", (source.name for source in sources)),
        **_enum("collection", collections),
        **_enum("person", persons),
        "projection.fetched.type": "date",
        "projection.fetched.format": "yyyy/MM",
        "projection.fetched.range": f"{FIRST_MONTH},NOW+1MONTHS",
        "projection.fetched.interval": "1",
        "projection.fetched.interval.unit": "MONTHS",
    }


def _enum(column: str, values: Iterable[str]) -> dict[str, str]:
    return {f"projection.{column}.type": "enum", f"projection.{column}.values": ",".join(values)}
