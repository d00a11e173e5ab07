"""Placeability of a record: whatever can be placed has a whole key and a day of its partition."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.lake.placing import (
    EARLY_PLACE,
    NO_DOCUMENT,
    NO_PLACE,
    ODD_PLACE,
    is_placeable,
    obstacle_of_day,
    obstacles,
)
from oura_lake.lake.rows import typed, typed_key
from oura_lake.sources import lake
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import a_beat, a_score

SCORES, BEATS = SOURCE.endpoint("daily_sleep"), SOURCE.endpoint("heartrate")
AGES, CONSENTS = SOURCE.endpoint("daily_cardiovascular_age"), lake.SOURCE.endpoint("consents")
NEWEST = date(2026, 8, 22)
DAYS = st.dates(date(2014, 1, 1), date(2027, 1, 1)).map(str)
ODD_TEXTS = st.sampled_from(["", "soon", "20260820", "2026-W34-4", "2026-02-30", "2026-8-20", "half \ufffd"])
INSTANTS = DAYS.map(lambda day: f"{day}T10:00:00.000Z")
ODD_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.text(max_size=2), max_size=2)
ANY = DAYS | INSTANTS | ODD_TEXTS | ODD_VALUES | st.text(max_size=12) | st.dictionaries(st.text(max_size=2), st.none())


def mostly(fitting: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """As often a value that fits as any other."""
    return st.booleans().flatmap(lambda fits: fitting if fits else ANY)


RECORDS = st.fixed_dictionaries(
    {"id": mostly(st.just("a")), "day": mostly(DAYS), "timestamp": mostly(INSTANTS), "source": mostly(st.just("awake"))}
)


@pytest.mark.parametrize("endpoint", [SCORES, BEATS, AGES], ids=lambda endpoint: endpoint.name)
@given(record=RECORDS)
def test_whatever_can_be_placed_has_a_whole_key_and_a_day_that_can_be(
    endpoint: Endpoint, record: dict[str, Any]
) -> None:
    if is_placeable(endpoint, record, NEWEST):
        row, _ = typed(endpoint, record)
        assert None not in typed_key(endpoint, record)
        day = row["day"] if endpoint.day else row["timestamp"].date()
        assert date(2015, 1, 1) <= day <= NEWEST


@given(
    st.dates(date(2015, 1, 1), NEWEST), st.text(st.characters(exclude_characters="\ufffd", codec="utf-8"), min_size=1)
)
def test_every_day_since_the_first_ring_can_be_placed_under_every_whole_key(day: date, name: str) -> None:
    assert is_placeable(SCORES, a_score(str(day), id=name), NEWEST)
    assert is_placeable(BEATS, a_beat(f"{day}T10:00:00.000Z", source=name), NEWEST)


@pytest.mark.parametrize(("record", "reason"), [
    (a_score(), ""),
    (None, NO_DOCUMENT), ([a_score()], NO_DOCUMENT), ("a", NO_DOCUMENT),
    ({}, NO_PLACE), ({"day": "2026-08-20"}, NO_PLACE), ({"id": "a"}, NO_PLACE),
    (a_score(id=""), NO_PLACE), (a_score(id=None), NO_PLACE), (a_score() | {"day": None}, NO_PLACE),
    (a_score(id=7), ODD_PLACE), (a_score(id="half \ufffd"), ODD_PLACE),
    (a_score() | {"day": 20260820}, ODD_PLACE), (a_score() | {"day": "2026-08-20T00:00:00"}, ODD_PLACE),
    (a_score("2014-12-31"), EARLY_PLACE), (a_score("2026-08-23"), NO_PLACE),
])  # fmt: skip
def test_a_document_that_cannot_be_placed_has_its_reason(record: Any, reason: str) -> None:
    assert obstacles(SCORES, NEWEST)(record) == reason
    assert is_placeable(SCORES, record, NEWEST) is (reason == "")


@pytest.mark.parametrize(("record", "reason"), [
    (a_beat(), ""), (a_beat("2026-08-20T23:59:59+02:00"), ""),
    (a_beat("soon"), ODD_PLACE), (a_beat("2026-08-20T25:00:00Z"), ODD_PLACE), (a_beat(source=5), ODD_PLACE),
    (a_beat(source=""), NO_PLACE), ({"timestamp": "2026-08-20T10:00:00Z"}, NO_PLACE),
    (a_beat("20260820T100000Z"), ODD_PLACE),  # an instant, though with no day that each reader of raw finds
    (a_beat("2014-12-31T23:00:00Z"), EARLY_PLACE), (a_beat("2026-08-23T00:00:00Z"), NO_PLACE),
])  # fmt: skip
def test_a_row_of_a_time_series_is_placed_by_the_day_of_its_instant(record: Any, reason: str) -> None:
    assert obstacles(BEATS, NEWEST)(record) == reason


def test_a_table_that_is_not_dated_asks_for_a_key_alone() -> None:
    assert is_placeable(CONSENTS, {"id": "named/family/steps"}, NEWEST)
    assert obstacles(CONSENTS, NEWEST)({"audience": "family"}) == NO_PLACE


def test_a_day_that_is_the_key_is_checked_as_a_day() -> None:
    assert "day" in AGES.key
    assert obstacles(AGES, NEWEST)({"day": "2026-W34-4", "id": "a"}) == ODD_PLACE


def test_without_a_newest_day_no_day_is_too_late() -> None:
    assert obstacle_of_day("2999-01-01", None) == ""
    assert obstacle_of_day("2026-08-22", NEWEST) == ""
    assert obstacle_of_day("2026-08-23", NEWEST) == NO_PLACE
