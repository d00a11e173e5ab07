"""Conversion of a provider's JSON document into a typed row."""

from datetime import UTC, date, datetime

import pytest
from oura_lake.lake.drift import Drift, DriftKind
from oura_lake.lake.rows import (
    content_hash,
    document_row,
    in_order,
    naive_utc,
    offset_min,
    parse_instant,
    typed,
    typed_column,
    typed_key,
    whole_ms,
)
from oura_lake.ledger.drift import sentence
from oura_lake.sources.ddl import Column, Scalar
from oura_lake.sources.oura import SOURCE

SLEEP = SOURCE.endpoint("sleep")


def test_an_instant_is_kept_as_utc_beside_the_offset_it_came_with() -> None:
    row, _ = typed(SLEEP, {"bedtime_start": "2024-10-10T01:01:59+02:00"})
    assert row["bedtime_start"] == datetime(2024, 10, 9, 23, 1, 59)  # noqa: DTZ001
    assert row["bedtime_start_utc_offset_min"] == 120


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_every_way_to_write_utc_is_read_alike(text: str) -> None:
    assert parse_instant(text) == datetime(2026, 1, 1)  # noqa: DTZ001


def test_a_text_without_a_zone_has_no_offset() -> None:
    assert offset_min("2026-01-01T00:00:00") is None


def test_a_missing_field_and_a_null_are_the_same_null() -> None:
    assert typed(SLEEP, {})[0] == typed(SLEEP, {"average_hrv": None, "heart_rate": None})[0]


def test_nulls_inside_a_series_stay_where_they_are() -> None:
    sample = {"interval": 300.0, "items": [60.0, None, 61], "timestamp": "2026-01-01T23:00:00+01:00"}
    row, drift = typed(SLEEP, {"heart_rate": sample})
    assert (row["heart_rate"]["items"], drift) == ([60.0, None, 61.0], set())


def test_an_unknown_field_is_reported_and_does_no_harm() -> None:
    row, drift = typed(SLEEP, {"id": "a", "aura": 7, "readiness": {"mood": 1}})
    assert drift == {Drift("aura", DriftKind.UNKNOWN), Drift("readiness.mood", DriftKind.UNKNOWN)}
    assert row["id"] == "a"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("average_hrv", "41"),
        ("average_hrv", True),
        ("day", "soon"),
        ("low_battery_alert", 1),
        ("heart_rate", [1, 2]),
        ("type", 4),
        ("average_hrv", 2**40),
        ("bedtime_start", 5),
    ],
)
def test_a_value_that_does_not_fit_becomes_null_and_is_reported(field: str, value: object) -> None:
    row, drift = typed(SLEEP, {field: value})
    assert (row[field], drift) == (None, {Drift(field, DriftKind.TYPE)})


@pytest.mark.parametrize(("value", "whole"), [(41.6, 42), (-0.4, 0), (41.0, 41)])
def test_a_fraction_of_a_whole_number_is_rounded_and_reported(value: float, whole: int) -> None:
    row, drift = typed(SLEEP, {"average_hrv": value})
    assert row["average_hrv"] == whole
    assert drift == (set() if value == whole else {Drift("average_hrv", DriftKind.FRACTION)})
    words = sentence("sleep", Drift("average_hrv", DriftKind.FRACTION))
    assert words == "sleep.average_hrv is no whole number, so it is rounded"


def test_a_whole_number_written_as_a_float_is_an_integer() -> None:
    assert typed(SLEEP, {"average_hrv": 41.0})[0]["average_hrv"] == 41


def test_the_hash_sees_values_and_not_their_order() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1}) != content_hash({"a": 1, "b": 3})


def test_a_row_has_every_column_of_its_table() -> None:
    row = document_row(SLEEP, {"id": "x", "day": "2026-01-01"}, "hash", datetime(2026, 1, 2, tzinfo=UTC), set())
    assert set(row) == {c.name for c in SLEEP.table_columns}
    assert row["day"] == date(2026, 1, 1)


@pytest.mark.parametrize(("value", "shown"), [
    ("long_sleep", None), (None, None), ("power_nap", "power_nap"),
    ("woke at 3 with a pulse of 97", "of another form"), ("x" * 41, "of another form"),
])  # fmt: skip
def test_a_new_value_of_a_list_is_reported_and_kept_and_only_a_word_is_repeated(
    value: str | None, shown: str | None
) -> None:
    row, drift = typed(SLEEP, {"type": value})
    assert (row["type"], drift) == (value, {Drift("type", DriftKind.VALUE, shown)} if shown else set())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("average_breath", float("nan")),
        ("average_breath", float("inf")),
        ("average_breath", 10**400),
        ("average_hrv", float("-inf")),
        ("average_hrv", float("nan")),
        ("average_hrv", 10**4000),
        ("bedtime_end", "0001-01-01T00:00:00+14:00"),
        ("bedtime_end", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_a_number_or_an_instant_out_of_range_becomes_null_and_is_reported(field: str, value: object) -> None:
    row, drift = typed(SLEEP, {field: value, "efficiency": 88})
    assert (row[field], row["efficiency"], drift) == (None, 88, {Drift(field, DriftKind.TYPE)})


def test_one_item_of_a_series_that_does_not_fit_costs_no_other() -> None:
    row, drift = typed(SLEEP, {"heart_rate": {"items": [60.0, float("nan"), "x", None, 61]}})
    assert row["heart_rate"]["items"] == [60.0, None, None, None, 61.0]
    assert drift == {Drift("heart_rate.items[]", DriftKind.TYPE)}


def test_a_column_of_a_page_holds_no_number_that_is_none() -> None:
    column, drift = Column("x", Scalar("double")), set[Drift]()
    assert typed_column(column, [0.5, float("nan"), None, float("inf")], drift) == [0.5, None, None, None]
    assert drift == {Drift("x", DriftKind.TYPE)}


def test_a_text_with_a_replaced_character_is_kept_and_reported() -> None:
    row, drift = typed(SOURCE.endpoint("enhanced_tag"), {"comment": "tired \ufffd"})
    assert (row["comment"], drift) == ("tired \ufffd", {Drift("comment", DriftKind.CHARACTER)})


def test_a_key_that_does_not_fit_its_type_has_no_part() -> None:
    beats = SOURCE.endpoint("heartrate")
    assert typed_key(beats, {"timestamp": "soon", "source": 5}) == (None, None)
    assert in_order([("b", None), (None, "a"), ("a", "b"), ("b", "a")]) == [
        (None, "a"),
        ("a", "b"),
        ("b", None),
        ("b", "a"),
    ]


@pytest.mark.parametrize(("microsecond", "whole"), [(0, 0), (999, 0), (1_000, 1_000), (999_999, 999_000)])
def test_a_moment_is_cut_to_the_millisecond(microsecond: int, whole: int) -> None:
    moment = datetime(2026, 1, 1, microsecond=microsecond, tzinfo=UTC)
    assert whole_ms(moment) == moment.replace(microsecond=whole)
    assert naive_utc(moment) == moment.replace(microsecond=whole, tzinfo=None)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, "2026-01-01T00:00:00+99:00", "0001-01-01T00:00:00+10:00"])
def test_an_instant_of_another_form_is_null_and_drift(value: object) -> None:
    row, drift = typed(SLEEP, {"bedtime_start": value})
    assert (row["bedtime_start"], drift) == (None, {Drift("bedtime_start", DriftKind.TYPE)})
