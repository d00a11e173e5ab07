"""What does a person see, and what is left in the folder, when something is wrong with what comes or what is asked?

Always: one sentence on stderr, the documented exit code, no traceback, nothing half-written, all else landed.
"""

import errno
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from command_line import files, for_api, run, start
from oura_lake.cli import main as command_line
from oura_lake.cli import sync
from oura_lake.http import OuraClient
from oura_lake.lake.fold import fold, row_of
from oura_lake.lake.landing import Table
from oura_lake.lake.objects import read_table, write_rows
from oura_lake.lake.raw import lines_since
from oura_lake.local import folder_store
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.simulator import FOR_EVER, SCOPES, Fault, RunningApi, simulated_oura
from oura_lake.local.simulator.scenarios import local_week
from oura_lake.sources.oura import SOURCE

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
LANDS = {"daily_sleep", "daily_activity", "sleep", "workout", "heartrate", "personal_info", "ring_configuration"}
OK, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
SENTENCE = re.compile(r"oura-lake: .+[^.]\.")


class Said:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out = code, out
        self.lines = [line for line in err.splitlines() if line]


@pytest.fixture
def oura() -> Iterator[RunningApi]:
    with simulated_oura(WEEK.source) as api:
        yield api


@pytest.fixture
def lake(tmp_path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def oura_lake(oura, monkeypatch, capsys) -> Callable[..., Said]:
    """The command in this process: nobody waits between attempts, and the days are not judged."""
    monkeypatch.setattr(sync, "OuraClient", partial(OuraClient, sleep=lambda seconds: None))
    monkeypatch.setattr(sync, "watch_in_a_process_of_its_own", lambda *_: True)
    for name, value in for_api(oura).items():
        monkeypatch.setenv(name, value)

    def ended(*arguments: object) -> Said:
        monkeypatch.setattr("sys.argv", ["oura-lake", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            command_line.main()
        return Said(ending.value.code or 0, *capsys.readouterr())

    return ended


def assert_one_sentence(said: Said, pattern: str) -> None:
    """One line, and it is a sentence that says what was expected of it."""
    assert len(said.lines) == 1, said.lines
    assert SENTENCE.fullmatch(said.lines[0])
    assert re.search(pattern, said.lines[0]), said.lines[0]


def tables(lake: Path) -> set[str]:
    """The tables of the folder, each object read to its last byte."""
    found = [path for path in lake.rglob("*.parquet") if read_table(path.name, path.read_bytes()).num_rows]
    return {path.relative_to(lake / "lake").parts[0] for path in found}


def assert_nothing_half_written(lake: Path) -> None:
    """No file but the lock begins with a dot: what is written beside its place is gone."""
    assert [path for path in lake.rglob(".*") if path.name != folder_store.LOCK_FILE] == []
    tables(lake)


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
def test_a_bad_collection_is_named_and_the_others_land(oura, oura_lake, lake, fault, pattern):
    oura.plant(fault)
    said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, pattern)
    assert tables(lake) == LANDS - {"sleep"}
    assert_nothing_half_written(lake)


@pytest.mark.parametrize("kind", ["no_key", "future"])
def test_a_document_that_fits_no_place_is_kept_apart_and_its_neighbours_land(oura, oura_lake, lake, kind):
    oura.plant(Fault(collection="daily_sleep", kind=kind, times=FOR_EVER))
    said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "no key, no day or a day in the future; what came is kept under rejected/")
    assert tables(lake) == LANDS
    assert len(list((lake / "rejected").rglob("*.json.gz"))) == 1
    assert not list(lake.rglob("year=2196"))


def test_a_document_of_a_neighbouring_day_without_key_is_still_kept_once_after_two_runs(oura, oura_lake, lake):
    oura.plant(Fault(collection="daily_sleep", kind="no_key", times=FOR_EVER))
    assert [oura_lake("sync", "--lake", lake, *DAYS).code for _ in range(2)] == [FAILED, FAILED]
    assert len(list((lake / "rejected").rglob("*.json.gz"))) == 1


def test_a_wrong_token_says_so_once_and_leaves_nothing(oura_lake, lake, monkeypatch):
    monkeypatch.setenv("OURA_ACCESS_TOKEN", "wrong")
    said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "token .*oura-lake connect|token .*OURA_ACCESS_TOKEN")
    assert "wrong" not in said.lines[0].split()
    assert tables(lake) == set()


def test_an_expired_token_says_so_once_and_what_landed_before_stays(oura, oura_lake, lake):
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    before = files(lake)
    oura.plant(Fault(status=401, times=FOR_EVER))
    said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "token")
    assert files(lake) == before


def test_a_scope_that_was_not_granted_is_named_and_the_others_land(lake, oura_lake, monkeypatch):
    with simulated_oura(WEEK.source, scopes=tuple(s for s in SCOPES if s != "heartrate")) as api:
        monkeypatch.setenv("OURA_API_BASE_URL", api.base_url)
        said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "scope 'heartrate' was not granted; run `oura-lake connect`")
    assert tables(lake) == LANDS - {"heartrate"}


def test_no_token_at_all_says_how_to_get_one(lake, oura_lake, monkeypatch, tmp_path):
    monkeypatch.delenv("OURA_ACCESS_TOKEN")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    said = oura_lake("sync", "--lake", lake)
    assert said.code == WRONG_INPUT
    assert_one_sentence(said, "no token for me; run `oura-lake connect`")
    assert not lake.exists()


def test_no_network_is_said_once_and_not_for_each_collection(lake, oura_lake, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and it refuses
        monkeypatch.setenv("OURA_API_BASE_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "Could not reach 127.0.0.1.*check the connection")
    assert tables(lake) == set()


WRONG_USAGE = {
    "from after to": (("--from", "2026-08-20", "--to", "2026-08-14"), "--from 2026-08-20 lies after --to 2026-08-14"),
    "a last day in the future": (("--to", "2199-01-01"), "2199-01-01 lies in the future"),
    "a zone that is none": (("--timezone", "Mars/Base"), "'Mars/Base' is not a time zone"),
    "a collection that is none": (("--endpoint", "naps"), "no collection naps; known are"),
    "a person that is none": (("--person", "../me"), "'../me' cannot name a person"),
}


@pytest.mark.parametrize(("options", "pattern"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_a_wrong_option_says_what_is_wrong_and_asks_for_nothing(oura, oura_lake, lake, options, pattern):
    said = oura_lake("sync", "--lake", lake, *options)
    assert said.code == WRONG_INPUT
    assert_one_sentence(said, pattern)
    assert oura.requests == []
    assert not lake.exists()


@pytest.mark.parametrize("arguments", [("frobnicate",), ("sync",), ("sync", "--lake", "x", "--from", "tomorrow")])
def test_wrong_usage_is_explained(oura_lake, arguments):
    said = oura_lake(*arguments)
    assert said.code == WRONG_INPUT
    assert said.lines[-1].startswith("Error: ")
    assert not any("Traceback" in line for line in said.lines)


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").is_dir(), reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_says_so_once(oura_lake):
    said = oura_lake("sync", "--lake", Path("/proc/self/lake"), *DAYS)  # not even root can make a folder there
    assert said.code == FAILED
    assert_one_sentence(said, "Cannot write to .*; make it writable or choose another with --lake")


def test_a_lake_that_lies_under_a_file_says_so(oura_lake, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    said = oura_lake("sync", "--lake", tmp_path / "file" / "lake", *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "Cannot (read|write)")


def test_a_full_disk_leaves_the_lake_as_it_was_and_the_next_run_completes_it(oura_lake, lake, monkeypatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(folder_store.os, "fsync", full)
        said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "No space left on device")
    assert tables(lake) == set()
    assert_nothing_half_written(lake)
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    assert tables(lake) == LANDS


def test_a_truncated_object_is_named_and_left_and_the_others_land(oura, oura_lake, lake):
    oura_lake("sync", "--lake", lake, *DAYS)
    damaged = lake / "lake/daily_sleep/person=me/year=2026/data.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    said = oura_lake("sync", "--lake", lake, *DAYS)
    assert said.code == FAILED
    assert_one_sentence(said, "lake/daily_sleep/person=me/year=2026/data.parquet is damaged and was left as it is")
    assert damaged.read_bytes() == whole[: len(whole) // 2]
    damaged.unlink()  # as the sentence advises
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    assert read_table("", damaged.read_bytes()).num_rows == 7


def test_two_syncs_at_once_both_end_well_and_lose_nothing(oura, lake):
    with start("sync", "--lake", lake, *DAYS, **for_api(oura)) as one:
        other = run("sync", "--lake", lake, *DAYS, **for_api(oura))
        _, err = one.communicate(timeout=60)
    assert (one.returncode, err, other.returncode, other.stderr) == (OK, "", OK, "")
    assert_nothing_half_written(lake)
    assert {name: n_rows(lake, name) for name in WEEK.truth} == {name: len(d) for name, d in WEEK.truth.items()}
    for name in ("daily_sleep", "daily_activity", "sleep", "workout"):
        assert rebuilt(lake, name) == (lake / f"lake/{name}/person=me/year=2026/data.parquet").read_bytes()


def n_rows(lake: Path, table: str) -> int:
    return sum(read_table(str(p), p.read_bytes()).num_rows for p in (lake / "lake" / table).rglob("*.parquet"))


def rebuilt(lake: Path, name: str) -> bytes:
    """A year's object made again from raw alone."""
    table = Table(store=FolderStore(lake), source="oura", endpoint=SOURCE.endpoint(name), person="me")
    said = lines_since(table.store, table.source, table.endpoint, table.person, "2026", None)
    rows = fold(table.endpoint, {}, [row_of(table.endpoint, line, set()) for line in said])
    return write_rows(table.endpoint, rows.values())


def test_an_interrupted_sync_ends_in_one_line_and_the_next_completes_it(oura, lake):
    oura.plant(Fault(collection="heartrate", status=429, retry_after=100, on_request=3))
    with start("sync", "--lake", lake, *DAYS, **for_api(oura)) as process:
        wait_until(lambda: any(seen.status == 429 for seen in oura.requests))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    said = Said(process.returncode, "", err)
    assert said.code == INTERRUPTED
    assert_one_sentence(said, "Interrupted")
    assert_nothing_half_written(lake)
    again = run("sync", "--lake", lake, *DAYS, **for_api(oura))
    assert (again.returncode, again.stderr) == (OK, "")
    assert {name: n_rows(lake, name) for name in WEEK.truth} == {name: len(d) for name, d in WEEK.truth.items()}


def wait_until(holds: Callable[[], bool], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
