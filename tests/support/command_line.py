"""Command as a person runs it: in a process of its own, with this checkout's code."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from oura_lake.cli import main, watch
from oura_lake.lake.parquet import read_table
from oura_lake.local.folder_store import LOCK_FILE

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 120
SENTENCE = re.compile(r"oura-lake: .+[^.]\.")
COMMAND = (sys.executable, "-m", "oura_lake.cli.main")


def environment(**settings: str) -> dict[str, str]:
    """Environment of this process with these settings, without a token or an address of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OURA_ACCESS", "OURA_API"))}
    return inherited | {"PYTHONPATH": str(ROOT / "lambdas"), "COLUMNS": "200", "TERM": "dumb"} | settings


def for_api(api: Any) -> dict[str, str]:
    """Lead a process to a simulated API, with its token."""
    return {"OURA_API_BASE_URL": api.base_url, "OURA_ACCESS_TOKEN": api.token}


def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `oura-lake` to its end."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, env=environment(**settings), capture_output=True, text=True, check=False, timeout=WITHIN_S
    )


def start(*arguments: object, **settings: str) -> subprocess.Popen[str]:
    """Start `oura-lake`; use it in a `with`."""
    command, pipe = [*COMMAND, *map(str, arguments)], subprocess.PIPE
    return subprocess.Popen(command, env=environment(**settings), stdout=pipe, stderr=pipe, text=True)


def ended_unjudged(arguments: list[str], settings: dict[str, str]) -> int:
    """Run `backfill` in a process that a test has made, without judging the days; return its exit code."""
    os.environ.update(settings)
    sys.argv = ["oura-lake", *arguments]
    watch.watch_in_a_process_of_its_own = lambda *_: True
    try:
        main.main()
    except SystemExit as ending:
        return int(ending.code or 0)
    return 0


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes of each file, and the moment of its last write."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


class Exit:
    """Outcome of a command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out = code, out
        self.lines = [line for line in err.splitlines() if line]


def assert_one_sentence(result: Exit, pattern: str) -> None:
    """Check that the output is one sentence with the expected text."""
    assert len(result.lines) == 1, result.lines
    assert SENTENCE.fullmatch(result.lines[0])
    assert re.search(pattern, result.lines[0]), result.lines[0]


def tables(lake: Path) -> set[str]:
    """Tables of the folder, each object read to its last byte."""
    found = [path for path in lake.rglob("*.parquet") if read_table(path.name, path.read_bytes()).num_rows]
    return {path.relative_to(lake / "lake").parts[0] for path in found}


def assert_nothing_half_written(lake: Path) -> None:
    """Check that no file but the lock begins with a dot: no unfinished write remains."""
    assert [path for path in lake.rglob(".*") if path.name != LOCK_FILE] == []
    tables(lake)
