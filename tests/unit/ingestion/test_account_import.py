"""An export lands in portions; odd rows are placed, and lines that are no documents are set aside."""

import io
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oura_lake.ingestion import account_import
from oura_lake.ingestion.account_import import Brought, Import, portions
from oura_lake.lake.documents import Landed, Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.oura import export_csv
from oura_lake.oura.account_export import Part, Record, sorted_out
from oura_lake.oura.export_csv import BadLine
from oura_lake.oura.export_files import PackedFile
from oura_lake.sources.oura import ENDPOINTS, SOURCE

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SLEEP = "id;day;score\n"


def file(name: str, text: str) -> PackedFile:
    return PackedFile(name=name, open=lambda: io.BufferedReader(io.BytesIO(text.encode())))


def part(name: str, text: str) -> Part:
    [found] = sorted_out([file(name, text)], ENDPOINTS).parts
    return found


def bring(store: MemoryStore, name: str, text: str, zone: str | None = None) -> Brought:
    found = part(name, text)
    table = Table(store=store, source=SOURCE.name, endpoint=found.endpoint, person="me")
    return Import(request="account export", now=NOW, zone=ZoneInfo(zone) if zone else None).bring(table, found)


def rows(store: MemoryStore, name: str, period: str = "2026") -> list[dict[str, Any]]:
    table = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person="me")
    return sorted(table.partition(period).rows().values(), key=lambda row: str(row["day"]))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.mark.parametrize(
    ("name", "header", "collection"),
    [
        ("App Data/dailysleep_2026-01-01_2026-12-31.csv", SLEEP, "daily_sleep"),
        ("dailysleep 2026-01-01.csv", SLEEP, "daily_sleep"),
        ("daily_sleep (1).CSV", SLEEP, "daily_sleep"),
        ("oura_daily-sleep_2026-01-01_2026-12-31.csv", SLEEP, "daily_sleep"),
        ("sleep.csv", SLEEP, "sleep"),
        ("sleepmodel.csv", "ID,Day,Type\n", "sleep"),
        ("tag_2026-01-01_2026-06-30.csv", "id;start_day;comment\n", "enhanced_tag"),
        ("tag.csv", "id;day;text\n", "tag"),
        ("somebody.csv", "id;day;timestamp;score;contributors\n", "daily_sleep"),
    ],
)
def test_a_file_is_known_by_its_name_in_each_spelling_or_by_its_columns(
    name: str, header: str, collection: str
) -> None:
    assert part(name, header).endpoint.name == collection


@pytest.mark.parametrize(
    ("name", "text", "reason", "is_problem"),
    [
        ("account.csv", "name;email\n", "no collection of the lake has its name", False),
        ("heartrate.csv", "timestamp;bpm;source\n", "bring this time series", False),
        ("readme.txt", "", "it is no CSV file", False),
        ("dailysleep.csv", "day;score\n", "it lacks id; its shape is not known", True),
        ("dailysleep.csv", "", "it is empty", False),
    ],
)
def test_a_file_that_is_not_read_is_named_with_the_reason(name: str, text: str, reason: str, is_problem: bool) -> None:
    [unread] = sorted_out([file(name, text)], ENDPOINTS).unread
    assert (unread.name, unread.is_problem) == (name, is_problem)
    assert reason in unread.reason


def test_two_files_of_one_name_are_both_read(store: MemoryStore) -> None:
    files = [file("dailysleep.csv", f"{SLEEP}a;2026-01-01;80\n"), file("dailysleep.csv", f"{SLEEP}b;2026-01-02;81\n")]
    for found in sorted_out(files, ENDPOINTS).parts:
        table = Table(store=store, source=SOURCE.name, endpoint=found.endpoint, person="me")
        Import(request="account export", now=NOW).bring(table, found)
    assert [row["score"] for row in rows(store, "daily_sleep")] == [80, 81]


def test_columns_of_ours_are_found_in_any_case_and_the_others_are_drift(store: MemoryStore) -> None:
    brought = bring(store, "dailysleep.csv", "ID,DAY,Score,Humour\na,2026-01-01,80,7\n")
    assert [row["score"] for row in rows(store, "daily_sleep")] == [80]
    assert {(drift.field, drift.problem) for drift in brought.drift} == {("Humour", "unknown")}


def test_of_a_title_that_stands_twice_the_first_value_counts(store: MemoryStore) -> None:
    bring(store, "dailysleep.csv", "id;day;score;score\na;2026-01-01;80;\nb;2026-01-02;;81\nc;2026-01-03;82;1\n")
    assert [row["score"] for row in rows(store, "daily_sleep")] == [80, 81, 82]


def test_a_row_that_ends_early_lands_with_what_it_has(store: MemoryStore) -> None:
    text = "id;day;timestamp;score\na;2026-01-01\nb;2026-01-02;2026-01-02T00:00:00+00:00;81\n"
    assert bring(store, "dailysleep.csv", text).n_short == 1
    assert [(row["id"], row["score"]) for row in rows(store, "daily_sleep")] == [("a", None), ("b", 81)]


WITHOUT_ID = "id;day;timestamp;score\n2026-01-02;2026-01-02T00:00:00+00:00;81\n"


def test_a_row_without_its_id_gets_one_that_stays_the_same(store: MemoryStore) -> None:
    assert bring(store, "dailysleep.csv", WITHOUT_ID).n_new == 1
    [row] = rows(store, "daily_sleep")
    assert (str(row["day"]), row["score"]) == ("2026-01-02", 81)
    assert row["id"].startswith("export-")
    before = dict(store.objects)
    assert bring(store, "dailysleep.csv", WITHOUT_ID).n_known == 1
    assert store.objects == before


def test_a_row_without_its_id_never_stands_beside_what_the_lake_had_of_its_day(store: MemoryStore) -> None:
    bring(store, "dailysleep.csv", f"{SLEEP}a;2026-01-02;70\n")
    assert bring(store, "dailysleep.csv", WITHOUT_ID).n_known == 1
    assert [row["id"] for row in rows(store, "daily_sleep")] == ["a"]


def test_two_naps_of_a_day_without_ids_both_land(store: MemoryStore) -> None:
    text = "id;day;bedtime_start\n;2026-01-02;2026-01-02T12:00:00+01:00\n;2026-01-02;2026-01-02T15:00:00+01:00\n"
    assert bring(store, "sleep.csv", text).n_new == 2
    assert bring(store, "sleep.csv", text).n_known == 2


def test_bad_lines_are_kept_with_file_and_line_and_the_others_land(store: MemoryStore) -> None:
    text = f"{SLEEP}a;2026-01-01;80\nlonely\nb;no day;81\nc;2026-01-03;82;83\nd;2026-01-04;84\n"
    brought = bring(store, "dailysleep.csv", text)
    assert (brought.n_new, brought.n_set_aside, brought.is_whole) == (2, 3, False)
    assert brought.named == [
        "dailysleep.csv, line 3 has 1 fields instead of 3",
        "dailysleep.csv, line 4 has no key, no day or a day in the future",
        "dailysleep.csv, line 5 has 4 fields instead of 3",
    ]
    assert sum(key.startswith("rejected/oura/daily_sleep/person=me/") for key in store.objects) == 3
    before = dict(store.objects)
    assert bring(store, "dailysleep.csv", text).n_set_aside == 3
    assert store.objects == before


SLEEP_VALUES = "id;day;low_battery_alert;average_breath;readiness;bedtime_start\n"


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ("1;;;", "low_battery_alert", True),
        ("0;;;", "low_battery_alert", False),
        ("False;;;", "low_battery_alert", False),
        ("yes;;;", "low_battery_alert", True),
        (";NaN;;", "average_breath", None),
        (";Infinity;;", "average_breath", None),
        (";1e999;;", "average_breath", None),
        (";14.5;;", "average_breath", 14.5),
        (";;{'score': 70, 'temperature_deviation': None};", "readiness", 70),
        (';;"{""score"": 70,}";', "readiness", 70),
        (";;" + "[" * 3_000 + ";", "readiness", None),
    ],
)
def test_a_value_is_read_in_each_spelling_and_what_is_none_is_null(
    store: MemoryStore, cells: str, column: str, value: float | int | None
) -> None:
    brought = bring(store, "sleep.csv", f"{SLEEP_VALUES}a;2026-01-01;{cells}\nb;2026-01-02;;;;\n")
    assert brought.n_new == 2
    found = rows(store, "sleep")[0][column]
    assert (found["score"] if isinstance(found, dict) else found) == value


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999", "much"])
def test_a_value_that_does_not_fit_is_reported(store: MemoryStore, number: str) -> None:
    brought = bring(store, "sleep.csv", f"{SLEEP_VALUES}a;2026-01-01;perhaps;{number};;\n")
    assert {drift.field for drift in brought.drift} == {"low_battery_alert", "average_breath"}


def test_a_moment_without_an_offset_is_reported_or_gets_that_of_the_zone(store: MemoryStore) -> None:
    text = f"{SLEEP_VALUES}a;2026-07-01;;;;2026-07-01 23:00:00\n"
    assert bring(store, "sleep.csv", text).n_without_offset == 1
    assert rows(store, "sleep")[0]["bedtime_start_utc_offset_min"] is None
    zoned = MemoryStore()
    assert bring(zoned, "sleep.csv", text, "Europe/Berlin").n_without_offset == 0
    [row] = rows(zoned, "sleep")
    assert (str(row["bedtime_start"]), row["bedtime_start_utc_offset_min"]) == ("2026-07-01 21:00:00", 120)


def endless() -> Iterator[Record]:
    for n in itertools.count():
        yield Record(line=n, document={"id": str(n)}, n_chars=10)


def test_no_more_than_a_portion_is_read_ahead_of_what_is_landed() -> None:
    source = endless()
    found = portions(source)
    assert [len(next(found)) for _ in range(3)] == [account_import.PORTION_ROWS] * 3
    assert next(source).line == 3 * account_import.PORTION_ROWS


@pytest.mark.parametrize(
    "long",
    [
        Record(line=1, document={}, n_chars=account_import.PORTION_CHARS),
        BadLine(1, "x" * account_import.PORTION_CHARS, "is long"),
    ],
)
def test_a_portion_ends_where_it_has_much_text(long: Record | BadLine) -> None:
    assert len(next(portions(itertools.repeat(long)))) == 1


def test_a_file_is_landed_portion_by_portion_and_ends_at_the_most_rows(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def counting(table: Table, documents: list[dict[str, Any]], *arguments: Any, **named: Any) -> Landed:
        counted.append(len(documents))
        return land(table, documents, *arguments, **named)

    monkeypatch.setattr(account_import, "land", counting)
    monkeypatch.setattr(account_import, "PORTION_ROWS", 4)
    monkeypatch.setattr(account_import, "MOST_ROWS", 10)
    text = SLEEP + "".join(f"{n};{date(2026, 1, 1 + n)};80\n" for n in range(20))
    brought = bring(store, "dailysleep.csv", text)
    assert counted == [4, 4, 2]
    assert "more than 10 rows" in brought.ended_by
    assert not brought.is_whole


def test_a_line_that_is_too_long_ends_a_file_and_what_came_before_it_lands(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_csv, "MOST_CHARS", 50)
    brought = bring(store, "dailysleep.csv", f"{SLEEP}a;2026-01-01;80\n{'x' * 99}\nb;2026-01-02;81\n")
    assert (brought.n_new, brought.n_set_aside) == (1, 1)
    assert brought.named == ["dailysleep.csv, line 3 is longer than 50 characters, so the file was read up to it"]
