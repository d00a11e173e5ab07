"""Wording of days, spans, lists and clock times."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.alerts.wording.dates import clock, how_was_it, listed, look_deeper, spoken_day, spoken_span


@given(st.dates())
def test_a_day_is_spoken_as_the_calendar_has_it(day: date) -> None:
    assert spoken_day(day) == f"{day:%A}, {day.day} {day:%B}"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), "4 March 2026"),
        (date(2026, 3, 4), date(2026, 3, 9), "4 to 9 March 2026"),
        (date(2026, 2, 27), date(2026, 3, 2), "27 February to 2 March 2026"),
        (date(2025, 3, 30), date(2026, 3, 2), "30 March to 2 March 2026"),
    ],
)
def test_a_span_names_a_month_once_where_it_is_the_same(first: date, last: date, text: str) -> None:
    assert spoken_span(first, last) == text


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_list_ends_with_an_and(words: list[str], text: str) -> None:
    assert listed(words) == text


@given(st.integers(0, 24 * 60 - 1), st.sampled_from([-24, 0, 24]))
def test_a_clock_shows_every_minute_of_any_day(minute: int, hours_apart: int) -> None:
    assert clock(minute / 60 + hours_apart) == f"{minute // 60:02}:{minute % 60:02}"


def test_a_moment_before_midnight_is_rounded_to_midnight() -> None:
    assert clock(23.9999) == "00:00"


def test_each_command_stands_on_a_line_of_its_own_with_its_options() -> None:
    options = "--lake here --person me"
    assert how_was_it("illness-2026-11-20", "illness", options).splitlines()[1:] == [
        f"oura-lake feedback illness-2026-11-20 --ill {options}",
        "(or --not-ill)",
    ]
    assert how_was_it("strain-2026-11-20", "strain", options).splitlines()[1:] == [
        f"oura-lake feedback strain-2026-11-20 --right {options}",
        "(or --wrong)",
    ]
    assert look_deeper(options).splitlines()[-1] == f"oura-lake report {options}"
