"""Lambda behind a Function URL on the loopback: requests become its events, its answers become responses."""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Handle = Callable[[dict[str, Any], object], dict[str, Any]]


class Server(ThreadingHTTPServer):
    """Server on the loopback that ends with its block."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    @classmethod
    @contextmanager
    def running(cls, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
        """Run it for the length of the block; the value is its address."""
        server = cls(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@contextmanager
def function_url(handle: Handle) -> Iterator[str]:
    """Address of a handler until the block ends."""

    class Gate(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            reply = handle(event_of(self.command, self.path, dict(self.headers), body), None)
            data = str(reply["body"]).encode()
            self.send_response_only(reply["statusCode"])
            for name, value in reply["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with Server.running(Gate) as address:
        yield address


def event_of(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Make an event of a request as AWS does: the body in base64, as for any type but text and JSON."""
    return {
        "requestContext": {"http": {"method": method}},
        "queryStringParameters": dict(parse_qsl(urlsplit(path).query)),
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
