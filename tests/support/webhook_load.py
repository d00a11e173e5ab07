"""Load of Oura's events on a door in a process of its own: how many arrive, once, and how fast.

python tests/support/webhook_load.py      # is that process: it serves the receive function until its input ends
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE
from urllib.parse import urlsplit

from oura_lake.oura.webhook_event import signature

from support.function_url import function_url

APP, ACCOUNTS, SECRET = "/oura-lake/app", "/oura-lake/accounts/", "the app's secret"
CREDENTIALS = json.dumps({"client_id": "app", "client_secret": SECRET})
PARAMETERS = {APP: CREDENTIALS, f"{ACCOUNTS}a": "ada", f"{ACCOUNTS}b": "bob"}
WORKERS = 8
Event = tuple[bytes, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Statuses by number, seconds of each answer in order of size, and of the whole."""

    statuses: dict[int, int]
    seconds: list[float]
    wall_s: float

    def at(self, part: float) -> float:
        """Milliseconds within which that part of the calls was answered."""
        return self.seconds[min(len(self.seconds) - 1, int(part * len(self.seconds)))] * 1000

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall_s


def events(n: int, *, every_repeated: int = 20) -> list[Event]:
    """Make that many signed events of two persons, and repeat every n-th, as Oura does."""
    made = [signed(f"document-{number}", "ab"[number % 2]) for number in range(n)]
    return [event for number, event in enumerate(made) for _ in range(1 + (number % every_repeated == 0))]


def forged(n: int) -> list[Event]:
    """Make that many calls by strangers: another secret, no signature, a time long past, another's signature."""
    return [_forgeries(number)[number % 4] for number in range(n)]


def _forgeries(number: int) -> list[Event]:
    name = f"forged-{number}"
    body, headers = signed(name, "a")
    return [
        signed(name, "a", secret="the secret before"),
        (body, {}),
        signed(name, "a", age_s=8000),
        (body + b" ", headers),
    ]


def signed(document: str, user: str, *, secret: str = SECRET, age_s: int = 0) -> Event:
    """Make one event as Oura sends it."""
    body = json.dumps({
        "event_type": "update", "data_type": "sleep", "object_id": document, "event_time": "2026-08-21T11:59:00Z",
        "user_id": user,
    }).encode()  # fmt: skip
    stamp = str(int(time.time()) - age_s)
    return body, {"x-oura-timestamp": stamp, "x-oura-signature": signature(secret, stamp, body)}


def pressed(n: int) -> list[Event]:
    """Make that many posts to a link, with all data in their address."""
    return [(b"answer", {})] * n


def followed(n: int) -> list[Event]:
    """Make that many visits of a link."""
    return [(b"", {})] * n


def send(url: str, calls: Sequence[Event], per_s: float | None = None) -> Answered:
    """Send all by eight connections, evenly at a rate or as fast as it goes."""
    begin = time.perf_counter()

    def share(first: int) -> list[tuple[int, float]]:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        try:
            return [_sent(connection, url, calls[n], _due(begin, n, per_s)) for n in range(first, len(calls), WORKERS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = [answer for found in pool.map(share, range(WORKERS)) for answer in found]
    statuses = [status for status, _ in answers]
    return Answered(
        statuses={status: statuses.count(status) for status in set(statuses)},
        seconds=sorted(seconds for _, seconds in answers),
        wall_s=time.perf_counter() - begin,
    )


def _due(begin: float, number: int, per_s: float | None) -> float:
    return begin + number / per_s if per_s else 0.0


def _sent(connection: HTTPConnection, url: str, call: Event, due: float) -> tuple[int, float]:
    time.sleep(max(0.0, due - time.perf_counter()))
    begin = time.perf_counter()
    body, headers = call
    where = urlsplit(url)._replace(scheme="", netloc="").geturl()
    connection.request("POST" if body else "GET", where, body or None, {"content-type": "application/json", **headers})
    response = connection.getresponse()
    response.read()
    return response.status, time.perf_counter() - begin


@contextmanager
def door_process(aws: str) -> Iterator[str]:
    """Address of the receive function in a process of its own, which talks to that AWS."""
    with subprocess.Popen([sys.executable, __file__], env=environment(aws), text=True, stdin=PIPE, stdout=PIPE) as door:
        assert door.stdin
        assert door.stdout
        try:
            yield door.stdout.readline().strip()
        finally:
            door.stdin.close()


def environment(aws: str) -> Mapping[str, str]:
    """Environment of the function, with the AWS of this machine."""
    here = Path(__file__).resolve().parents[1]
    return os.environ | {
        "OURA_LAKE_JOBS_QUEUE_URL": f"{aws}000000000000/jobs.fifo",
        "OURA_LAKE_APP_PARAMETER": APP,
        "OURA_LAKE_ACCOUNTS_PREFIX": ACCOUNTS,
        "AWS_ENDPOINT_URL": aws,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": f"{here.parent / 'lambdas'}{os.pathsep}{here}",
    }


def serve(wait: Callable[[], object]) -> None:
    """Serve the receive function until `wait` returns."""
    from oura_lake.handlers.receive import handler

    with function_url(handler) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        wait()


if __name__ == "__main__":
    serve(sys.stdin.read)
