"""An interrupted sync, or two at once, leave a whole lake and lose nothing."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from signal import Signals

import pytest
from oura_lake.cli import watch
from oura_lake.lake.parquet import read_table
from oura_lake.lake.partition import Table
from oura_lake.local.folder_store import FolderStore
from oura_lake.simulator import Fault, RunningApi
from oura_lake.simulator.scenarios import local_week
from oura_lake.sources.oura import SOURCE
from support.builders import rebuilt
from support.command_line import (
    Exit,
    assert_nothing_half_written,
    assert_one_sentence,
    for_api,
    run,
    start,
    tables,
)

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)
LANDS = {"daily_sleep", "daily_activity", "sleep", "workout", "heartrate", "personal_info", "ring_configuration"}
OK, FAILED, INTERRUPTED = 0, 1, 130


def test_a_full_disk_leaves_the_lake_as_it_was_and_the_next_run_completes_it(
    oura_lake: Callable[..., Exit], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr("oura_lake.local.folder_store.os.fsync", full)
        result = oura_lake("sync", "--lake", lake, *DAYS)
    assert result.code == FAILED
    assert_one_sentence(result, "No space left on device")
    assert tables(lake) == set()
    assert_nothing_half_written(lake)
    assert oura_lake("sync", "--lake", lake, *DAYS).code == OK
    assert tables(lake) == LANDS


def test_two_syncs_at_once_both_end_well_and_lose_nothing(oura: RunningApi, lake: Path) -> None:
    with start("sync", "--lake", lake, *DAYS, **for_api(oura)) as one:
        other = run("sync", "--lake", lake, *DAYS, **for_api(oura))
        _, err = one.communicate(timeout=60)
    assert (one.returncode, err, other.returncode, other.stderr) == (OK, "", OK, "")
    assert_nothing_half_written(lake)
    assert {name: n_rows(lake, name) for name in WEEK.truth} == {name: len(d) for name, d in WEEK.truth.items()}
    for name in ("daily_sleep", "daily_activity", "sleep", "workout"):
        assert made_again(lake, name) == (lake / f"lake/{name}/person=me/year=2026/data.parquet").read_bytes()


def n_rows(lake: Path, table: str) -> int:
    return sum(read_table(str(p), p.read_bytes()).num_rows for p in (lake / "lake" / table).rglob("*.parquet"))


def made_again(lake: Path, name: str) -> bytes:
    """Object of the year, rebuilt from raw alone."""
    table = Table(store=FolderStore(lake), source="oura", endpoint=SOURCE.endpoint(name), person="me")
    return rebuilt(table, "2026")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_sync_that_is_ended_leaves_a_whole_lake_and_the_next_completes_it(
    oura: RunningApi, oura_lake: Callable[..., Exit], lake: Path, ending: Signals
) -> None:
    oura.plant(Fault(collection="heartrate", status=429, retry_after=100, on_request=3))
    with start("sync", "--lake", lake, *DAYS, **for_api(oura)) as process:
        wait_until(lambda: any(seen.status == 429 for seen in oura.requests))
        process.send_signal(ending)
        _, err = process.communicate(timeout=20)
    if ending == signal.SIGINT:
        result = Exit(process.returncode, "", err)
        assert result.code == INTERRUPTED
        assert_one_sentence(result, "Interrupted; nothing is half-written, run it again")
        assert_nothing_half_written(lake)
    again = oura_lake("sync", "--lake", lake, *DAYS)
    assert (again.code, again.lines) == (OK, [])
    assert {name: n_rows(lake, name) for name in WEEK.truth} == {name: len(d) for name, d in WEEK.truth.items()}


LOSES_THE_INTERRUPT = """
import signal, threading
import click
from oura_lake.cli import main

class Closing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

@click.command()
def stay():
    Closing()
    threading.Event().wait(60)

main.oura_lake.get_command = lambda _context, _name: stay
main.main()
"""


def test_an_interrupt_that_falls_into_a_finalizer_ends_the_command_all_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", LOSES_THE_INTERRUPT, "stay"], capture_output=True, text=True)
    assert done.returncode == INTERRUPTED
    assert_one_sentence(Exit(done.returncode, done.stdout, done.stderr), "Interrupted; nothing is half-written")


def wait_until(holds: Callable[[], bool], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_days_that_landed_and_were_not_judged_are_judged_by_the_next_sync_though_nothing_is_new(
    oura_lake: Callable[..., Exit], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = []

    def ends_badly_at_first(*_: object) -> bool:
        judged.append(1)
        return len(judged) > 1

    monkeypatch.setattr(watch, "watch_in_a_process_of_its_own", ends_badly_at_first)
    codes = [oura_lake("sync", "--lake", lake, *DAYS).code for _ in range(3)]
    assert (codes, len(judged)) == ([FAILED, OK, OK], 2)
