"""The OAuth callback: a web page on this machine, served once."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from queue import Empty, Queue
from urllib.parse import SplitResult, urlsplit

from oura_lake.errors import SettingsWrong, SourceUnavailable
from oura_lake.local.consent import Consent, is_answer

LOOPBACK = "127.0.0.1"
SILENT_S = 30.0  # the server closes a connection that sends nothing for so long
LOCAL_NAMES = ("localhost", LOOPBACK)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Oura Lake</title><body style="font: 1.2rem/1.5 system-ui; max-width: 30rem; margin: 20vh auto; padding: 1rem">
<h1>{title}</h1><p>{text}</p></body></html>"""
THANKS = ("Thank you.", "Oura has answered. Close this page; the terminal goes on.")
NOT_OURS = ("Not this attempt.", "This page answers an older attempt. Use the link that the terminal shows now.")


class _Server(socketserver.ThreadingTCPServer):
    """One thread per connection: a browser may open one in advance and stay silent."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a broken connection: the browser opens another, or the wait ends with an error."""


@contextmanager
def listening(consent: Consent) -> Iterator[Callable[[float], str]]:
    """Listen at the redirect URI; yield a function that waits for the browser's address."""
    place = urlsplit(consent.redirect_uri)
    port = _port(place)
    if place.hostname not in LOCAL_NAMES or not port:
        raise SettingsWrong(
            f"{consent.redirect_uri} is no port of this machine", "add --headless and paste the address"
        )
    answers: Queue[str] = Queue()
    try:
        server = _Server((LOOPBACK, port), _handler(consent, place.path or "/", answers))
    except OSError as error:
        raise SettingsWrong(
            f"Port {port} cannot be used ({error.strerror})",
            "close what uses it, add --headless, or register another redirect URI and name it by --redirect-uri",
        ) from error
    with server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield lambda seconds: _wait(answers, seconds)
        finally:
            server.shutdown()


def _port(place: SplitResult) -> int | None:
    try:
        return place.port
    except ValueError:
        return None


def _wait(answers: "Queue[str]", seconds: float) -> str:
    try:
        return answers.get(timeout=seconds)
    except Empty as error:
        raise SourceUnavailable(
            f"No answer came from the browser within {seconds / 60:.0f} minutes",
            "run it again, with --headless if the browser is on another machine",
        ) from error


def _handler(consent: Consent, path: str, answers: "Queue[str]") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SILENT_S

        def do_GET(self) -> None:
            if urlsplit(self.path).path != path:
                self.send_error(404)
            elif is_answer(consent, self.path):
                self._page(200, *THANKS)
                answers.put(self.path)
            else:
                self._page(400, *NOT_OURS)

        def _page(self, status: int, title: str, text: str) -> None:
            body = PAGE.format(title=title, text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: the request holds the code."""

    return Handler
