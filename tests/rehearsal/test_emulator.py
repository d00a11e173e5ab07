"""The emulator starts, or fails with a clear word, and leaves nothing behind however it ends."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.local import emulator as module
from oura_lake.local.emulator import EmulatorFailed, emulator, is_installed
from oura_lake.local.toolchain import ROOT

Until = Callable[[Callable[[], Any], float, str], Any]
RUN_AND_WAIT = """
import threading
from oura_lake.local.emulator import emulator
with emulator(0) as running:
    print(running.endpoint.rpartition(":")[2], running.folder, flush=True)
    threading.Event().wait()
"""


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not is_installed():
        pytest.skip("the emulator is not installed; run make setup-emulator")


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SettingsWrong, match=rf"^Port {port} is in use.*\.$"), emulator(port):
            pass


def test_without_its_environment_the_sentence_names_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_program", lambda: Path("/nowhere/bin/ministack"))
    with pytest.raises(SettingsWrong, match="run make setup-emulator"), emulator(0):
        pass


def test_one_that_dies_at_its_start_is_told_with_the_end_of_its_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "ministack"
    broken.write_text("#!/bin/sh\necho no such flag >&2\n")
    broken.chmod(0o755)
    monkeypatch.setattr(module, "_program", lambda: broken)
    with pytest.raises(EmulatorFailed, match="no such flag"), emulator(0):
        pass


def test_a_failing_cdk_is_told_with_what_it_said() -> None:
    with emulator(0) as running, pytest.raises(EmulatorFailed, match=r"cdk deploy failed.*There is no none\.toml"):
        running.cdk("deploy", context={"config": "none.toml"})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "Ctrl-C"])
def test_nothing_runs_or_lies_about_after_a_signal(number: signal.Signals, until: Until) -> None:
    command = [sys.executable, "-c", RUN_AND_WAIT]
    environment = {"PYTHONPATH": str(ROOT / "lambdas"), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    with process:
        assert process.stdout
        port, folder = process.stdout.readline().split()
        process.send_signal(number)
        until(lambda: process.poll() is not None, 20, "the end of the process")
    assert not Path(folder).exists()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", int(port)), 1):
        pass
