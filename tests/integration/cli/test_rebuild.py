"""A rebuild from raw gives each object of the lake to the byte, also as of a past moment."""

import re
from datetime import date, timedelta
from pathlib import Path
from shlex import split
from typing import Any

import pytest
from oura_lake.lake.keys import STORED_VIEW
from oura_lake.lake.parquet import read_table
from oura_lake.simulator import GeneratedPerson, simulated_oura
from support.command_line import Exit, assert_one_sentence, files, for_api, run

LAST = date(2026, 8, 20)
ASKED = ("--from", LAST - timedelta(days=60), "--to", LAST, "--timezone", "Europe/Berlin")
SCORES = "lake/daily_sleep/person=me/year=2026/data.parquet"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a lake whose newest days were revised by a second sync."""
    folder = tmp_path_factory.mktemp("rebuilt") / "lake"
    with simulated_oura(GeneratedPerson(years=0.3, until=LAST), hold_back_days=3) as api:
        for _ in range(2):
            run("sync", "--lake", folder, *ASKED, **for_api(api))
            api.sync()
        run("sync", "--lake", folder, *ASKED, **for_api(api))
    return folder


def rebuild(*options: object) -> Exit:
    done = run("rebuild", *options)
    return Exit(done.returncode, done.stdout, done.stderr)


def objects(lake: Path) -> dict[str, bytes]:
    """Objects of tables; rows of stored views are none of raw's."""
    found = files(lake / "lake").items()
    return {name: data for name, (data, _) in found if not name.startswith(STORED_VIEW)}


def test_every_object_of_every_source_is_what_raw_says(lake: Path) -> None:
    before = files(lake)
    result = rebuild("--lake", lake, "--check")
    assert (result.code, files(lake)) == (0, before), result.out
    assert {name.split("/")[0] for name in objects(lake)} >= {"daily_sleep", "heartrate", "findings", "gaps"}
    assert f"{len(objects(lake))} objects: {len(objects(lake))} same." in result.out


def test_damaged_lost_and_cut_objects_come_back_to_the_byte(lake: Path) -> None:
    before = objects(lake)
    (lake / SCORES).write_bytes(b"damaged")
    (lake / "lake/personal_info/person=me/data.parquet").unlink()
    result = rebuild("--lake", lake, "--check")
    assert result.code == 1
    assert f"differs: {SCORES}" in result.out
    assert rebuild("--lake", lake).code == 0
    assert objects(lake) == before


def test_the_sentence_about_a_damaged_object_names_the_command_that_makes_it_again(lake: Path) -> None:
    before = objects(lake)
    (lake / SCORES).write_bytes(b"")
    result = run("query", "--lake", lake, "SELECT day FROM daily_sleep")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"The object {SCORES} is damaged and was left as it is" in result.stderr
    named = re.search(r"`oura-lake ([^`]*)`", result.stderr)
    assert named, result.stderr
    assert run(*split(named[1])).returncode == 0
    assert objects(lake) == before


def test_an_object_that_raw_does_not_know_is_named_and_left(lake: Path) -> None:
    stray = lake / "lake/daily_sleep/person=me/year=1999/data.parquet"
    stray.parent.mkdir()
    stray.write_bytes(b"whose?")
    result = rebuild("--lake", lake, "--endpoint", "daily_sleep")
    assert result.code == 1
    assert "unknown to raw: lake/daily_sleep/person=me/year=1999/data.parquet" in result.out
    assert stray.read_bytes() == b"whose?"
    stray.unlink()
    stray.parent.rmdir()


def test_the_lake_of_a_moment_holds_what_was_fetched_until_then(lake: Path, tmp_path: Path) -> None:
    moments = sorted(set(scores(lake).values()))
    assert len(moments) > 1
    then = moments[0]
    moment = f"{then + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    result = rebuild("--lake", lake, "--as-of", moment, "--out", tmp_path / "then")
    assert result.code == 0
    assert set(scores(tmp_path / "then").values()) == {then}
    assert len(scores(tmp_path / "then")) < len(scores(lake))


def scores(lake: Path) -> dict[str, Any]:
    rows = read_table(SCORES, (lake / SCORES).read_bytes()).to_pylist()
    return {row["id"]: row["fetched_at"] for row in rows}


def test_any_view_is_asked_as_of_a_moment_and_says_what_the_lake_of_then_says(lake: Path, tmp_path: Path) -> None:
    moment = f"{sorted(set(scores(lake).values()))[0]:%Y-%m-%d %H:%M:%S.%f}"
    assert rebuild("--lake", lake, "--as-of", moment, "--out", tmp_path / "then").code == 0
    for view in ("person_day", "heartrate"):
        sql = f"SELECT COUNT(*), COUNT(DISTINCT person) FROM {view}"
        then = run("query", "--lake", tmp_path / "then", sql)
        assert run("query", "--lake", lake, sql, "--as-of", moment).stdout == then.stdout != ""
    scored = "SELECT COUNT(*) FROM stg_daily_sleep"
    assert run("query", "--lake", lake, scored, "--as-of", moment).stdout != run("query", "--lake", lake, scored).stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--lake", "nowhere"), "There is no folder nowhere"),
        ((), "Name one lake"),
        (("--lake", ".", "--endpoint", "dreams"), "There is no table dreams; known are"),
        (("--lake", ".", "--as-of", "2026-01-01"), "--as-of and --out belong together"),
    ],
)
def test_wrong_options_say_what_to_do(options: tuple[str, ...], expected: str) -> None:
    result = rebuild(*options)
    assert_one_sentence(result, expected)
    assert result.code == 2
