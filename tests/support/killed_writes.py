"""State of a folder when runs die at every place of a write, one after the other, and another run follows.

Runs in a process of its own without threads (`own_process.run`), which forks one that dies for each place.
"""

import os
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from oura_lake.aws.s3 import S3Store
from oura_lake.local.folder_store import LOCK_FILE, FolderStore

from support.lake_runs import AFTER, NOW, bring, differences_from_raw, rows, seen_by_readers
from support.own_process import KILLED, Lines, calls_counted, forked

ONE_HOUR = timedelta(hours=1)
FILES = ("local/folder_store.py", "local/private_file.py")
OF_A_WRITE = ("put", "_replace", "replace_private", "_new")
dying_in_a_write = partial(Lines, FILES, OF_A_WRITE)


def every_death(base: Path, scratch: Path) -> tuple[int, int, dict[int, list[str]]]:
    """Let a run on a copy of a lake die before each line of a write, another one continue, and list the faults.

    Returns the number of deaths, the number of different folders after them, and by place the difference from an
    undisturbed run.
    """
    whole = shutil.copytree(base, scratch / "whole")
    n_lines = forked(partial(_run, whole), dying_in_a_write()).n_lines
    left: set[frozenset[tuple[str, bytes | None]]] = set()
    wrong: dict[int, list[str]] = {}
    for n in range(1, n_lines + 1):
        folder = shutil.copytree(base, scratch / "killed")
        died = forked(partial(_run, folder), dying_in_a_write(dies_at=n))
        if died.code != KILLED:
            wrong[n] = [f"it ended with {died.code}"]
        if (state := _state(folder)) not in left:  # else the next run is the one that was tried already
            left.add(state)
            if found := forked(partial(_wrong_after_the_next, folder, whole)).result:
                wrong[n] = found
        shutil.rmtree(folder)
    return n_lines, len(left), wrong


def every_death_on_s3(environment: dict[str, str]) -> list[int]:
    """Do the same where the lake is a bucket: first a run into `whole`, then one dies before each of its calls.

    Dying after a call equals dying before the next. Returns the end of each run; the n-th has a bucket `killed-n` of
    its own.
    """
    os.environ.update(environment)
    s3 = boto3.client("s3")  # it has no connection before the fork: one serves one process
    n_calls = forked(partial(_run_on_s3, s3, "whole")).result
    return [forked(partial(_run_on_s3, s3, f"killed-{n}", dies_at=n)).code for n in range(1, n_calls + 1)]


def _run_on_s3(s3: Any, bucket: str, dies_at: int = 0) -> int:
    calls = calls_counted(dies_at)
    bring(S3Store(bucket, s3), AFTER, NOW)
    return len(calls)


def _run(folder: Path, hours_later: int = 0) -> int:
    return bring(FolderStore(folder), AFTER, NOW + hours_later * ONE_HOUR)


def _wrong_after_the_next(folder: Path, whole: Path) -> list[str]:
    """Differences from an undisturbed run: any after one at the same moment; of the rows an hour later."""
    later = shutil.copytree(folder, folder.with_name("later"))
    _run(folder)
    _run(later, hours_later=1)
    wanted, got = seen_by_readers(_files(whole)), seen_by_readers(_files(folder))
    found = sorted(name for name in wanted.keys() | got if wanted.get(name) != got.get(name))
    if rows(FolderStore(later)) != rows(FolderStore(whole)):
        found.append("the rows an hour later")
    for place in (folder, later):
        found += differences_from_raw(FolderStore(place))
        found += [str(path) for path in place.rglob(".*") if path.name != LOCK_FILE]
        if _run(place, hours_later=2):
            found.append("a second run writes")
    shutil.rmtree(later)
    return found


def _state(folder: Path) -> frozenset[tuple[str, bytes | None]]:
    """All of a folder that a next run can see."""
    return frozenset((str(p.relative_to(folder)), p.read_bytes() if p.is_file() else None) for p in folder.rglob("*"))


def _files(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in _state(folder) if data is not None}
