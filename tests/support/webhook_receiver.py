"""Person's own program on the loopback: it takes webhooks, answers as a test wants, checks signatures.

The check is the one that docs/explanation/alerts.md shows to whoever writes such a program, read from there.
"""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from support.function_url import Server

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
SCHEMA = json.loads((ROOT / "docs" / "reference" / "alert-event.schema.json").read_text(encoding="utf-8"))
VALID = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
SILENT = 0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Request as it arrived; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """JSON of the body."""
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass(kw_only=True)
class Receiver:
    """Requests received, and the answers to give: status and headers in order, then 204; SILENT is no answer."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *statuses: int, **headers: str) -> None:
        """Answer with these statuses next."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers += [(status, named) for status in statuses]

    def take(self, request: Taken) -> tuple[int, dict[str, str]]:
        """Store a request; return its answer."""
        self.taken.append(request)
        return self.answers.pop(0) if self.answers else (204, {})


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """Run a program that listens until the block ends, over TLS if it is given a certificate with its key."""
    made = Receiver()

    class Program(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = made.take(Taken(path=self.path, headers=headers, body=body))
            if status == SILENT:
                made.closing.wait(30)
                return
            self.send_response_only(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with listening(Program, certificate) as made.url:
        try:
            yield made
        finally:
            made.closing.set()


@contextmanager
def listening(program: type[BaseHTTPRequestHandler], certificate: Path | None) -> Iterator[str]:
    """Address of a server for these requests."""

    class Secured(Server):
        def finish_request(self, request: Any, client: Any) -> None:
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                request = context.wrap_socket(request, server_side=True)
            super().finish_request(request, client)

        def handle_error(self, *_: object) -> None:
            """Print nothing of a client that hung up."""

    with Secured.running(program) as address:
        yield f"{address.replace('http:', 'https:') if certificate else address}hook/token-of-the-owner"


def is_genuine() -> Callable[[str, dict[str, str], bytes, float], bool]:
    """Run the check that docs/explanation/alerts.md shows."""
    [example] = EXAMPLE.findall((ROOT / "docs" / "explanation" / "alerts.md").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    exec(example, names)
    found: Callable[[str, dict[str, str], bytes, float], bool] = names["is_genuine"]
    return found


def violations(event: dict[str, Any]) -> list[str]:
    """List the violations of the published schema by an event; a field that the schema does not name counts too."""
    unknown = sorted(event.keys() - SCHEMA["properties"].keys())
    return [*(error.message for error in VALID.iter_errors(event)), *(f"{name} is not published" for name in unknown)]
