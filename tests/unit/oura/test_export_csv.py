"""Each row is read from CSV as others write it, and a bad line spoils no other line."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.oura import export_csv
from oura_lake.oura.export_csv import BadLine, Row, read_rows

HEADER = "id;day;note\n"


def read(text: str | bytes) -> list[Row | BadLine]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_rows(io.BufferedReader(io.BytesIO(data))))


def cells(text: str | bytes) -> list[Any]:
    return [row.cells if isinstance(row, Row) else row for row in read(text)][1:]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
TABLE = st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6))


def has_value(row: list[str]) -> bool:
    return any(cell.strip(f'{export_csv.DELIMITERS}" \r\n') for cell in row)


@given(table=TABLE, delimiter=st.sampled_from(";,\t|"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_csv_can_say_is_read_as_it_was_written(table: list[list[str]], delimiter: Any, end: Any) -> None:
    header = [f"title{n}" for n in range(len(table[0]))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([header, *table])
    found = [row.cells if isinstance(row, Row) else [str(row)] for row in read(text.getvalue())]
    assert [row for row in found if has_value(row)] == [header, *filter(has_value, table)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('a;2026-01-01;"late" dinner\n', ["a", "2026-01-01", '"late" dinner']),
        ('a;2026-01-01;5" of snow\n', ["a", "2026-01-01", '5" of snow']),
        ('a;2026-01-01;"open\n', ["a", "2026-01-01", '"open']),
        ('"a;2026-01-01;""so"""\n', ["a", "2026-01-01", "so"]),
        ('a;2026-01-01;"of; two\nlines"\n', ["a", "2026-01-01", "of; two\nlines"]),
        ("a;2026-01-01;note;;\n", ["a", "2026-01-01", "note"]),
        ("a;2026-01-01\n", ["a", "2026-01-01"]),
        ("a;2026-01-01;a\u2028b\x0bc\x85d\n", ["a", "2026-01-01", "a\u2028b\x0bc\x85d"]),
    ],
    ids=[
        "text after a quotation",
        "inches",
        "never closed",
        "whole line quoted",
        "two lines",
        "more delimiters",
        "shorter",
        "no line ends of CSV",
    ],
)
def test_an_odd_line_is_a_row_and_the_next_one_too(line: str, expected: list[str]) -> None:
    assert cells(f"{HEADER}{line}b;2026-01-02;plain\n") == [expected, ["b", "2026-01-02", "plain"]]


def test_blank_lines_are_no_rows_and_lines_keep_their_numbers() -> None:
    rows = read(f"\nsep=;\n{HEADER}\n;;\na;2026-01-01;x\n\n")
    assert not [row for row in rows if isinstance(row, BadLine)]
    assert [(row.number, row.cells) for row in rows if isinstance(row, Row)] == [
        (3, ["id", "day", "note"]),
        (6, ["a", "2026-01-01", "x"]),
    ]


def test_a_line_of_too_many_fields_is_bad_with_its_number_and_the_others_are_rows() -> None:
    assert cells(f"{HEADER}a;b;c;d\nb;2026-01-02;x\nlonely\n") == [
        BadLine(2, "a;b;c;d\n", "has 4 fields instead of 3"),
        ["b", "2026-01-02", "x"],
        BadLine(4, "lonely\n", "has 1 fields instead of 3"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_of_any_encoding_that_programs_write_is_read(encoding: str) -> None:
    assert cells(f"{HEADER}a;2026-01-01;spät\n".encode(encoding)) == [["a", "2026-01-01", "spät"]]


def test_one_note_in_an_old_code_page_leaves_the_others_as_they_are() -> None:
    data = HEADER.encode() + "a;2026-01-01;früh\n".encode() + "b;2026-01-02;spät\n".encode("cp1252")
    assert [row[2] for row in cells(data)] == ["früh", "spät"]


def test_a_field_may_be_as_long_as_a_month_of_samples() -> None:
    assert cells(f'{HEADER}a;2026-01-01;"{"x" * 200_000}"\n')[0][2] == "x" * 200_000


def test_a_line_without_an_end_is_refused_before_it_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_csv, "MOST_CHARS", 50)
    rows = read_rows(io.BufferedReader(io.BytesIO(HEADER.encode() + b"x" * 10_000)))
    assert isinstance(next(rows), Row)
    assert list(rows) == [BadLine(2, "x" * 50, "is longer than 50 characters, so the file was read up to it")]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything(data: bytes) -> None:
    read(HEADER.encode() + data)
    read(data)
