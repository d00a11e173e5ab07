"""AWS on the loopback: moto's state behind real HTTP, so that it outlives a process that is killed.

The real boto3 of any process reaches it by AWS_ENDPOINT_URL, with its own retries and time-outs. Each call can meet a
fault, before it has its effect or after it: another answer, no answer, or the death of the calling process.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.core.models import botocore_stubber

from support.function_url import Server
from support.present import present

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
NO_ANSWER = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, headers and body of an answer; status 0 is none: the connection stays open and silent."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Call:
    """Call: its service, its operation, its path."""

    service: str
    name: str
    path: str

    def __str__(self) -> str:
        return f"{self.service} {self.name}"


Serve = Callable[[str, str, str, dict[str, str], bytes], Answer]
"""Who answers a call: service, method, path with query, headers, body."""


Do = Callable[[], Answer]
"""What the call does where nothing happens to it."""


def silence_before(_: Do) -> Answer:
    """Store nothing and answer nothing."""
    return Answer(status=NO_ANSWER)


def silence_after(do: Do) -> Answer:
    """Store the change and answer nothing."""
    do()
    return Answer(status=NO_ANSWER)


@dataclass
class Aws:
    """Recorded calls and planned faults: `meets(call, n, do)` answers the n-th call in the place of `do`."""

    serve: Serve
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    meets: Callable[[Call, int, Do], Answer] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def environment(self) -> dict[str, str]:
        """Settings that lead a process here."""
        return KEYS | {"AWS_ENDPOINT_URL": self.url, "AWS_CONFIG_FILE": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true"}

    def forget(self) -> None:
        """Forget the calls and the faults."""
        self.calls, self.meets = [], None

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer calls one after the other: moto checks a condition and then stores, AWS does both at once."""
        call = call_of(method, path, headers, body)

        def do() -> Answer:
            with self.lock:
                return self.serve(call.service, method, path, headers, body)

        with self.lock:
            self.calls.append(call)
            n, meets = len(self.calls), self.meets
        return meets(call, n, do) if meets else do()


def call_of(method: str, path: str, headers: dict[str, str], body: bytes) -> Call:
    """Return the call of a request, whose signature names the service; older services name it in the body."""
    lower = {name.lower(): value for name, value in headers.items()}
    service = lower["authorization"].partition("Credential=")[2].split("/")[3]
    if service != "s3":
        [action] = parse_qs(body.decode(errors="replace")).get("Action", [""])
        return Call(service=service, name=lower.get("x-amz-target", "").rpartition(".")[2] or action, path=path)
    conditions = {"if-none-match": "create", "if-match": "replace"}
    conditional = next((word for name, word in conditions.items() if method == "PUT" and name in lower), "")
    return Call(service=service, name="list" if "list-type=2" in path else conditional or method.lower(), path=path)


def answer_of_moto(service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """Answer a call by moto, within its `mock_aws`."""
    host = "s3.amazonaws.com" if service == "s3" else f"{service}.us-east-1.amazonaws.com"
    sent = HTTPHeaders()
    for name, value in (headers | {"Host": host}).items():
        sent[name] = value
    request = AWSPreparedRequest(method, f"https://{host}{path}", sent, body, stream_output=False)
    status, answered, content = present(botocore_stubber.process_request(request))
    headers_sent = {name: str(value) for name, value in answered.items() if name.lower() != "content-length"}
    return Answer(
        status=status,
        headers=headers_sent,
        body=content.encode() if isinstance(content, str) else bytes(content or b""),
    )


@contextmanager
def aws_over_http(serve: Serve | None = None) -> Iterator[Aws]:
    """Account that is empty at first, until the block ends: moto's, unless somebody else serves."""
    aws = Aws(serve or answer_of_moto)

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answer = aws.answer(self.command, self.path, dict(self.headers.items()), body)
            if answer.status == NO_ANSWER:
                self.rfile.read(1)  # until the caller hangs up, or is dead
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with nullcontext() if serve else mock_aws(), Server.running(Service) as address:
        aws.url = address.rstrip("/")
        yield aws
