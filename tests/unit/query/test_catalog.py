"""The description of a view or table: the column of its day, and the order of its rows."""

import pytest
from oura_lake.errors import QueryFailed
from oura_lake.query.catalog import ColumnNote, Described, describe


def a_description(name: str = "a_view", **types: str) -> Described:
    columns = tuple(ColumnNote(name=column, type=kind) for column, kind in types.items())
    return Described(name=name, grain="one row", description="Rows.", columns=columns)


def test_rows_come_newest_first_and_then_by_each_column_that_is_no_fraction_and_not_nested() -> None:
    described = a_description(
        person="varchar",
        day="date",
        h="double",
        x="real",
        tags="array(varchar)",
        a="map(a, b)",
        s="struct<a:int>",
        n="int",
    )
    assert described.order == '"day" DESC, "person", "n"'
    assert (described.day, described.is_personal) == ("day", True)


def test_rows_without_a_day_come_by_their_columns_and_those_of_raw_as_received() -> None:
    described = a_description(id="varchar", n="bigint")
    assert (described.order, described.day, described.is_personal) == ('"id", "n"', "", False)
    assert describe("raw_lines").order == ""


@pytest.mark.parametrize(
    ("name", "grain", "column"),
    [
        ("nights", "one row per person and day of waking", "sleep_h"),
        ("daily_sleep", "one row per document, as received", "contributors"),
        ("heartrate", "one row per sample, as received", "bpm"),
        ("raw_lines", "one row per line of raw, as received", "document"),
    ],
)
def test_views_tables_and_raw_are_described(name: str, grain: str, column: str) -> None:
    described = describe(name)
    assert described.name == name
    assert described.grain.startswith(grain)
    assert column in {note.name for note in described.columns}


def test_a_name_that_nobody_has_is_answered_with_one_that_may_be_meant() -> None:
    with pytest.raises(QueryFailed, match="no table or view 'daily_slep'; did you mean daily_sleep"):
        describe("daily_slep")
