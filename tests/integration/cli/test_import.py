"""An import adds the documents that only the account export holds, and never replaces those of the API."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from oura_lake.errors import SettingsWrong
from oura_lake.lake.parquet import read_table
from oura_lake.ledger.pending_analysis import pending_since
from oura_lake.local.folder_store import FolderStore
from oura_lake.simulator import GeneratedPerson, simulated_oura
from support.command_line import Exit, assert_one_sentence, files, for_api, run

LAST = date(2026, 8, 20)
FIRST = LAST - timedelta(days=40)
NAMES = {"daily_sleep": "dailysleep", "sleep": "sleepmodel", "daily_activity": "dailyactivity"}


@pytest.fixture(scope="module")
def person() -> GeneratedPerson:
    return GeneratedPerson(years=1, until=LAST)


def documents(person: GeneratedPerson, name: str) -> list[dict[str, Any]]:
    days = [FIRST + timedelta(days=n) for n in range(41)]
    return [document for day in days for document in person.on(name, day)]


def field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value).removesuffix("}") + ",}" if isinstance(value, dict) and value else json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def table(rows: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([names, *([field(row.get(name)) for name in names] for row in rows)])
    return text.getvalue()


def packed(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in parts.items():
            opened.writestr(name, text)
    return path


@pytest.fixture
def export(person: GeneratedPerson, tmp_path: Path) -> Path:
    parts = {f"App Data/{file}.csv": table(documents(person, name)) for name, file in NAMES.items()}
    return packed(tmp_path / "export.zip", parts | {"App Data/temperature.csv": "timestamp;skin_temp\n"})


def brought(path: Path, lake: Path) -> Exit:
    done = run("import", path, "--lake", lake)
    return Exit(done.returncode, done.stdout, done.stderr)


def rows(lake: Path, name: str) -> dict[str, dict[str, Any]]:
    found = sorted((lake / "lake" / name).rglob("*.parquet"))
    return {row["id"]: row for path in found for row in read_table(str(path), path.read_bytes()).to_pylist()}


def test_an_export_gives_the_rows_that_the_api_would(person: GeneratedPerson, export: Path, tmp_path: Path) -> None:
    assert brought(export, tmp_path / "zip").code == 0
    with simulated_oura(person) as api:
        options = [part for name in NAMES for part in ("--endpoint", name)]
        span = ("--from", FIRST, "--to", LAST, "--timezone", "UTC")
        assert run("sync", "--lake", tmp_path / "api", *span, *options, **for_api(api)).returncode == 0
    for name in NAMES:
        ours, theirs = rows(tmp_path / "zip", name), rows(tmp_path / "api", name)
        assert ours.keys() == theirs.keys() != set()
        for key, row in ours.items():
            comparable = {n: v for n, v in row.items() if n not in ("fetched_at", "content_hash")}
            assert comparable == {n: theirs[key][n] for n in comparable}


def test_what_an_import_brought_is_judged_by_the_next_run_that_may_speak(export: Path, tmp_path: Path) -> None:
    brought(export, tmp_path / "lake")
    assert pending_since(FolderStore(tmp_path / "lake"), "me")


def test_a_second_import_writes_nothing_and_the_api_is_never_overruled(
    person: GeneratedPerson, export: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    brought(export, lake)
    before = files(lake)
    assert brought(export, lake).code == 0
    assert files(lake) == before
    changed = [document | {"score": 1} for document in documents(person, "daily_sleep")]
    result = brought(packed(tmp_path / "other.zip", {"dailysleep.csv": table(changed)}), lake)
    assert "0 new, 41 held already, 0 set aside" in result.out
    assert files(lake) == before


def cut(export: Path) -> None:
    export.write_bytes(export.read_bytes()[:-200])


def flipped(export: Path) -> None:
    data = bytearray(export.read_bytes())
    data[2000] ^= 255
    export.write_bytes(bytes(data))


def encrypted(export: Path) -> None:
    data = export.read_bytes()
    at = data.index(b"PK\x01\x02")
    export.write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])


def leading_out(export: Path) -> None:
    packed(export, {"../../dailysleep.csv": "id;day;score\na;2026-08-01;80\n"})


def of_another_shape(export: Path) -> None:
    packed(export, {"Takeout/steps.csv": "a;b\n"})


def without_ids(export: Path) -> None:
    packed(export, {"dailysleep.csv": "day,score\n2026-08-01,80\n"})


def a_bomb(export: Path) -> None:
    packed(export, {"dailysleep.csv": "id;day\n"})
    data = bytearray(export.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    export.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("damage", "pattern"),
    [
        (cut, "is no ZIP or not whole"),
        (flipped, "damaged|not whole"),
        (encrypted, "is encrypted"),
        (leading_out, "lead out of its folder"),
        (of_another_shape, "none of the files"),
        (without_ids, "it lacks id"),
        (a_bomb, "more than 1 GiB"),
        (Path.unlink, "cannot be read"),
    ],
)
def test_what_is_no_whole_export_ends_with_one_sentence_and_writes_nothing(
    damage: Callable[[Path], None], pattern: str, export: Path, tmp_path: Path
) -> None:
    damage(export)
    result = brought(export, tmp_path / "lake")
    assert result.code == 2
    assert_one_sentence(result, pattern)
    assert not (tmp_path / "lake").exists()


DAYS = "id;day;score\na;2026-08-01;80\n"
SPELLINGS = {
    "backslash-names.zip": {"daily_sleep": 1},
    "blank-line.zip": {"daily_sleep": 1},
    "booleans-0-1.zip": {"sleep": 1},
    "comma.zip": {"daily_sleep": 1},
    "dated-beside-plain.zip": {"daily_sleep": 1, "daily_readiness": 1},
    "dated-names.zip": {"daily_sleep": 1},
    "fraction.zip": {"sleep": 1},
    "infinity.zip": {"daily_sleep": 1},
    "long-field.zip": {"session": 1},
    "nan.zip": {"daily_readiness": 2},
    "plain.csv": {"daily_sleep": 1},
    "row-without-id.zip": {"daily_sleep": 2},
    "short-row.zip": {"daily_sleep": 2, "daily_readiness": 1},
    "sleep-csv.zip": {"sleep": 1, "daily_readiness": 1},
    "stray-quote.zip": {"daily_sleep": 1, "enhanced_tag": 1},
}


def imported(path: Path, lake: Path, *options: object) -> Result:
    """Run the command in this process."""
    command = import_module("oura_lake.cli.import").command
    return CliRunner().invoke(command, [str(path), "--lake", str(lake), *map(str, options)])


@pytest.mark.parametrize("name", SPELLINGS)
def test_each_spelling_of_an_export_lands_and_lands_once(name: str, shared: Path, tmp_path: Path) -> None:
    folder = shared / "cases" / "import"
    if not folder.is_dir():
        pytest.skip(f"the reference material is absent: {folder}")
    assert imported(folder / name, tmp_path).exit_code == 0
    assert {table: len(rows(tmp_path, table)) for table in SPELLINGS[name]} == SPELLINGS[name]
    before = files(tmp_path)
    assert imported(folder / name, tmp_path).exit_code == 0
    assert files(tmp_path) == before


def test_every_file_of_the_reference_material_is_tried(shared: Path) -> None:
    folder = shared / "cases" / "import"
    if not folder.is_dir():
        pytest.skip(f"the reference material is absent: {folder}")
    assert {path.name for path in folder.iterdir()} == SPELLINGS.keys()


def test_a_value_of_these_spellings_is_in_the_table(shared: Path, tmp_path: Path) -> None:
    folder = shared / "cases" / "import"
    if not folder.is_dir():
        pytest.skip(f"the reference material is absent: {folder}")
    errors = [imported(folder / name, tmp_path).stderr for name in ("booleans-0-1.zip", "stray-quote.zip", "nan.zip")]
    assert errors[:2] == ["", ""]
    assert "daily_readiness.temperature_deviation is of another type" in errors[2]
    assert [row["low_battery_alert"] for row in rows(tmp_path, "sleep").values()] == [True]
    deviations = {i: row["temperature_deviation"] for i, row in rows(tmp_path, "daily_readiness").items()}
    assert deviations == {"r1": None, "r2": 0.2}
    assert [row["comment"] for row in rows(tmp_path, "enhanced_tag").values()] == ['"late" dinner']


def test_a_folder_a_single_file_and_a_zip_in_a_zip_are_exports_too(export: Path, tmp_path: Path) -> None:
    expected = {name: rows_of_export(export, tmp_path / "zip", name).keys() for name in NAMES}
    with zipfile.ZipFile(export) as opened:
        opened.extractall(tmp_path / "unpacked")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(export, "oura/export.zip")
    for path in (tmp_path / "unpacked", tmp_path / "outer.zip"):
        lake = tmp_path / f"lake of {path.name}"
        assert {name: rows_of_export(path, lake, name).keys() for name in NAMES} == expected
    single = rows_of_export(tmp_path / "unpacked" / "App Data" / "dailysleep.csv", tmp_path / "single", "daily_sleep")
    assert single.keys() == expected["daily_sleep"]


def test_of_many_zips_each_that_was_not_opened_is_named_as_a_failure(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as outer:
        for n in range(10, 22):
            inner = packed(tmp_path / "inner.zip", {"dailysleep.csv": DAYS.replace("a;", f"a{n};")})
            outer.write(inner, f"m{n}.zip")
    result = imported(tmp_path / "export.zip", tmp_path / "lake")
    assert result.exit_code == 1
    assert "Not read: m20.zip, m21.zip, since it is a ZIP beyond the 10 that are opened" in result.stderr
    assert rows(tmp_path / "lake", "daily_sleep").keys() == {f"a{n}" for n in range(10, 20)}


def test_a_zip_in_a_folder_is_opened_and_one_that_is_not_whole_costs_itself_alone(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "dailysleep.csv").write_text(DAYS)
    packed(folder / "older.zip", {"dailysleep.csv": DAYS.replace("a;", "b;")})
    result = imported(folder, tmp_path / "lake")
    assert (result.exit_code, set(rows(tmp_path / "lake", "daily_sleep"))) == (0, {"a", "b"})
    (folder / "broken.zip").write_bytes(b"PK")
    encrypted(packed(folder / "locked.zip", {"workout.csv": DAYS}))
    result = imported(folder, tmp_path / "other lake")
    assert (result.exit_code, set(rows(tmp_path / "other lake", "daily_sleep"))) == (1, {"a", "b"})
    assert "Not read: broken.zip, since it cannot be read or is not whole; download it again." in result.stderr
    assert "Not read: locked.zip, since locked.zip is encrypted; unlock it and pack it again" in result.stderr


def rows_of_export(path: Path, lake: Path, name: str) -> dict[str, dict[str, Any]]:
    assert imported(path, lake).exit_code == 0
    return rows(lake, name)


def test_each_file_and_column_that_was_not_read_is_named(tmp_path: Path) -> None:
    parts = {
        "App Data/dailysleep.csv": "id;day;score;humour\na;2026-08-01;80;7\n",
        "App Data/account.csv": "mail\n",
        "App Data/heartrate.csv": "timestamp;bpm\n",
        "photo.png": "x",
    }
    result = imported(packed(tmp_path / "export.zip", parts), tmp_path / "lake")
    assert result.exit_code == 0
    assert "daily_sleep.humour is a new field, which this version does not know; raw keeps it." in result.stderr
    assert "Not read: App Data/account.csv, since no collection of the lake has its name." in result.stderr
    assert "Not read: App Data/heartrate.csv, since `oura-lake sync` and `backfill` bring this" in result.stderr
    assert "Not read: photo.png, since it is no CSV file." in result.stderr


def test_a_bad_line_and_a_bad_file_are_named_and_end_with_a_failure_after_the_rest(tmp_path: Path) -> None:
    parts = {"dailysleep.csv": f"{DAYS}b;2026", "workout.csv": "id;label\n", "dailyreadiness.csv": DAYS}
    result = imported(packed(tmp_path / "export.zip", parts), tmp_path / "lake")
    assert result.exit_code == 1
    assert (
        "dailysleep.csv, line 3 has 2 fields instead of 3; it is kept under rejected/ and not merged." in result.stderr
    )
    assert "Not read: workout.csv, since it lacks day; its shape is not known." in result.stderr
    assert [rows(tmp_path / "lake", name).keys() for name in ("daily_sleep", "daily_readiness")] == [{"a"}, {"a"}]


def test_of_many_bad_lines_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    result = imported(packed(tmp_path / "export.zip", {"dailysleep.csv": DAYS + "x\n" * 20}), tmp_path / "lake")
    assert result.stderr.count("has 1 fields instead of 3") == 5
    assert "15 more lines of dailysleep.csv are kept under rejected/ and not merged." in result.stderr


def test_two_entries_of_one_name_are_both_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as opened, warnings.catch_warnings(action="ignore"):
        for name, day in (("dailysleep.csv", "a"), ("dailysleep.csv", "b"), ("older/dailysleep.csv", "c")):
            opened.writestr(name, DAYS.replace("a;", f"{day};"))
    assert imported(tmp_path / "export.zip", tmp_path / "lake").exit_code == 0
    assert rows(tmp_path / "lake", "daily_sleep").keys() == {"a", "b", "c"}


def test_moments_without_an_offset_are_reported_unless_their_zone_is_named(tmp_path: Path) -> None:
    text = "id;day;bedtime_start\na;2026-08-01;2026-07-31T23:00:00\n"
    path = packed(tmp_path / "export.zip", {"sleep.csv": text})
    result = imported(path, tmp_path / "lake")
    assert "1 records of sleep name no offset from UTC" in result.stderr
    result = imported(path, tmp_path / "zoned", "--timezone", "Europe/Berlin")
    assert result.stderr == ""
    assert rows(tmp_path / "zoned", "sleep")["a"]["bedtime_start_utc_offset_min"] == 120


def test_a_damaged_table_is_named_and_the_others_land(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", {"dailysleep.csv": DAYS, "dailyreadiness.csv": DAYS})
    damaged = tmp_path / "lake/lake/daily_readiness/person=me/year=2026/data.parquet"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"junk")
    result = imported(path, tmp_path / "lake")
    assert result.exit_code == 1
    assert "dailyreadiness.csv: " in result.stderr
    assert str(rows_or_none(tmp_path / "lake")) == "['a']"


def rows_or_none(lake: Path) -> list[str]:
    return list(rows(lake, "daily_sleep"))


def lzma_damaged(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("dailysleep.csv", DAYS * 50)
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(bytes(data))


def name_of_no_utf8(path: Path) -> None:
    packed(path, {"dailysl\u00e9ep.csv": DAYS})
    path.write_bytes(path.read_bytes().replace("\u00e9".encode(), b"\xff\xff"))


def of_many_files(path: Path) -> None:
    packed(path, {f"{n}.csv": "" for n in range(10_001)})


def of_an_unknown_method(path: Path) -> None:
    packed(path, {"dailysleep.csv": DAYS})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[8:10] = data[at + 10 : at + 12] = (97).to_bytes(2, "little")
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "hostile", [lzma_damaged, name_of_no_utf8, of_many_files, of_an_unknown_method], ids=lambda made: made.__name__
)
def test_a_hostile_zip_is_one_sentence_and_writes_nothing(hostile: Callable[[Path], None], tmp_path: Path) -> None:
    hostile(tmp_path / "export.zip")
    result = imported(tmp_path / "export.zip", tmp_path / "lake")
    assert isinstance(result.exception, SettingsWrong)
    assert "export.zip" in str(result.exception)
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("score", ["1e999", "Infinity", "-Infinity", "[" * 5_000, "9" * 5_000, '"\\ud83d"'])
def test_a_hostile_value_costs_itself_alone(score: str, tmp_path: Path) -> None:
    text = f"id;day;score\na;2026-08-01;{score}\nb;2026-08-02;81\n"
    result = imported(packed(tmp_path / "export.zip", {"dailysleep.csv": text}), tmp_path / "lake")
    assert result.exit_code == 0
    assert "daily_sleep.score is of another type" in result.stderr
    assert {i: row["score"] for i, row in rows(tmp_path / "lake", "daily_sleep").items()} == {"a": None, "b": 81}


def test_no_control_letter_of_a_name_reaches_the_terminal(tmp_path: Path) -> None:
    result = imported(packed(tmp_path / "export.zip", {"dailysleep.csv": DAYS, "\x1b[2J.txt": "x"}), tmp_path / "lake")
    assert r"Not read: \x1b[2J.txt, since" in result.stderr


def test_a_name_of_sixty_thousand_letters_is_looked_at_and_printed_in_part(tmp_path: Path) -> None:
    result = imported(
        packed(tmp_path / "export.zip", {"dailysleep.csv": DAYS, "_" * 60_000 + ".csv": "a;b\n"}), tmp_path / "lake"
    )
    assert result.exit_code == 0
    assert f"Not read: {'_' * 59}…, since" in result.stderr
