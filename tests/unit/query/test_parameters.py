"""The SELECT of a view by its name, and the values of a query's parameters."""

from datetime import date

import pytest
from oura_lake.errors import QueryFailed
from oura_lake.query.parameters import Narrowing, filled, is_name, of_view

FIRST, LAST = date(2026, 8, 20), date(2026, 8, 21)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("nights", True), (" nights ", True), ("n2", True), ("SELECT 1", False), ("2n", False), ("", False)],
)
def test_a_name_alone_is_told_from_sql(text: str, is_one: bool) -> None:
    assert is_name(text) is is_one


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        (Narrowing(), ""),
        (Narrowing(person="o'hara"), " WHERE person = 'o''hara'"),
        (Narrowing(first=FIRST), " WHERE day >= DATE '2026-08-20'"),
        (Narrowing(last=LAST), " WHERE day <= DATE '2026-08-21'"),
        (
            Narrowing(person="ada", first=FIRST, last=LAST),
            " WHERE person = 'ada' AND day >= DATE '2026-08-20' AND day <= DATE '2026-08-21'",
        ),
    ],
)
def test_a_view_is_narrowed_by_what_is_wanted(wanted: Narrowing, where: str) -> None:
    assert of_view(" Nights ", wanted).partition(" ORDER BY ")[0] == f"SELECT * FROM nights{where}"
    assert bool(wanted) is bool(where)


@pytest.mark.parametrize(
    ("name", "wanted", "sentence"),
    [
        ("stg_personal_info", Narrowing(first=FIRST), "has no day to choose by"),
        ("stg_personal_info", Narrowing(last=LAST), "has no day to choose by"),
        ("published_values", Narrowing(person="ada"), "is nobody's own"),
        ("nihgts", Narrowing(), "did you mean nights"),
    ],
)
def test_what_a_view_cannot_be_narrowed_by_is_refused(name: str, wanted: Narrowing, sentence: str) -> None:
    with pytest.raises(QueryFailed, match=sentence):
        of_view(name, wanted)


def test_a_view_without_days_is_narrowed_by_person() -> None:
    assert of_view("stg_personal_info", Narrowing(person="ada")).startswith(
        "SELECT * FROM stg_personal_info WHERE person = 'ada'"
    )


def test_raw_lines_keep_the_order_in_which_they_were_received() -> None:
    assert of_view("raw_lines", Narrowing()) == "SELECT * FROM raw_lines"


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("2026-08-20", "CAST('2026-08-20' AS DATE)"),
        ("82", "82"),
        ("-8.25", "-8.25"),
        ("82.", "'82.'"),
        ("2026-08-20x", "'2026-08-20x'"),
        ("o'hara", "'o''hara'"),
    ],
)
def test_a_value_becomes_a_day_a_number_or_a_text(value: str, literal: str) -> None:
    assert filled("SELECT 1 WHERE a = :b OR c = :b", {"b": value}) == f"SELECT 1 WHERE a = {literal} OR c = {literal}"


def test_a_query_without_places_stays_as_it_was_written() -> None:
    assert filled("select  1 -- one", {}) == "select  1 -- one"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "The query has :a and no value for it; add --set a=VALUE."),
        ({"a": "1", "b": "2"}, "The query has no :b to set"),
    ],
)
def test_a_place_without_a_value_and_a_value_without_a_place_are_refused(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(QueryFailed, match=sentence):
        filled("SELECT :a", values)
