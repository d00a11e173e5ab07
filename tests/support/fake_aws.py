"""FIFO queue with deduplication, and parameters, on the loopback: the real boto3 talks to them."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from support.function_url import Server

FIVE_MINUTES_S = 300.0


class FakeAws:
    """Messages of the queue in order, the number of repetitions, and the other calls."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters, self.bodies, self.groups = dict(parameters), list[str](), list[str]()
        self.n_repeated = self.n_asked = 0
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def answer(self, action: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body of a call."""
        with self._lock:
            if action == "AmazonSQS.SendMessage":
                return 200, self._sent(given)
            self.n_asked += 1
            value = self.parameters.get(given["Name"])
        if value is None:
            return 400, {"__type": "ParameterNotFound"}
        return 200, {"Parameter": {"Name": given["Name"], "Value": value}}

    def _sent(self, given: dict[str, Any]) -> dict[str, Any]:
        identity, now = given["MessageDeduplicationId"], time.monotonic()
        if now - self._seen.get(identity, -FIVE_MINUTES_S) < FIVE_MINUTES_S:
            self.n_repeated += 1
        else:
            self._seen[identity] = now
            self.bodies.append(given["MessageBody"])
            self.groups.append(given["MessageGroupId"])
        digest = hashlib.md5(given["MessageBody"].encode(), usedforsecurity=False).hexdigest()
        return {"MessageId": identity, "MD5OfMessageBody": digest}


@contextmanager
def fake_aws(parameters: Mapping[str, str]) -> Iterator[tuple[FakeAws, str]]:
    """Fake and its address, until the block ends."""
    fake = FakeAws(parameters)

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = fake.answer(self.headers["x-amz-target"], given)
            data = json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with Server.running(Service) as address:
        yield fake, address
