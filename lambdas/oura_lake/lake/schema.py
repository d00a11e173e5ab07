"""Arrow types of the declared Hive types: the one translation."""

from functools import cache

import pyarrow as pa

from oura_lake.sources.ddl import Array, Column, Scalar, Struct, Type
from oura_lake.sources.model import Endpoint

ARROW = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("ms"),  # naive UTC: with a zone DuckDB and Athena would show different types
}


@cache
def arrow_schema(endpoint: Endpoint) -> pa.Schema:
    """Arrow schema of every object of a table; fixed, so that a column of nulls keeps its type."""
    return pa.schema([_field(c) for c in endpoint.table_columns])


def arrow_type(kind: Type) -> pa.DataType:
    """Arrow type of a declared type."""
    match kind:
        case Scalar(name):
            return ARROW[name]
        case Array(item):
            return pa.list_(arrow_type(item))
        case Struct(fields):
            return pa.struct([_field(f) for f in fields])


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, arrow_type(column.type))
