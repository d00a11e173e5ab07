"""A threading HTTP server on this machine's loopback."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from oura_lake.errors import SettingsWrong
from oura_lake.simulator.api import SimulatedOura
from oura_lake.simulator.request import Request

HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    """One connection; it stays open between requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    api: ClassVar[SimulatedOura]

    def answer(self) -> None:
        """Pass the request to the routes and write their reply."""
        length = int(self.headers.get("content-length") or 0)
        url = urlsplit(self.path)
        reply = self.api.answer(
            Request(
                method=self.command,
                path=unquote(url.path),
                params=dict(parse_qsl(url.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length) if length else b"",
            )
        )
        if reply.status == 0:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        if reply.status != 204:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Log nothing: a request line may carry a token."""


class Server(ThreadingHTTPServer):
    """A server that ends its connections at its close and ignores clients that hang up."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int, handler: type[Handler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), handler)

    def process_request_thread(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Serve one connection and record it, so that close() can end it."""
        self._open.add(request)
        super().process_request_thread(request, client_address)
        self._open.discard(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that hung up; show any other error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def close(self) -> None:
        """Stop listening and hang up."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@contextmanager
def serving(api: SimulatedOura, port: int = 0) -> Iterator[str]:
    """Serve until the block ends; the value is the base URL. Raises SettingsWrong for a port in use."""
    handler = type("BoundHandler", (Handler,), {"api": api})
    try:
        server = Server(port, handler)
    except OSError as error:
        raise SettingsWrong(
            f"Port {port} of {HOST} cannot be used ({error.strerror})", "choose another, or 0 for any free one"
        ) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.close()
        thread.join()
