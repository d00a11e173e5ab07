"""Arrow types of the declared types: each holds every value of its type, and no schema depends on values."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.schema import arrow_schema, arrow_type
from oura_lake.sources.ddl import SCALARS, Array, Column, Scalar, Struct, Type, parse_columns
from support.builders import a_table

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1))  # noqa: DTZ001
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "date": st.dates(),
    "timestamp": MOMENTS.map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)),
}


def nested(kinds: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    """Draw lists and records of types."""
    fields = st.lists(kinds, min_size=1, max_size=3)
    records = fields.map(lambda found: Struct(tuple(Column(f"f{n}", kind) for n, kind in enumerate(found))))
    return kinds.map(Array) | records


def values_of(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type, nulls among them."""
    match kind:
        case Scalar(name):
            return st.none() | VALUES[name]
        case Array(item):
            return st.none() | st.lists(values_of(item), max_size=3)
        case Struct(fields):
            return st.none() | st.fixed_dictionaries({field.name: values_of(field.type) for field in fields})


KINDS = st.recursive(st.sampled_from(SCALARS).map(Scalar), nested, max_leaves=5)
TYPES_WITH_VALUES = KINDS.flatmap(lambda kind: st.tuples(st.just(kind), st.lists(values_of(kind), max_size=4)))


@given(TYPES_WITH_VALUES)
def test_every_value_of_a_declared_type_comes_back_unchanged(case: Any) -> None:
    kind, values = case
    assert pa.array(values, arrow_type(kind)).to_pylist() == values


@pytest.mark.parametrize(("hive", "value"), [
    ("int", 2**31), ("bigint", 2**63), ("int", "7"), ("string", 7), ("array<double>", 1.5), ("boolean", "yes"),
])  # fmt: skip
def test_a_value_of_another_type_is_refused(hive: str, value: object) -> None:
    [column] = parse_columns(f"x {hive}")
    with pytest.raises((pa.ArrowException, OverflowError)):
        pa.array([value], arrow_type(column.type))


def test_an_instant_has_no_zone_and_a_day_no_time() -> None:
    aware = datetime(2026, 8, 21, 12, 0, 0, 250_000, tzinfo=UTC)
    assert pa.array([aware], arrow_type(Scalar("timestamp"))).to_pylist() == [aware.replace(tzinfo=None)]
    assert pa.array([aware], arrow_type(Scalar("date"))).to_pylist() == [date(2026, 8, 21)]


def test_a_schema_has_the_columns_of_the_table_in_order_and_the_offset_beside_its_instant() -> None:
    endpoint = replace(a_table().endpoint, columns="id string, at timestamp, items array<struct<n:bigint>>")
    types = {field.name: str(field.type) for field in arrow_schema(endpoint)}
    assert list(types.items()) == [
        ("id", "string"),
        ("at", "timestamp[ms]"),
        ("at_utc_offset_min", "int32"),
        ("items", str(pa.list_(pa.struct([("n", pa.int64())])))),
        ("content_hash", "string"),
        ("fetched_at", "timestamp[ms]"),
        ("is_deleted", "bool"),
    ]
