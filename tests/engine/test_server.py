"""A server ends with the process that started it, and one that cannot start reports it at once."""

import subprocess
import time
from pathlib import Path

import httpx
import pytest
from engine.server import ENDS_WITH_US, TrinoFailed, _wait_until_ready


def started(*command: str, log: Path) -> subprocess.Popen[bytes]:
    whole = ["sh", "-c", ENDS_WITH_US, "sh", *command]
    with log.open("wb") as out:
        return subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=out, stderr=out)


def test_what_runs_ends_when_nobody_holds_the_pipe(tmp_path: Path) -> None:
    with started("sh", "-c", "echo up; exec sleep 60", log=tmp_path / "log") as process:
        assert process.stdin
        while (tmp_path / "log").read_text() != "up\n":
            time.sleep(0.01)
        assert process.poll() is None
        process.stdin.close()
        process.wait(10)


def test_a_server_that_ends_at_its_start_says_its_last_words(tmp_path: Path) -> None:
    with (
        started("sh", "-c", "echo no room; exit 1", log=tmp_path / "log") as process,
        httpx.Client(base_url="http://127.0.0.1:9") as http,
        pytest.raises(TrinoFailed, match="no room"),
    ):
        _wait_until_ready(http, process, tmp_path / "log")
