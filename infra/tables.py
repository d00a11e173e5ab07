"""Glue tables as plain values, from the same entry as their Parquet schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from oura_lake.lake.keys import partition_columns, stored_view_prefix, stored_view_table, table_prefix
from oura_lake.sources.ddl import Column, Scalar
from oura_lake.sources.model import Endpoint, Period

from infra.years import Years

PERSON = Column("person", Scalar("string"))
PARQUET = {
    "inputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "outputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "serdeInfo": {"serializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}


def table_input(
    endpoint: Endpoint,
    bucket: str,
    persons: Sequence[str],
    years: Years = Years(),  # noqa: B008 - frozen
) -> dict[str, Any]:
    """Describe an endpoint's table in a bucket for CloudFormation."""
    location = f"s3://{bucket}/{table_prefix(endpoint)}"
    keys = partition_columns(endpoint)
    return _input(endpoint.name, location, endpoint.table_columns, keys, projection(endpoint, persons, years))


def stored_table_input(view: str, columns: Sequence[Column], bucket: str, persons: Sequence[str]) -> dict[str, Any]:
    """Describe the table with the stored rows of a view: one object a person."""
    location = f"s3://{bucket}/{stored_view_prefix(view)}"
    return _input(stored_view_table(view), location, columns, (PERSON,), _of_persons(persons))


def _input(
    name: str, location: str, columns: Sequence[Column], keys: Sequence[Column], projected: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "name": name,
        "tableType": "EXTERNAL_TABLE",
        "parameters": {
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "storage.location.template": location + _path(keys),
            **projected,
        },
        "partitionKeys": glue_columns(keys),
        "storageDescriptor": {"columns": glue_columns(columns), "location": location, **PARQUET},
    }


def partition_path(endpoint: Endpoint) -> str:
    """Folders of a partition as a template, such as `person=${person}/year=${year}/`."""
    return _path(partition_columns(endpoint))


def _path(keys: Sequence[Column]) -> str:
    return "".join(f"{column.name}=${{{column.name}}}/" for column in keys)


def projection(endpoint: Endpoint, persons: Sequence[str], years: Years) -> dict[str, str]:
    """Partitions that Athena takes for existing, so that nobody registers any."""
    return _of_persons(persons) | _period_projection(endpoint.period, years)


def _of_persons(persons: Sequence[str]) -> dict[str, str]:
    return {
        "projection.enabled": "true",
        "projection.person.type": "enum",
        "projection.person.values": ",".join(persons),
    }


def glue_columns(columns: Sequence[Column]) -> list[dict[str, str]]:
    """Columns as Glue names them."""
    return [{"name": column.name, "type": column.hive} for column in columns]


def _period_projection(period: Period, years: Years) -> dict[str, str]:
    match period:
        case Period.YEAR:
            return {"projection.year.type": "integer", "projection.year.range": f"{years}"}
        case Period.MONTH:
            return {
                "projection.month.type": "date",
                "projection.month.format": "yyyy-MM",
                # Ends are in UTC: a month that has begun in the east must not be missing.
                "projection.month.range": f"{years.first}-01,NOW+1MONTHS",
                "projection.month.interval": "1",
                "projection.month.interval.unit": "MONTHS",
            }
        case Period.ALL:
            return {}
