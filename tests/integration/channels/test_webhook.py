"""A person's own program gets each alert, signed; a program that does not take it gets a bounded number of tries."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto import mock_aws
from oura_lake.alerts.model import Message
from oura_lake.channels import webhook
from oura_lake.errors import MessageNotSent
from oura_lake.oura import outbound
from oura_lake.person import Webhook
from support.webhook_receiver import SILENT, Receiver, is_genuine, listening, receiver

KEY = "the key of the owner 0123456789"
EVENT = {"id": "me/illness-2026-03-01/opened", "text": "Ünusual nights", "measurements": [{"value": 61.5}]}
MESSAGE = Message(subject="S", body="B", sms="T", kind="illness", level="minor", event=EVENT)


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-central-1")
        client.create_secret(Name="lake/webhook/me", SecretString=KEY)
        yield client


@pytest.fixture
def program() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def send(
    secrets: object, program: Receiver, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Send the message as the function does, without its pauses."""
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.3)

    def sent(url: str = "", key: str = "lake/webhook/me", attempts: int = webhook.ATTEMPTS) -> None:
        webhook.send(MESSAGE, Webhook(url=url or program.url, key=key), attempts, secrets, pauses.append)

    return sent


def test_a_program_gets_the_event_once_and_finds_it_genuine_by_the_documents_own_check(
    send: Callable[..., None], program: Receiver
) -> None:
    send()
    [taken] = program.taken
    assert (taken.path, taken.event) == ("/hook/token-of-the-owner", EVENT)
    assert taken.headers["x-oura-lake-id"] == EVENT["id"]
    check, now = is_genuine(), time.time()
    assert check(KEY, taken.headers, taken.body, now)
    assert not check("another key", taken.headers, taken.body, now)
    assert not check(KEY, taken.headers, taken.body.replace(b"61.5", b"51.5"), now)
    assert not check(KEY, taken.headers | {"x-oura-lake-timestamp": str(int(now) + 1)}, taken.body, now)
    assert not check(KEY, taken.headers, taken.body, now + 3600)  # somebody plays it again


@pytest.mark.parametrize("trouble", [500, 503, 429])
def test_a_trouble_that_passes_is_tried_again_and_the_same_id_says_so(
    send: Callable[..., None], program: Receiver, pauses: list[float], trouble: int
) -> None:
    program.will(trouble)
    send()
    assert pauses == [0.5]
    assert [taken.headers["x-oura-lake-id"] for taken in program.taken] == [EVENT["id"]] * 2
    assert all(is_genuine()(KEY, taken.headers, taken.body, time.time()) for taken in program.taken)


def test_a_program_says_how_long_to_wait_unless_that_is_too_long(
    send: Callable[..., None], program: Receiver, pauses: list[float]
) -> None:
    program.will(429, retry_after="3")
    send()
    program.will(429, retry_after="600")
    with pytest.raises(MessageNotSent, match="answered 429"):
        send()
    assert (pauses, len(program.taken)) == ([3.0], 3)


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (410, "look at the program"),
        (404, "look at the program"),
        (400, "look at the program"),
        (302, "put the address it leads to"),
        (307, "put the address it leads to"),
    ],
)
def test_a_refusal_is_one_sentence_at_once_and_a_redirect_leads_nowhere(
    send: Callable[..., None], program: Receiver, pauses: list[float], status: int, mend: str
) -> None:
    program.will(status, location=program.url)
    with pytest.raises(MessageNotSent, match=rf"127\.0\.0\.1 refused the alert \({status}\); {mend}") as caught:
        send()
    assert (len(program.taken), pauses) == (1, [])
    assert_discreet(str(caught.value))


@pytest.mark.parametrize(("status", "n_taken", "words"), [(500, 3, "answered 500"), (SILENT, 3, "TimeoutError")])
def test_a_trouble_that_stays_ends_after_three_attempts(
    send: Callable[..., None], program: Receiver, pauses: list[float], status: int, n_taken: int, words: str
) -> None:
    program.will(*[status] * 9)
    with pytest.raises(MessageNotSent, match=words) as caught:
        send()
    assert (len(program.taken), pauses) == (n_taken, [0.5, 2.0])
    assert_discreet(str(caught.value))


def test_a_program_that_answers_a_letter_at_a_time_is_hung_up_on(
    send: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "WHOLE_S", 0.5)
    with (
        trickling() as url,
        pytest.raises(MessageNotSent, match=r"could not be reached \((ReadTimeout|TimeoutError)\)") as caught,
    ):
        send(url, attempts=1)
    assert_discreet(str(caught.value))


@pytest.mark.parametrize("body", [b"a", b"x" * 65_536], ids=["letters", "chunks"])
def test_the_body_of_an_answer_is_not_read(send: Callable[..., None], body: bytes) -> None:
    with trickling(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n", body) as url:
        began = time.monotonic()
        send(url, attempts=1)
    assert time.monotonic() - began < 5


def test_headers_without_an_end_are_hung_up_on(send: Callable[..., None]) -> None:
    refused = pytest.raises(MessageNotSent, match=r"could not be reached \(RemoteProtocolError\)")
    with trickling(b"HTTP/1.1 200 OK\r\n", b"x: " + b"y" * 65_536 + b"\r\n") as url, refused:
        send(url, attempts=1)


@pytest.mark.parametrize("target", ["/a%2Fb/c%20d?x=%7C|&y=a+b", "/'<\"`{}^", "/?", "/?=&", "/a/../b"])
def test_an_address_is_asked_as_it_is_written(send: Callable[..., None], program: Receiver, target: str) -> None:
    send(program.url.partition("/hook")[0] + target)
    assert [taken.path for taken in program.taken] == [target.removesuffix("?")]


def test_no_proxy_of_the_machine_is_asked(
    send: Callable[..., None], program: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    send()
    assert len(program.taken) == 1


def test_an_address_where_nobody_listens_is_named_by_its_host(send: Callable[..., None], pauses: list[float]) -> None:
    with pytest.raises(MessageNotSent, match=r"127\.0\.0\.1 could not be reached \(ConnectionRefusedError\)"):
        send("http://127.0.0.1:9/hook/token-of-the-owner")
    assert pauses == [0.5, 2.0]


@pytest.mark.parametrize(
    "url",
    [
        *("https://[::1", "https://h:abc/", "https://h:99999/", "https://h:0/"),
        *(
            "https://ü-.example/x",
            "https://xn--zz--.example/x",
            "https://a..b.example/x",
            f"https://{'a' * 70}.example/",
        ),
    ],
)
def test_an_address_that_is_none_is_one_sentence(send: Callable[..., None], url: str) -> None:
    with pytest.raises(MessageNotSent, match="mend it in config"):
        send(url)


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "ftp://127.0.0.1/", "https:///hook", "http://127.0.0.1.example.com/"]
)
def test_what_is_not_https_to_another_machine_is_never_asked(
    send: Callable[..., None], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "client", pytest.fail)
    with pytest.raises(MessageNotSent, match="is not https"):
        send(url)


def test_a_certificate_that_nobody_vouches_for_gets_no_alert(send: Callable[..., None], tmp_path: Path) -> None:
    with receiver(own_certificate(tmp_path / "own.pem")) as stranger:
        with pytest.raises(MessageNotSent, match="its certificate is not valid"):
            send(stranger.url)
        assert stranger.taken == []


def test_a_key_that_cannot_be_read_is_one_sentence_and_nothing_goes_out_unsigned(
    send: Callable[..., None], program: Receiver
) -> None:
    with pytest.raises(MessageNotSent, match=r"key could not be read \(ResourceNotFoundException\)") as caught:
        send(key="lake/webhook/nobody")
    assert (program.taken, isinstance(caught.value.__cause__, ClientError)) == ([], True)


def test_after_an_address_gave_up_the_other_messages_of_the_run_are_tried_once(
    send: Callable[..., None], secrets: object, program: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_client", lambda: secrets)
    monkeypatch.setattr(webhook, "PAUSES_S", (0.0, 0.0))
    program.will(*[500] * 9)
    sender = webhook.WebhookSender(Webhook(url=program.url, key="lake/webhook/me"))
    for n_taken in (3, 4, 5):
        with pytest.raises(MessageNotSent):
            sender(MESSAGE)
        assert len(program.taken) == n_taken


def test_no_log_holds_the_address_the_key_or_a_measurement(
    send: Callable[..., None], program: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "httpcore")
    program.will(500)
    send()
    assert_discreet(caplog.text)


@contextmanager
def trickling(begin: bytes = b"HTTP/1.", more: bytes = b"a") -> Iterator[str]:
    """Serve a program whose answer never ends: a letter every 20 ms."""
    closing = threading.Event()

    class Program(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with suppress(OSError):
                self.wfile.write(begin)
                while not closing.wait(0.02):
                    self.wfile.write(more)

    with listening(Program, None) as url:
        try:
            yield url
        finally:
            closing.set()


def assert_discreet(text: str) -> None:
    assert not [secret for secret in (KEY, "token-of-the-owner", "61.5") if secret in text]


def own_certificate(path: Path) -> Path:
    """Write a self-signed certificate for 127.0.0.1, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
