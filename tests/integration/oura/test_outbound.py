"""A request leaves as the machine is set up, and its answer ends, whatever the other side sends."""

import gzip
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpcore
import httpx
import pytest
from oura_lake.errors import SettingsWrong, SourceRefused, SourceUnavailable
from oura_lake.oura import connection_settings, outbound
from oura_lake.oura.client import OuraClient, RetryPolicy
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App, FixedToken, Token
from oura_lake.sources.oura import SOURCE
from support.command_line import run

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
BODY = b'{"data": [], "next_token": null}'
GOOD = HEAD + b"content-length: %d\r\n\r\n%b" % (len(BODY), BODY)
SETTINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", *connection_settings.TLS_SETTINGS)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def serving(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """Serve each connection by `answer`; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, answer: Callable[[socket.socket], object]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answered, args=(connection, answer), daemon=True).start()


def _answered(connection: socket.socket, answer: Callable[[socket.socket], object]) -> None:
    with connection, suppress(OSError):
        answer(connection)


def answers(data: bytes) -> Callable[[socket.socket], object]:
    """Read a request and answer with these bytes."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(data)

    return answer


def trickles(begin: bytes, more: bytes) -> Callable[[socket.socket], object]:
    """Read a request and answer without an end."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(begin)
        while True:
            connection.sendall(more)

    return answer


def fetched(url: str, path: str = "/", clock: Callable[[], float] | None = None) -> httpx.Response:
    steps = itertools.count(0.0, 1.0)
    with outbound.client(connection_settings.address(url, "SETTING", "http://example.com")) as http:
        return outbound.fetch(http, "GET", path, clock=clock or (lambda: next(steps)))


@pytest.mark.parametrize(
    ("begin", "more"),
    [(HEAD, b"x"), (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), (b"", b"H")],
    ids=["a header", "a body", "a status line"],
)
def test_an_answer_that_trickles_for_ever_ends_with_its_time(begin: bytes, more: bytes) -> None:
    with serving(trickles(begin, more)) as url, pytest.raises(httpx.TransportError):
        fetched(url)


def test_each_read_is_given_only_what_is_left_of_the_time() -> None:
    given: list[float | None] = []

    class Stream(httpcore.NetworkStream):
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            given.append(timeout)
            return b"x"

    moments = iter([0.0, 1.0, 99.0, 118.0])
    with outbound._deadline(120.0, lambda: next(moments)):
        for _ in range(4):
            outbound._Stream(Stream()).read(1, 30.0)
    assert given == [30.0, 30.0, 21.0, 2.0]


def packed(body: bytes, encoding: str) -> bytes:
    return HEAD + b"content-encoding: %b\r\ncontent-length: %d\r\n\r\n%b" % (encoding.encode(), len(body), body)


def test_an_answer_that_unpacks_to_more_than_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "MOST_BYTES", 1024 * 1024)
    with serving(answers(packed(gzip.compress(bytes(3_000_000)), "gzip"))) as url:
        with pytest.raises(outbound.TooLarge, match="larger than 1 MB"):
            fetched(url)
        with OuraClient(tokens=FixedToken("t"), base_url=url) as client, pytest.raises(SourceRefused, match="1 MB"):
            list(client.pages(SOURCE.endpoint("sleep"), {}))


def test_an_answer_packed_twice_is_not_unpacked() -> None:
    twice = gzip.compress(gzip.compress(bytes(1_000_000)))
    with (
        serving(answers(packed(twice, "gzip, gzip"))) as url,
        pytest.raises(httpx.DecodingError, match="more than once"),
    ):
        fetched(url)


def test_a_packed_answer_comes_unpacked() -> None:
    with serving(answers(packed(gzip.compress(BODY), "gzip"))) as url:
        assert fetched(url).json() == {"data": [], "next_token": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks4://127.0.0.1:1"),
        ("ALL_PROXY", "ftp://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://p:99999"),
        ("HTTPS_PROXY", "http://:p@ss:x"),
        ("HTTPS_PROXY", "http://"),
        ("HTTPS_PROXY", "http://a..b:80"),
        ("HTTPS_PROXY", "http://[::1"),
        ("SSL_CERT_FILE", "/no/such/file.pem"),
        ("SSL_CERT_FILE", __file__),
        ("SSLKEYLOGFILE", "/no/such/folder/keys"),
    ],
)
def test_a_wrong_setting_of_the_machine_is_named_in_one_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=rf"{name}.*, or unset it\.") as caught:
        OuraClient(tokens=FixedToken("t"))
    assert "p@ss" not in str(caught.value)


@pytest.mark.parametrize("command", ["sync", "backfill"])
def test_a_wrong_setting_ends_a_command_with_its_sentence_and_code_2(command: str, tmp_path: Path) -> None:
    settings = {"OURA_ACCESS_TOKEN": "token", "SSL_CERT_FILE": "/no/such/file.pem"}
    ended = run(command, "--lake", tmp_path / "lake", "--from", "2026-01-01", **settings)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "SSL_CERT_FILE (/no/such/file.pem)" in ended.stderr


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://h:abc",
        "http://h:99999",
        "http://a..b",
        "http://h\x07/",
        "h.example",
        "https://h/v2",
        "https://h/v2/usercollection/",
    ],
)
def test_a_wrong_base_address_is_named_in_one_sentence(url: str) -> None:
    with pytest.raises(SettingsWrong, match=r"set OURA_API_BASE_URL to .*\.$"):
        OuraClient(tokens=FixedToken("t"), base_url=url)


def test_a_wrong_token_address_is_named_too() -> None:
    authority = Authority(app=App(client_id="c", client_secret="s"), token_urls=("https://[::1",))
    token = Token(access_token="a", refresh_token="r", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(SettingsWrong, match="OURA_TOKEN_URL"):
        authority.renew(token)


@pytest.mark.parametrize("spared", ["127.0.0.1", "localhost,127.0.0.1,::1", "127.0.0.0/8,fd00::/8,[::1]", "*"])
def test_no_proxy_is_asked_for_a_server_that_is_spared(spared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", spared)
    with serving(answers(GOOD)) as url:
        assert fetched(url).status_code == 200


@pytest.mark.parametrize(
    ("host", "no_proxy", "is_spared"),
    [
        ("::1", "[::1]", True),
        ("::1", "::1", True),
        ("fd12::5", "fd00::/8", True),
        ("fe80::1", "fd00::/8", False),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("api.ouraring.com", "10.0.0.0/8,[::1],fd00::/8,,", False),
        ("api.ouraring.com", ".ouraring.com", True),
    ],
)
def test_a_host_is_spared_in_each_form_that_machines_are_set_to(
    host: str, no_proxy: str, is_spared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert connection_settings._is_without_proxy(host, no_proxy) is is_spared


def test_a_proxy_is_asked_where_the_machine_is_set_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        received.append(connection.recv(65_536))
        connection.sendall(GOOD)

    with serving(answer) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.removeprefix("http://"))
        assert fetched("http://oura.test", "/v2/x").status_code == 200
    assert received[0].startswith(b"GET http://oura.test/v2/x HTTP/1.1")


def test_a_socks_proxy_is_asked_where_the_machine_is_set_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("socksio", reason="socksio is in the lock, and not yet in this environment")
    received: list[bytes] = []

    def relay(connection: socket.socket) -> None:
        connection.recv(65_536)  # the greeting
        connection.sendall(b"\x05\x00")
        received.append(connection.recv(65_536))
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01")
        answers(GOOD)(connection)

    with serving(relay) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.replace("http://", "socks5://"))
        assert fetched("http://oura.test", "/v2/x").status_code == 200
    assert b"oura.test" in received[0]


def test_without_the_package_a_socks_proxy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_settings, "find_spec", lambda name: None)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(SettingsWrong, match="-m pip install socksio"):
        fetched("http://oura.test")


def test_a_run_ends_where_a_server_trickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "ANSWER_S", 0.0)
    with (
        serving(trickles(HEAD + b"\r\n", b" ")) as url,
        OuraClient(
            tokens=FixedToken("t"), base_url=url, retry_policy=RetryPolicy(attempts=2), sleep=lambda _: None
        ) as client,
        pytest.raises(SourceUnavailable, match="did not end in time"),
    ):
        list(client.pages(SOURCE.endpoint("sleep"), {}))
