"""Requests that leave this machine, with bounds of time and size on each answer.

A deadline bounds the whole answer, not each read, and a size bounds the unpacked body: a server that trickles, or packs
a gigabyte of zeros into a megabyte, delays no run.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpcore
import httpx

from oura_lake.oura.connection_settings import proxy_for, tls_context

ANSWER_S = 120.0  # for the whole of an answer; a page takes less than one
MOST_BYTES = 64 * 1024 * 1024  # of an answer, unpacked; a page of 1,000 rows has below 2 MB
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
UNPACKED = (b"content-encoding", b"transfer-encoding", b"content-length")  # headers of the packed body
logging.getLogger("httpx").setLevel(logging.WARNING)  # else each address with its id or page goes to Lambda's log


class _Time(threading.local):
    """The remaining seconds of the answer that this thread reads."""

    remaining: Callable[[], float] = staticmethod(lambda: float("inf"))


TIME = _Time()


class TooLarge(Exception):
    """An answer is larger than `MOST_BYTES`."""


def client(
    url: httpx.URL,
    *,
    transport: httpx.BaseTransport | None = None,
    timeout: httpx.Timeout = TIMEOUT,
    n_at_once: int = 1,
    is_direct: bool = False,
) -> httpx.Client:
    """Client for one server, by the certificates that this machine is set to. Raises SettingsWrong.

    It uses the proxy that the machine is set to, unless it is direct. It follows no redirect.
    """
    carrier = transport or _Transport(url, n_at_once, None if is_direct else proxy_for(url))
    return httpx.Client(base_url=url, timeout=timeout, trust_env=False, follow_redirects=False, transport=carrier)


def fetch(
    http: httpx.Client,
    method: str,
    url: str,
    *,
    seconds: float = ANSWER_S,
    clock: Callable[[], float] = time.monotonic,
    **parts: Any,
) -> httpx.Response:
    """Whole answer to one request. Raises TooLarge, httpx.RequestError, and ReadTimeout after so many seconds."""
    with _deadline(clock() + seconds, clock), http.stream(method, url, **parts) as answer:
        body = b"".join(_bounded(answer))
    headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in UNPACKED]
    extensions = {name: value for name, value in answer.extensions.items() if name == "reason_phrase"}
    return httpx.Response(
        answer.status_code, headers=headers, content=body, request=answer.request, extensions=extensions
    )


def head(
    http: httpx.Client, request: httpx.Request, *, seconds: float, clock: Callable[[], float] = time.monotonic
) -> httpx.Response:
    """Status and headers of the answer to a request; its body is not read. Raises httpx.RequestError."""
    with _deadline(clock() + seconds, clock), closing(http.send(request, stream=True)) as answer:
        return answer


def _bounded(answer: httpx.Response) -> Iterator[bytes]:
    """Unpacked pieces of a body; raises TooLarge, DecodingError and ReadTimeout."""
    if "," in answer.headers.get("content-encoding", ""):
        raise httpx.DecodingError("The body is packed more than once.", request=answer.request)
    n_bytes = 0
    for piece in answer.iter_bytes():
        n_bytes += len(piece)
        if n_bytes > MOST_BYTES:
            raise TooLarge(f"larger than {MOST_BYTES // 1024 // 1024} MB")
        if TIME.remaining() <= 0:
            raise httpx.ReadTimeout("the answer did not end in time", request=answer.request)
        yield piece


@contextmanager
def _deadline(ends_at: float, clock: Callable[[], float]) -> Iterator[None]:
    """Bound the time of this thread's reads and writes in the block."""
    TIME.remaining = lambda: ends_at - clock()
    try:
        yield
    finally:
        TIME.remaining = lambda: float("inf")


def _at_most(timeout: float | None) -> float | None:
    """Time for one step: as requested, but never longer than the remaining time of the answer."""
    if (remaining := TIME.remaining()) <= 0:
        raise httpcore.ReadTimeout("the answer did not end in time")
    return min(timeout, remaining) if timeout is not None else remaining if remaining < float("inf") else None


class _Stream(httpcore.NetworkStream):
    """A connection whose steps end within the remaining time of the answer."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _at_most(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _at_most(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _at_most(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    """A maker of such connections."""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *rest: Any, **named: Any) -> _Stream:
        return _Stream(super().connect_tcp(host, port, _at_most(timeout), *rest, **named))


class _Body(httpx.SyncByteStream):
    """The body of an answer, which raises the errors that httpx documents."""

    def __init__(self, stream: Iterable[bytes], request: httpx.Request) -> None:
        self._stream, self._request = stream, request

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx(self._request):
            yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class _Transport(httpx.BaseTransport):
    """A transport of requests to one server, through a proxy if there is one."""

    def __init__(self, url: httpx.URL, n_at_once: int, proxy: httpcore.Proxy | None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context() if url.scheme == "https" else None,
            proxy=proxy,
            max_connections=n_at_once,
            max_keepalive_connections=n_at_once,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx.BaseTransport."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx(request):
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(answer.stream, Iterable)
        body = _Body(answer.stream, request)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def close(self) -> None:
        """See httpx.BaseTransport."""
        self._pool.close()


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """Raise each error of httpcore as the error of httpx with the same name."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error), request=request) from error
