"""Does what only the account export holds get into the lake, and never in place of what the API said?"""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Said, assert_one_sentence, files, for_api, run
from oura_lake.lake.objects import read_table
from oura_lake.lake.owed import owed_since
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.simulator import GeneratedPerson, simulated_oura

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


def brought(path: Path, lake: Path) -> Said:
    done = run("import", path, "--lake", lake)
    return Said(done.returncode, done.stdout, done.stderr)


def rows(lake: Path, name: str) -> dict[str, dict[str, Any]]:
    found = sorted((lake / "lake" / name).rglob("*.parquet"))
    return {row["id"]: row for path in found for row in read_table(str(path), path.read_bytes()).to_pylist()}


def test_an_export_gives_the_rows_that_the_api_would(person, export, tmp_path):
    assert brought(export, tmp_path / "zip").code == 0
    with simulated_oura(person) as api:
        asked = [part for name in NAMES for part in ("--endpoint", name)]
        span = ("--from", FIRST, "--to", LAST, "--timezone", "UTC")
        assert run("sync", "--lake", tmp_path / "api", *span, *asked, **for_api(api)).returncode == 0
    for name in NAMES:
        ours, theirs = rows(tmp_path / "zip", name), rows(tmp_path / "api", name)
        assert ours.keys() == theirs.keys() != set()
        for key, row in ours.items():
            kept = {n: v for n, v in row.items() if n not in ("fetched_at", "content_hash")}
            assert kept == {n: theirs[key][n] for n in kept}


def test_what_an_import_brought_is_judged_by_the_next_run_that_may_speak(export, tmp_path):
    brought(export, tmp_path / "lake")
    assert owed_since(FolderStore(tmp_path / "lake"), "me")


def test_a_second_import_writes_nothing_and_the_api_is_never_overruled(person, export, tmp_path):
    lake = tmp_path / "lake"
    brought(export, lake)
    before = files(lake)
    assert brought(export, lake).code == 0
    assert files(lake) == before
    changed = [document | {"score": 1} for document in documents(person, "daily_sleep")]
    said = brought(packed(tmp_path / "other.zip", {"dailysleep.csv": table(changed)}), lake)
    assert "0 new, 41 held already, 0 set aside" in said.out
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
    export.write_bytes(data[:at + 8] + b"\x01" + data[at + 9:])


def leading_out(export: Path) -> None:
    packed(export, {"../../dailysleep.csv": "id;day;score\na;2026-08-01;80\n"})


def of_another_shape(export: Path) -> None:
    packed(export, {"Takeout/steps.csv": "a;b\n"})


def without_ids(export: Path) -> None:
    packed(export, {"dailysleep.csv": "day,score\n2026-08-01,80\n"})


def a_line_cut(export: Path) -> None:
    packed(export, {"dailysleep.csv": "id;day;score\na;2026-08-01;80\nb;2026", "workout.csv": "id;day\n"})


def a_bomb(export: Path) -> None:
    packed(export, {"dailysleep.csv": "id;day\n"})
    data = bytearray(export.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24:at + 28] = (2**31).to_bytes(4, "little")
    export.write_bytes(bytes(data))


@pytest.mark.parametrize(("damage", "pattern"), [
    (cut, "is no ZIP or not whole"), (flipped, "damaged|not whole"), (encrypted, "is encrypted"),
    (leading_out, "lead out of its folder"), (of_another_shape, "none of the files"),
    (without_ids, "lacks day, id"), (a_line_cut, "a line of 2 fields instead of 3"), (a_bomb, "more than 1 GiB"),
    (Path.unlink, "cannot be read"),
])
def test_what_is_no_whole_export_ends_with_one_sentence_and_writes_nothing(
    damage: Callable[[Path], None], pattern: str, export: Path, tmp_path: Path
):
    damage(export)
    said = brought(export, tmp_path / "lake")
    assert said.code == 2
    assert_one_sentence(said, pattern)
    assert not (tmp_path / "lake").exists()
