"""A table of days gives the same history in any order and format, or a plain error."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from oura_lake.analyses.model import PersonDay
from oura_lake.errors import SettingsWrong
from oura_lake.local.history_csv import History, read_history

HEADER = "day,resting_heart_rate_bpm,hrv_rmssd_ms,temperature_deviation_c,respiratory_rate_bpm,steps"
CLEAN = [f"{date(2026, 1, 1) + timedelta(days=n)},{50 + n % 5},{60 + n},0.{n},14.5,{8000 + n}" for n in range(9)]
SENTINELS = ["2026-01-03,255,,,,", "2026-01-03,0,0,,0.0,0", "2026-01-03,,255,,,", "2026-01-03,nan,None,-,,"]
DIRT = [*SENTINELS, CLEAN[4], CLEAN[4]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | bytes], History]:
    folder = tmp_path_factory.mktemp("histories")

    def _read(text: str | bytes) -> History:
        path = folder / "history.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_history(path)

    return _read


@pytest.fixture(scope="module")
def clean(read: Any) -> list[PersonDay]:
    found: list[PersonDay] = read("\n".join([HEADER, *CLEAN])).days
    return found


@settings(max_examples=50)
@given(data=st.data())
def test_shuffled_rows_duplicates_and_sentinels_change_nothing(
    read: Any, clean: list[PersonDay], data: DataObject
) -> None:
    rows = data.draw(st.permutations([*CLEAN, *data.draw(st.lists(st.sampled_from(DIRT)))]))
    assert read("\n".join([HEADER, *rows])).days == clean


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";").replace("0.", "0,").replace("14.", "14,"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("2026-01-0", "2026/01/0"),
        lambda text: text.replace("2026-01-0", "2026010"),
        lambda text: "\n".join(
            line.replace(",", "T07:30:00+01:00,", 1) if line[:3] == "202" else line for line in text.split("\n")
        ),
        lambda text: text.replace("day,", " Day ,").replace("steps", "STEPS,colour").replace("8003", "8003,red"),
    ],
    ids=[
        "bom and carriage returns",
        "semicolons and decimal commas",
        "tabs",
        "slashes",
        "no hyphens",
        "moments",
        "other columns",
    ],
)
def test_the_dress_of_a_table_does_not_matter(
    read: Any, clean: list[PersonDay], dress: Callable[..., Any | str]
) -> None:
    assert read(dress("\n".join([HEADER, *CLEAN]))).days == clean


@pytest.mark.parametrize(("last", "form"), [("13.02.2026", "{d}.{m}.2026"), ("2/13/2026", "{m}/{d}/2026")])
def test_days_in_another_form_are_told_by_the_column_itself(read: Any, last: str, form: str) -> None:
    days = [form.format(d=f"{n:02}", m="02") for n in (1, 2, 3)]
    read_days = read("\n".join(["day,steps", *(f"{day},5000" for day in [*days, last])])).days
    assert [d.day for d in read_days] == [date(2026, 2, n) for n in (1, 2, 3, 13)]


@pytest.mark.parametrize("cell", ["10234", '"10,234"', "10.234", "10'234", "10 234"])
def test_a_thousands_separator_makes_no_decimals_of_steps(read: Any, cell: str) -> None:
    assert read(f"day;steps\n2026-01-01;{cell}\n").days == [PersonDay(day=date(2026, 1, 1), steps=10_234.0)]


def test_a_temperature_of_zero_counts_where_the_night_was_measured_or_nothing_else_is_in_the_file(read: Any) -> None:
    header = "day,temperature_deviation_c,resting_heart_rate_bpm,steps"
    days = read(f"{header}\n2026-01-01,0.0,0,900\n2026-01-02,0.0,50,900\n2026-01-03,0.1,,900\n").days
    assert [d.temperature_deviation_c for d in days] == [None, 0.0, 0.1]
    assert read("day,temperature_deviation_c\n2026-01-01,0.0\n").days[0].temperature_deviation_c == 0.0


@pytest.mark.parametrize("day", ["2026-1-5", "20260105", "2026/01/05", "2026-01-05T07:00", "5.1.2026 07:00"])
def test_a_day_may_be_short_and_hold_a_time(read: Any, day: str) -> None:
    assert read(f"sep=;\nday;steps\n{day};900\n;\n").days == [PersonDay(day=date(2026, 1, 5), steps=900.0)]


def test_text_where_a_number_was_counts_as_not_measured_and_is_told(read: Any) -> None:
    history = read("day,steps,resting_heart_rate_bpm\n2026-01-01,many,50\n")
    assert (history.days, history.n_unreadable) == ([PersonDay(day=date(2026, 1, 1), resting_heart_rate_bpm=50.0)], 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty; it needs a header"),
        ("\n \n", "is empty; it needs a header"),
        ("date,steps\n2026-01-01,1\n", "has no column day"),
        ("day,colour\n2026-01-01,red\n", "has no column day beside at least one of"),
        ("day,steps\nyesterday,1\n", "row 2: 'yesterday' is no day; write it as yyyy-mm-dd"),
        ("day,steps\n2026-02-30,1\n", "row 2: there is no day '2026-02-30'"),
        ("day,steps\n03/04/2026,1\n", "unclear whether 03/04/2026 begins with the day"),
        (b"day,steps\n\xff\xfe\n", "cannot be read as text"),
        ("day,steps\n0001-01-01,1\n", "row 2: there is no day '0001-01-01'"),
        ("day,steps\n\n2026-01-01,1\n\nnext,1\n", "row 5: 'next' is no day"),
        ('day,steps,note\n2026-01-01,1,"so\n2026-01-02,2,b\n', "row 3: a quotation mark is wrong"),
        ('day,steps,note\n2026-01-01,1,"so" or\n', "row 2: a quotation mark is wrong"),
        (f"day,steps,note\n2026-01-01,1,{'x' * 140_000}\n", "row 2: a cell is too long"),
    ],
)
def test_what_cannot_be_read_says_what_to_mend(read: Any, text: str | bytes, expected: str) -> None:
    with pytest.raises(SettingsWrong, match=expected):
        read(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match=r"nowhere\.csv cannot be read"):
        read_history(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("letter", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85"])
def test_what_is_no_line_end_of_csv_cuts_no_row(read: Any, letter: str) -> None:
    rows = ["day,steps,note", f"2026-01-01,900,tired{letter}early", f'2026-01-02,901,"so{letter}so"', "2026-01-03,902,"]
    assert [d.steps for d in read("\n".join(rows)).days] == [900.0, 901.0, 902.0]


@pytest.mark.parametrize(
    "title", ["person", "User", "participant_id", "User ID", "user-id", "UserId", "Name", "E-Mail", "Patient"]
)
def test_a_file_of_several_persons_is_refused_and_one_of_a_single_person_read(read: Any, title: str) -> None:
    with pytest.raises(SettingsWrong, match=f"of 2 persons by its column {title.lower()}; give a file for"):
        read(f"{title},day,steps\na,2026-01-01,900\nb,2026-01-01,8000\n")
    assert len(read(f"{title},day,steps\na,2026-01-01,900\n,2026-01-02,8000\n").days) == 2


def test_a_column_of_which_no_value_can_be_is_named(read: Any) -> None:
    header = "day,temperature_deviation_c,hrv_rmssd_ms,steps"
    history = read(f"{header}\n2026-01-01,36.4,0.061,900\n2026-01-02,36.5,,0\n2026-01-03,,0.058,800\n")
    assert history.impossible == ("hrv_rmssd_ms", "temperature_deviation_c")
    assert read("day,steps,hrv_rmssd_ms\n2026-01-01,900,\n").impossible == ()


def test_of_a_title_that_stands_twice_each_value_counts(read: Any) -> None:
    history = read("day,steps,day,steps\n2026-01-01,900,,\n,,2026-01-02,700\n2026-01-03,800,,1000\n")
    assert [(d.day.day, d.steps) for d in history.days] == [(1, 900.0), (2, 700.0), (3, 900.0)]
