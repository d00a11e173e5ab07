"""A CSV file has every value, and no text that a spreadsheet would run."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from oura_lake.lake.spreadsheet import cell, write_csv


def read_back(columns: list[str], rows: list[tuple[object, ...]]) -> list[list[str]]:
    file = io.BytesIO()
    assert write_csv(file, columns, rows) == len(rows)
    assert not file.closed
    return list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a")', "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\n=1"])
def test_a_text_that_a_spreadsheet_would_run_has_an_apostrophe_before_it(text: str) -> None:
    assert read_back(["note"], [(text,)]) == [["note"], [f"'{text}"]]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "\\x09=1"),
        ("\r=1", "\\x0d=1"),
        ("\n=1", "\\x0a=1"),
    ],
)
def test_the_name_of_a_column_is_no_formula_and_its_control_characters_are_written_out(name: str, header: str) -> None:
    assert read_back([name], []) == [[header]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\x1b]0;x\x07\u202eb\tc\nd", "a\\x1b]0;x\\x07\\u202eb\tc\nd"),
        ("\r=1", "'\\x0d=1"),
        ("\x1b=1", "\\x1b=1"),
        ("half \ud83d", "half \\ud83d"),
        (["\x9b31m\u202e"], '["\\u009b31m\\u202e"]'),
    ],
)
def test_a_cell_gives_no_orders_and_keeps_its_tabs_and_lines(value: str | list[str], text: str) -> None:
    assert read_back(["note"], [(value,)]) == [["note"], [text]]


@pytest.mark.parametrize("text", ["late dinner", "a=b", "2026-01-01", "", "'quoted'", "1121"])
def test_another_text_is_as_it_was(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.3, "-0.3"),
        (-5, "-5"),
        (Decimal("-1.5"), "-1.5"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02 03:04:05.000+00:00"),
        (["=x"], '["=x"]'),
        ({"a": "=x"}, '{"a": "=x"}'),
    ],
)
def test_numbers_moments_lists_and_records_are_as_they_were(value: object, text: str) -> None:
    assert cell(value) == text


def test_a_list_keeps_the_letters_of_its_texts() -> None:
    assert cell(["müde", {"a": "ä"}]) == '["müde", {"a": "ä"}]'
