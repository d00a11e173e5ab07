"""A wrong option or a bad answer ends in one sentence on stderr and the documented exit code.

There is no traceback, nothing half-written, and all else lands.
"""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oura_lake.lake.parquet import read_table
from oura_lake.simulator import FOR_EVER, SCOPES, Fault, RunningApi, simulated_oura
from oura_lake.simulator.scenarios import local_week
from support.command_line import Exit, assert_nothing_half_written, assert_one_sentence, files, tables

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
LANDS = {"daily_sleep", "daily_activity", "sleep", "workout", "heartrate", "personal_info", "ring_configuration"}
OK, FAILED, WRONG_INPUT = 0, 1, 2


ONE_COLLECTION_IS_BAD = {
    "HTML instead of JSON": (Fault(collection="sleep", kind="html", times=FOR_EVER), "web page instead of JSON"),
    "a page for ever": (Fault(collection="sleep", kind="loop", times=FOR_EVER), "repeated a page of sleep for ever"),
    "half an answer": (Fault(collection="sleep", kind="truncated", times=FOR_EVER), "sleep is not JSON"),
    "a rate limit for ever": (Fault(collection="sleep", status=429, times=FOR_EVER), "429.* run it again"),
    "a broken server": (Fault(collection="sleep", status=500, times=FOR_EVER), "answered 500 .*run it again"),
    "a request refused": (Fault(collection="sleep", status=422, times=FOR_EVER), "refused the request for sleep"),
    "a lapsed membership": (Fault(collection="sleep", status=403, times=FOR_EVER), "renew the membership"),
}


@pytest.mark.parametrize(("fault", "pattern"), ONE_COLLECTION_IS_BAD.values(), ids=ONE_COLLECTION_IS_BAD)
def test_a_bad_collection_is_named_and_the_others_land(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path, fault: Any, pattern: str
) -> None:
    oura.plant(fault)
    result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, pattern)
    assert tables(lake) == LANDS - {"sleep"}
    assert_nothing_half_written(lake)


@pytest.mark.parametrize("kind", ["no_key", "future"])
def test_a_document_that_fits_no_place_is_kept_apart_and_its_neighbours_land(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path, kind: str
) -> None:
    oura.plant(Fault(collection="daily_sleep", kind=kind, times=FOR_EVER))
    result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "no key, no day or a day in the future; what came is kept under rejected/")
    assert tables(lake) == LANDS
    assert len(list((lake / "rejected").rglob("*.json.gz"))) == 1
    assert not list(lake.rglob("year=2196"))


def test_a_document_of_a_neighbouring_day_without_key_is_kept_and_reported_once_by_two_runs(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    oura.plant(Fault(collection="daily_sleep", kind="no_key", times=FOR_EVER))
    assert oura_lake("sync", "--lake", lake, *DAYS).code == FAILED
    before, again = files(lake), oura_lake("sync", "--lake", lake, *DAYS)
    assert (again.code, again.lines, files(lake)) == (OK, [], before)
    assert len(list((lake / "rejected").rglob("*.json.gz"))) == 1


def test_a_wrong_token_says_so_once_and_leaves_nothing(
    oura_lake: Callable[..., Exit], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURA_ACCESS_TOKEN", "wrong")
    result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "token .*oura-lake connect|token .*OURA_ACCESS_TOKEN")
    assert "wrong" not in result.lines[0].split()
    assert tables(lake) == set()


def test_an_expired_token_says_so_once_and_what_landed_before_stays(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    before = files(lake)
    oura.plant(Fault(status=401, times=FOR_EVER))
    result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "token")
    assert files(lake) == before


def test_a_scope_that_was_not_granted_is_named_and_the_others_land(
    lake: Path, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch
) -> None:
    with simulated_oura(WEEK.source, scopes=tuple(s for s in SCOPES if s != "heartrate")) as api:
        monkeypatch.setenv("OURA_API_BASE_URL", api.base_url)
        result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "scope 'heartrate' was not granted; run `oura-lake connect`")
    assert tables(lake) == LANDS - {"heartrate"}


def test_no_token_at_all_says_how_to_get_one(
    lake: Path, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OURA_ACCESS_TOKEN")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    result = oura_lake("sync", "--lake", lake)
    assert result.code == WRONG_INPUT
    assert_one_sentence(result, "no token for me; run `oura-lake connect`")
    assert not lake.exists()


@pytest.mark.parametrize("pasted", ["tök", "two\nlines"])
def test_a_token_pasted_wrong_is_not_shown(
    lake: Path, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    monkeypatch.setenv("OURA_ACCESS_TOKEN", pasted)
    result = oura_lake("sync", "--lake", lake)
    assert result.code == WRONG_INPUT
    assert_one_sentence(result, "OURA_ACCESS_TOKEN holds characters that no token has; copy it again")


def test_no_network_is_said_once_and_not_for_each_collection(
    lake: Path, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and it refuses
        monkeypatch.setenv("OURA_API_BASE_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "Could not reach 127.0.0.1.*check the connection")
    assert tables(lake) == set()


WRONG_USAGE = {
    "from after to": (("--from", "2026-08-20", "--to", "2026-08-14"), "--from 2026-08-20 lies after --to 2026-08-14"),
    "a last day in the future": (("--to", "2199-01-01"), "2199-01-01 lies in the future"),
    "a first day before any ring": (("--from", "0001-01-01"), "0001-01-01 lies before any Oura ring; ask from 2015"),
    "a zone that is none": (("--timezone", "Mars/Base"), "'Mars/Base' is not a time zone"),
    "a collection that is none": (("--endpoint", "naps"), "no collection naps; known are"),
    "a person that is none": (("--person", "../me"), "'../me' cannot name a person"),
}


@pytest.mark.parametrize(("options", "pattern"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_a_wrong_option_says_what_is_wrong_and_asks_for_nothing(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path, options: Any, pattern: str
) -> None:
    result = oura_lake("sync", "--lake", lake, *options)
    assert result.code == WRONG_INPUT
    assert_one_sentence(result, pattern)
    assert oura.requests == []
    assert not lake.exists()


@pytest.mark.parametrize("arguments", [("frobnicate",), ("sync",), ("sync", "--lake", "x", "--from", "tomorrow")])
def test_wrong_usage_is_explained(oura_lake: Callable[..., Exit], arguments: tuple[str, ...]) -> None:
    result = oura_lake(*arguments)
    assert result.code == WRONG_INPUT
    assert result.lines[-1].startswith("Error: ")
    assert not any("Traceback" in line for line in result.lines)


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").is_dir(), reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_says_so_once(oura_lake: Callable[..., Exit]) -> None:
    result = oura_lake("sync", "--lake", Path("/proc/self/lake"), *DAYS)  # not even root can make a folder there
    assert result.code == FAILED
    assert_one_sentence(result, "Cannot write to .*; make it writable or choose another with --lake")


def test_a_lake_that_lies_under_a_file_says_so(oura_lake: Callable[..., Exit], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    result = oura_lake("sync", "--lake", tmp_path / "file" / "lake", *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "Cannot (read|write)")


def test_a_truncated_object_is_named_and_left_and_the_others_land(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    oura_lake("sync", "--lake", lake, *DAYS)
    damaged = lake / "lake/daily_sleep/person=me/year=2026/data.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "lake/daily_sleep/person=me/year=2026/data.parquet is damaged and was left as it is")
    assert damaged.read_bytes() == whole[: len(whole) // 2]
    damaged.unlink()  # as the sentence advises
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    assert read_table("", damaged.read_bytes()).num_rows == 7


READERS = (
    ("query", "SELECT COUNT(*) FROM stg_daily_sleep"), ("status",), ("report", "--output", "report.html"), ("watch",),
)  # fmt: skip


@pytest.mark.parametrize("arguments", READERS, ids=lambda arguments: arguments[0])
def test_who_reads_a_truncated_object_is_told_which_it_is(
    oura_lake: Callable[..., Exit], lake: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    oura_lake("sync", "--lake", lake, *DAYS)
    damaged = lake / "lake/daily_sleep/person=me/year=2026/data.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    monkeypatch.chdir(lake)
    result = oura_lake(*arguments, "--lake", lake)
    assert (result.code, result.out) == (FAILED, "")
    assert_one_sentence(result, "daily_sleep/person=me/year=2026/data.parquet is damaged")
    assert not (lake / "report.html").exists()


def test_who_reads_a_folder_that_is_none_is_told_how_to_fill_it(oura_lake: Callable[..., Exit], lake: Path) -> None:
    result = oura_lake("status", "--lake", lake)
    assert result.code == WRONG_INPUT
    assert_one_sentence(result, "There is no folder .*; fill one with `oura-lake sync --lake")
