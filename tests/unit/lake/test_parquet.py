"""Rows of a partition and the bytes of its object: the same rows give the same bytes, and come back whole."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import UnreadableObject
from oura_lake.lake.parquet import (
    n_rows,
    read_heads,
    read_rows,
    read_table,
    seen_by,
    version_of,
    write_rows,
    write_table,
)
from oura_lake.lake.rows import Key, Row, content_hash, document_row
from oura_lake.lake.schema import arrow_schema
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, a_beat, a_score

SCORES, SLEEP, BEATS = (SOURCE.endpoint(name) for name in ("daily_sleep", "sleep", "heartrate"))
KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"


def a_row(endpoint: Endpoint = SCORES, **document: Any) -> Row:
    """Row of a document."""
    return document_row(endpoint, document, content_hash(document), NOON, set())


def score_rows(n: int) -> list[Row]:
    return [a_row(**a_score(f"2026-08-{day:02}", 60 + day)) for day in range(1, n + 1)]


@given(st.integers(1, 28), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_come_changes_no_byte_and_all_come_back(n: int, chance: random.Random) -> None:
    rows = score_rows(n)
    shuffled = chance.sample(rows, n)
    data = write_rows(SCORES, shuffled, ["20260821T120000000000Z"])
    assert data == write_rows(SCORES, rows, ["20260821T120000000000Z"])
    assert list(read_rows(SCORES, KEY, data).values()) == rows
    assert n_rows(data, KEY) == n


def test_of_two_rows_of_one_key_the_later_one_is_written() -> None:
    data = write_rows(SCORES, [a_row(**a_score(score=80)), a_row(**a_score(score=81))], ())
    assert [row["score"] for row in read_rows(SCORES, KEY, data).values()] == [81]


def test_a_column_declared_since_is_null_and_one_no_longer_declared_is_left_out() -> None:
    before = replace(SCORES, columns="id string, day date, mood int")
    data = write_rows(before, [a_row(before, id="a", day="2026-08-20", mood=3)], ())
    [row] = read_rows(SCORES, KEY, data).values()
    assert (row["id"], row["day"], row["score"], row["contributors"]) == ("a", date(2026, 8, 20), None, None)
    assert list(row) == arrow_schema(SCORES).names


def test_the_heads_say_what_changed_without_the_values() -> None:
    samples = {"interval": 300.0, "items": [60.0, None], "timestamp": "2026-08-20T23:00:00+02:00"}
    row = a_row(SLEEP, id="night", day="2026-08-20", heart_rate=samples)
    heads = read_heads(SLEEP, KEY, write_rows(SLEEP, [row], ()))
    names = ("id", "day", "content_hash", "fetched_at", "is_deleted")
    assert heads == {("night",): {name: row[name] for name in names}}


def test_a_time_series_has_its_key_as_its_head() -> None:
    moment = datetime(2026, 8, 20, 10)  # noqa: DTZ001
    rows = pa.Table.from_pylist([a_beat() | {"timestamp": moment}], schema=arrow_schema(BEATS))
    data = write_table(BEATS, rows, ())
    assert list(read_rows(BEATS, KEY, data)) == [(moment, "awake")]


def test_the_raw_objects_that_an_object_was_made_from_are_named_in_it() -> None:
    times = ("20260821T120000000000Z", "20260821T130000000000Z")
    assert seen_by(write_rows(SCORES, score_rows(1), times), KEY) == times
    assert seen_by(write_rows(SCORES, score_rows(1), ()), KEY) == ()


@pytest.mark.parametrize(("before", "now", "version"), [(2, 3, 2), (3, 3, 3), (3, 2, 2), (None, 3, 3)])
def test_an_object_has_the_version_of_its_oldest_rows(before: int | None, now: int, version: int) -> None:
    older = write_rows(replace(SCORES, version=before), score_rows(1), ()) if before else b""
    assert version_of(write_rows(replace(SCORES, version=now), score_rows(2), (), older)) == version


def test_an_object_without_a_version_or_times_is_of_the_first_version_and_names_none() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(score_rows(1), schema=arrow_schema(SCORES)), sink)
    assert (version_of(sink.getvalue()), seen_by(sink.getvalue(), KEY)) == (1, ())


@pytest.mark.parametrize("cut", [0, 3, -40])
@pytest.mark.parametrize(
    "read",
    [
        lambda data: version_of(data, KEY),
        lambda data: seen_by(data, KEY),
        lambda data: n_rows(data, KEY),
        lambda data: read_rows(SCORES, KEY, data),
        lambda data: read_heads(SCORES, KEY, data),
        lambda data: read_table(KEY, data),
    ],
    ids=["version_of", "seen_by", "n_rows", "read_rows", "read_heads", "read_table"],
)
def test_damaged_bytes_are_an_error_that_names_the_object(
    read: Callable[..., int | tuple[str, ...] | dict[Key, Row] | Any], cut: int
) -> None:
    with pytest.raises(UnreadableObject, match=f"The object {KEY} is damaged and was left as it is"):
        read(write_rows(SCORES, score_rows(3), ())[:cut])


def test_instants_and_days_are_stored_as_differences_and_all_else_by_dictionary() -> None:
    row = a_row(SLEEP, id="night", day="2026-08-20", heart_rate={"items": [60.0], "timestamp": NOON.isoformat()})
    group = pq.read_metadata(io.BytesIO(write_rows(SLEEP, [row], ()))).row_group(0)
    columns = {column.path_in_schema: column for column in map(group.column, range(group.num_columns))}
    differences = {path for path, column in columns.items() if "DELTA_BINARY_PACKED" in column.encodings}
    plain = {path for path, column in columns.items() if not column.has_dictionary_page} - differences
    assert differences == {"day", "bedtime_start", "bedtime_end", "fetched_at"}
    assert plain == {path for path, column in columns.items() if column.physical_type == "BOOLEAN"}
    assert {column.compression for column in columns.values()} == {"ZSTD"}


def test_nothing_in_a_row_is_changed_by_being_stored() -> None:
    row = a_row(SLEEP, id="n", day="2026-08-20", bedtime_start="2026-08-20T23:59:59.999+02:00", average_breath=14.125)
    [stored] = read_rows(SLEEP, KEY, write_rows(SLEEP, [row], ())).values()
    assert stored == row
    assert stored["fetched_at"] == NOON.astimezone(UTC).replace(tzinfo=None)


def test_an_object_has_the_least_and_the_greatest_value_of_each_column() -> None:
    data = write_rows(
        SCORES, [a_row(id="a", day="2026-08-19", score=71), a_row(id="b", day="2026-08-20", score=72)], []
    )
    group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    [score] = [c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "score"]
    assert (score.statistics.min, score.statistics.max) == (71, 72)
