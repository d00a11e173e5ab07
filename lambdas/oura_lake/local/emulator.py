"""An AWS account on this machine: ministack in its own environment, on the loopback.

It lasts as long as the `with` block: whatever ends the block, its processes (with the Lambda functions)
end and its files are removed.
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
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.local.toolchain import ROOT, cdk_command, cdk_environment

REGION = "us-east-1"
ACCOUNT = "000000000000"
PORT = 45661
STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 2  # then by force: it has no data to save


class EmulatorFailed(OuraLakeError):
    """The emulator, or the CDK on it, did not do what it should."""


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """A running emulator: its address, its folder, and its log while it runs."""

    endpoint: str
    log: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Environment in which boto3 and the CDK reach the emulator and nothing else."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return others | self.credentials

    @property
    def credentials(self) -> dict[str, str]:
        """Variables of the AWS SDKs, without any of the machine's own account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }

    @property
    def session(self) -> dict[str, str]:
        """Arguments of `boto3.client` for a process whose environment must not change."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }

    @property
    def url_gateway(self) -> str:
        """Base URL of functions' URLs by their ids: their host names do not lead to this machine."""
        return f"{self.endpoint}/_aws/lambda-url/"

    def bootstrap(self) -> str:
        """Prepare the account for the CDK; raises EmulatorFailed."""
        return self._run(cdk_command("bootstrap", f"aws://{ACCOUNT}/{REGION}", app=None), self.folder)

    def cdk(self, *arguments: str, context: Mapping[str, str] | None = None) -> str:
        """Run the CDK against the emulator and return its output; raises EmulatorFailed."""
        given = {"target": "emulator", "url_gateway": self.url_gateway, **(context or {})}
        pairs = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = cdk_command(*arguments, *pairs, "--output", str(self.folder / "cdk.out"))
        return self._run(command, ROOT)

    def _run(self, command: list[str], folder: Path) -> str:
        done = subprocess.run(
            command,
            cwd=folder,
            env=cdk_environment(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EmulatorFailed(f"cdk {command[2]} failed on the emulator: {done.stdout.strip()[-2000:]}")
        return done.stdout


@contextmanager
def emulator(port: int = PORT, variables: Mapping[str, str] = MappingProxyType({})) -> Iterator[Emulator]:
    """Run the emulator for the length of the block; raises SettingsWrong or EmulatorFailed.

    Port 0 chooses a free one. `variables` are set for the emulator and for the functions that it runs.
    """
    port = _checked_port(port)
    folder = Path(tempfile.mkdtemp(prefix="oura-lake-emulator-"))
    log = folder / "emulator.log"
    with _terminated_like_interrupted():
        try:
            with log.open("wb") as out:
                process = _start(port, folder, out, variables)
            try:
                running = Emulator(endpoint=f"http://127.0.0.1:{port}", log=log, folder=folder)
                _wait_until_ready(running, process)
                yield running
            finally:
                _stop(process)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def is_installed() -> bool:
    """Check that `make setup-emulator` has been run."""
    return _program().exists()


def _program() -> Path:
    return ROOT / ".emulator" / "bin" / "ministack"


def _checked_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingsWrong(
                f"Port {port} is in use, so the emulator cannot start", "end what listens there or choose another port"
            ) from error
        return int(probe.getsockname()[1])


def _start(port: int, folder: Path, out: Any, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    if not is_installed():
        raise SettingsWrong(f"The emulator is not installed in {_program().parents[1]}", "run make setup-emulator")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    settings = {
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "DOCKER_HOST": f"unix://{folder}/none",
        "LOG_LEVEL": "WARNING",
    }
    return subprocess.Popen(
        [str(_program())],
        cwd=folder,
        env={**environment, **settings, **variables},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait_until_ready(running: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(URLError, OSError), urlopen(f"{running.endpoint}/_ministack/health", timeout=2):
            return
        time.sleep(0.1)
    last = running.log.read_text(errors="replace").strip()[-500:]
    raise EmulatorFailed(f"The emulator did not start within {STARTS_WITHIN_S} s (its log ends: {last or 'empty'})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the emulator's whole session, with the functions that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN_S)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that `finally` runs; only the main thread may."""

    def interrupt(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
