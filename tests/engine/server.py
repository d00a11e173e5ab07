"""Trino server on the loopback, with 2 GB of heap, over the folder of one lake.

The catalog of Glue bears Athena's name for it, since a deployed view names the catalog of its tables; the other one is
of tables and views that the tests make. Whatever ends the block, or the tests themselves, ends the server: its shell
waits for the end of a pipe that we hold open.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx
from engine.installed import SERVER, java

GLUE = "awsdatacatalog"
CATALOG = "folder"
METASTORE = "metastore"  # beside lake/ and raw/, in the folder that the server sees
HEAP = "2G"
STARTS_WITHIN_S, ANSWERS_WITHIN_S, STOPS_WITHIN_S = 180, 300, 10
ENDS_WITH_US = 'exec 3<&0; "$@" 3<&- & java=$!; { cat <&3 >/dev/null; kill $java; } 2>/dev/null & wait $java'


class TrinoFailed(Exception):
    """Failure of Trino to start."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """Trino that answers: a client of it, and the folder it sees as `local:///`."""

    http: httpx.Client
    folder: Path

    @property
    def metastore(self) -> Path:
        """Folder of the definitions of tables and views."""
        return self.folder / METASTORE


@contextmanager
def trino(folder: Path, glue: Mapping[str, str] = MappingProxyType({})) -> Iterator[Running]:
    """Run Trino over a folder for the length of the block, and over Glue by these settings; raises TrinoFailed."""
    port, home = _free_port(), Path(tempfile.mkdtemp(prefix="oura-lake-trino-"))
    try:
        _configure(home, folder, port)
        if glue:
            _write(home / "catalog" / f"{GLUE}.properties", glue)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                ["sh", "-c", ENDS_WITH_US, "sh", *_command(home)], cwd=home, stdin=subprocess.PIPE,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=ANSWERS_WITHIN_S) as http:
                _wait_until_ready(http, process, home / "log")
                yield Running(http=http, folder=folder)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _configure(home: Path, folder: Path, port: int) -> None:
    _write(home / "config.properties", {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        "node.internal-address": "127.0.0.1",
        "discovery.uri": f"http://127.0.0.1:{port}",
    })  # fmt: skip
    _write(home / "catalog" / f"{CATALOG}.properties", {
        "connector.name": "hive",
        "hive.metastore": "file",
        "hive.metastore.catalog.dir": f"local:///{METASTORE}",
        "hive.metastore.disable-location-checks": "true",
        "hive.allow-register-partition-procedure": "true",
        "fs.native-local.enabled": "true",
        "local.location": str(folder),
    })  # fmt: skip
    _write(home / "log.properties", {"": "WARN"})


def _write(file: Path, settings: Mapping[str, str]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")


def _command(home: Path) -> list[str]:
    properties = {
        "node.environment": "test", "node.id": "one", "node.bind-ip": "127.0.0.1", "node.data-dir": home / "data",
        "plugin.dir": SERVER / "plugin", "config": home / "config.properties", "catalog.config-dir": home / "catalog",
        "log.levels-file": home / "log.properties",
    }  # fmt: skip
    return [
        str(java()), f"-Xmx{HEAP}", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        *(f"-D{name}={value}" for name, value in properties.items()),
        "-cp", str(SERVER / "lib" / "*"), "io.trino.server.TrinoServer",
    ]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if http.get("/v1/info").json().get("starting") is False:
                return
        time.sleep(0.2)
    last = log.read_text(errors="replace").strip()[-800:]
    raise TrinoFailed(f"Trino did not start within {STARTS_WITHIN_S} s; its log ends: {last or 'empty'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe, then end the whole session if it has not ended by itself."""
    assert process.stdin
    process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPS_WITHIN_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
