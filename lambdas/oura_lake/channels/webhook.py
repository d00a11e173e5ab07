"""Channel: one signed POST over HTTPS to the person's address in config.toml.

The signing key is in a secret of its own. It is read for each message, so that a new one is used at once. The
address may itself be a secret: a message names its host alone. The body of the program's answer is not read.
"""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.alerts.model import WEBHOOK, Message
from oura_lake.aws import session
from oura_lake.aws.errors import reason_of
from oura_lake.aws.parameters import client_secret
from oura_lake.errors import MessageNotSent, SettingsWrong, StoreUnavailable
from oura_lake.monitoring.delivery import Channel, Send
from oura_lake.person import Person, Webhook
from oura_lake.public_endpoint.reply_links import links
from oura_lake.settings import AnalyseSettings

ATTEMPTS = 3
TIMEOUT_S = 5.0  # for each step of an attempt
WHOLE_S = 10.0  # for an attempt: a program that answers a letter at a time delays no other message
PAUSES_S = (0.5, 2.0)  # after the first attempt, after the second
LONGEST_PAUSE_S = 10.0  # that a program may ask for by Retry-After
LOOPBACK = ("127.0.0.1", "::1", "localhost")
BAD_ADDRESS = ("The webhook's address is not https://...", "mend it in config.toml and run `make deploy`")
AGAIN = "the next run sends the alert again"


def ways(settings: AnalyseSettings, person: Person) -> Mapping[str, Send]:
    """Person's webhook, if they have one."""
    return {WEBHOOK: WebhookSender(person.webhook, _answerable(settings))} if person.webhook else {}


class WebhookSender:
    """Sender to one address in one run; after a message that failed, each further one is tried once."""

    def __init__(self, target: Webhook, answerable: Callable[[Message], Message] = lambda message: message) -> None:
        self._target, self._answerable, self._attempts = target, answerable, ATTEMPTS

    def __call__(self, message: Message) -> None:
        """Send a message; raises MessageNotSent."""
        try:
            send(self._answerable(message), self._target, self._attempts)
        except MessageNotSent:
            self._attempts = 1
            raise


def _answerable(settings: AnalyseSettings) -> Callable[[Message], Message]:
    """Return a function that adds the reply links to a message, where the lake has a public endpoint."""
    if not settings.webhook_url:
        return lambda message: message
    return lambda message: with_links(message, settings.webhook_url, settings.app_parameter, _ssm())


def with_links(message: Message, url: str, app_parameter: str, ssm: Any) -> Message:
    """Message with its reply links; without them while the lake has no app. Raises MessageNotSent."""
    try:
        secret = client_secret(ssm, app_parameter)
    except StoreUnavailable as cause:
        raise MessageNotSent(f"The webhook's reply links could not be signed: {cause}", f"Then {AGAIN}") from cause
    if secret is None:
        return message
    reply = links(url, message.event["person"], message.episode, secret, datetime.now(UTC))
    return replace(message, event=message.event | {"reply": reply})


class _Trouble(Exception):
    """A failed attempt that may succeed later; `wait_s` is the wait that the program asked for."""

    def __init__(self, sentence: str, wait_s: float | None = None) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


def send(
    message: Message,
    target: Webhook,
    attempts: int = ATTEMPTS,
    secrets: Any = None,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """POST the message's event; raises MessageNotSent for a refusal, and after the last attempt."""
    body = json.dumps(message.event, ensure_ascii=False, separators=(",", ":")).encode()
    host, key = checked_host(target.url), signing_key(target.key, secrets or _client())
    for attempt in range(1, attempts + 1):
        try:
            _post(target.url, signed(body, message.event["id"], key, int(time.time())), body)
        except _Trouble as trouble:
            wait_s = PAUSES_S[min(attempt, len(PAUSES_S)) - 1] if trouble.wait_s is None else trouble.wait_s
            if attempt == attempts or wait_s > LONGEST_PAUSE_S:
                raise MessageNotSent(f"The webhook at {host} {trouble}", AGAIN) from trouble
            sleep(wait_s)
        else:
            return


def signed(body: bytes, identity: str, key: str, timestamp: int) -> dict[str, str]:
    """Headers of a body: HMAC-SHA256 over the timestamp, a full stop and the body as it is, in lower-case hex."""
    signature = hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "user-agent": "oura-lake",
        "x-oura-lake-id": identity,
        "x-oura-lake-timestamp": str(timestamp),
        "x-oura-lake-signature": f"v1={signature}",
    }


def checked_host(url: str) -> str:
    """Host of an address that may be used; raises MessageNotSent for plain HTTP to another machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or "" if parts.port is None or parts.port else ""
    except ValueError:  # brackets that do not close, a port that is none
        raise MessageNotSent(*BAD_ADDRESS) from None
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)):
        raise MessageNotSent(*BAD_ADDRESS)
    return host


def signing_key(name: str, secrets: Any) -> str:
    """Key in the secret of that name; raises MessageNotSent."""
    try:
        return str(secrets.get_secret_value(SecretId=name)["SecretString"])
    except (BotoCoreError, ClientError) as cause:
        raise MessageNotSent(f"The webhook's key could not be read ({reason_of(cause)})", AGAIN) from cause


def _post(url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Make one attempt; raises _Trouble, and MessageNotSent for a fault that another attempt cannot mend."""
    status, wait = _answer(url, headers, body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _Trouble(f"answered {status}", float(wait) if re.fullmatch("[0-9]{1,9}", wait) else None)
    if status // 100 != 2:
        is_elsewhere = status // 100 == 3
        mend = "put the address it leads to into config.toml" if is_elsewhere else "look at the program and its address"
        raise MessageNotSent(
            f"The webhook at {urlsplit(url).hostname} refused the alert ({status})", f"{mend}, {AGAIN}"
        )


def _answer(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """Status and Retry-After of an answer; raises _Trouble, MessageNotSent. No redirect is followed, no proxy used."""
    import httpx  # takes 0.1 s that a run without a message need not wait

    from oura_lake.oura import outbound
    from oura_lake.oura.connection_settings import address

    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    exactly = {"target": target.encode()}  # as it was written: it may hold a token
    try:
        server = address(f"{parts.scheme}://{parts.netloc}", "webhook", "https://example.com")
    except SettingsWrong:  # a host that no name server can be asked for; the text would repeat the whole address
        raise MessageNotSent(*BAD_ADDRESS) from None
    try:
        with outbound.client(server, timeout=httpx.Timeout(TIMEOUT_S), is_direct=True) as http:
            request = http.build_request("POST", "/", content=body, headers=dict(headers), extensions=exactly)
            answer = outbound.head(http, request, seconds=WHOLE_S)
    except SettingsWrong as cause:
        raise MessageNotSent(f"The webhook's message was not sent: {cause}") from cause
    except httpx.RequestError as cause:
        raise _Trouble(f"could not be reached ({_why(cause)})") from cause
    return answer.status_code, answer.headers.get("retry-after", "")


def _why(error: BaseException) -> str:
    """First cause of an error of a request."""
    while below := error.__cause__ or error.__context__:
        error = below
    return "its certificate is not valid" if isinstance(error, SSLCertVerificationError) else type(error).__name__


@cache
def _client() -> Any:
    return session.client("secretsmanager")


@cache
def _ssm() -> Any:
    return session.client("ssm")


CHANNEL = Channel(ways=ways)
