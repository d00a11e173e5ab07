"""AWS's Runtime Interface Emulator on the loopback: a function's zip under AWS's own Python runtime, as in Lambda.

The folder of the zip is the working folder. All of this machine is read-only to the function but /tmp.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".emulator" / "bin"
EMULATOR = PROGRAMS / "aws-lambda-rie"
RUNTIME = (str(PROGRAMS / "python"), "-m", "awslambdaric")
NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")
READ_ONLY = (
    'mount --bind /tmp /tmp && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && '
    'mount -o remount,bind,ro / && cd "$0" && exec "$@"'
)
STARTS_WITHIN_S, ANSWERS_WITHIN_S = 60.0, 300.0


@dataclass(frozen=True, kw_only=True)
class RunningFunction:
    """Function under the emulator: its address, and the file of what it printed."""

    url: str
    printed: Path

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Answer of the function to an event; that of a failed one has `errorMessage`."""
        answer = httpx.post(self.url, json=event, timeout=ANSWERS_WITHIN_S, trust_env=False)
        return answer.json()

    def log(self) -> list[dict[str, Any]]:
        """Log lines so far; raises ValueError for a line of the function that is no JSON. Ask before the block ends."""
        lines = self.printed.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line and not _is_of_emulator(line)]


def absent() -> str | None:
    """Reason why no function can run here as in Lambda; None if one can."""
    if not EMULATOR.exists():
        return "the Runtime Interface Emulator is absent; run make setup-runtime, which needs Go"
    if not shutil.which("unshare"):
        return "the read-only task root is absent: there is no unshare (Debian: apt-get install util-linux)"
    tried = subprocess.run(_confined(Path("/tmp"), "true"), capture_output=True, text=True, check=False)
    return f"the read-only task root is absent: {tried.stderr.strip()}" if tried.returncode else None


@contextmanager
def running_function(
    folder: Path, handler: str, environment: Mapping[str, str], out: Path
) -> Iterator[RunningFunction]:
    """Run the handler of an unpacked zip until the block ends; what it prints goes to a file."""
    door, runtime_api = _two_free_ports()
    command = _confined(
        folder, str(EMULATOR), "--runtime-interface-emulator-address", f"127.0.0.1:{door}",
        "--runtime-api-address", f"127.0.0.1:{runtime_api}", "--log-level", "error", *RUNTIME, handler,
    )  # fmt: skip
    settings = {
        "PATH": os.environ["PATH"],
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": "/nowhere",  # a function has no home either
        "LAMBDA_TASK_ROOT": str(folder),
        "PYTHONPATH": str(folder),
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        **environment,
    }
    with out.open("wb") as printed:
        process = subprocess.Popen(
            command, env=settings, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True
        )
        try:
            _wait_for(door, process)
            yield RunningFunction(url=f"http://127.0.0.1:{door}/2015-03-31/functions/function/invocations", printed=out)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _confined(folder: Path, *command: str) -> list[str]:
    return [*NAMESPACE, "sh", "-c", READ_ONLY, str(folder), *command]


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"The Runtime Interface Emulator did not start within {STARTS_WITHIN_S:.0f} s.")


def _is_of_emulator(line: str) -> bool:
    """Whether the emulator printed a line, which has no JSON format of its own."""
    return line.startswith(("START RequestId", "END RequestId", "REPORT RequestId"))
