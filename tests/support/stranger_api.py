"""Folder of answers on the loopback as the API: NAME.json is a list, NAME.raw a body, NAME.status a refusal."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

PREFIX = "/v2/usercollection/"
NOT_FOUND = json.dumps({"detail": "Not Found"}).encode()
Answer = tuple[int, bytes]


def answers_in(*folders: Path) -> dict[str, Answer]:
    """Find the answer of each collection that has a file in one of these folders."""
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    return {path.stem: _answer(path) for path in files if path.suffix in (".json", ".raw", ".status")}


def _answer(path: Path) -> Answer:
    if path.suffix == ".status":
        return int(path.read_text()), NOT_FOUND
    data = path.read_bytes()
    return 200, data if path.suffix == ".raw" else b'{"data": %s, "next_token": null}' % data


class Handler(BaseHTTPRequestHandler):
    """Handler that answers a list from its file, a document from its list, and an empty list without a file."""

    answers: ClassVar[dict[str, Answer]]

    def do_GET(self) -> None:
        """Answer one request."""
        name, _, document_id = urlsplit(self.path).path.removeprefix(PREFIX).partition("/")
        status, body = self.answers.get(name, (200, b'{"data": [], "next_token": null}'))
        if name == "personal_info" and name not in self.answers:
            body = b'{"id": "u1"}'
        if document_id and status == 200:
            status, body = _document(body, document_id)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _document(body: bytes, document_id: str) -> Answer:
    found = [d for d in json.loads(body)["data"] if isinstance(d, dict) and d.get("id") == document_id]
    return (200, json.dumps(found[0]).encode()) if found else (404, NOT_FOUND)


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[str]:
    """Serve until the block ends; the value is the base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"answers": answers}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
