"""A call at the public endpoint: Oura's event, Oura's challenge, or a stranger's.

Oura signs each event with the app's client secret: upper-case hex HMAC-SHA256 over the header
`x-oura-timestamp` and the body, byte for byte as it arrived. This module uses neither AWS nor the clock.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from oura_lake.lake.json_text import parse
from oura_lake.sources.oura import ENDPOINTS

EVENT_TYPES = ("create", "update", "delete")
TABLES = {endpoint.webhook: endpoint.name for endpoint in ENDPOINTS if endpoint.webhook}
OLDEST = timedelta(hours=2)  # Oura repeats for about an hour, and may or may not sign each try anew
EARLIEST = timedelta(minutes=5)  # Oura's clock may be ahead of ours
LONGEST_BODY = 65_536  # an event has some 200 bytes; a longer body is not even hashed
LONGEST_TEXT = 200  # of an id, a time or a challenge
NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]{1,9})?", re.ASCII)
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,18}(Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII)
MILLISECONDS_FROM = 100_000_000_000  # a number above this would be a year after 5000 in seconds


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as it arrived; header names are in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class WebhookEvent:
    """An event of Oura: a document of a user of the app was created, updated or deleted at a moment."""

    event_type: str
    data_type: str
    object_id: str
    event_time: str
    user_id: str

    @property
    def table(self) -> str | None:
        """Table that documents of this type fill; None where there is no such collection."""
        return TABLES.get(self.data_type)


def call_of(event: Mapping[str, Any]) -> Call:
    """Call in a Function URL's event; a body that cannot be decoded is empty, for which no signature is right."""
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        body = b""
    return Call(
        method=event["requestContext"]["http"]["method"],
        query=event.get("queryStringParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=body,
    )


def signature(client_secret: str, timestamp: str, body: bytes) -> str:
    """Signature that Oura writes into `x-oura-signature`."""
    message = timestamp.encode(errors="replace") + body
    return hmac.new(client_secret.encode(), message, hashlib.sha256).hexdigest().upper()


def verification_token(client_secret: str) -> str:
    """Token that Oura repeats in a challenge; it is derived from the secret, so that nothing more is stored."""
    return hmac.new(client_secret.encode(), b"oura-lake verification token", hashlib.sha256).hexdigest()


def is_fresh(call: Call, now: datetime) -> bool:
    """Return whether a call has an allowed size and its time, in seconds or milliseconds, is near `now`."""
    moment = _moment(call.headers.get("x-oura-timestamp", ""))
    return len(call.body) <= LONGEST_BODY and moment is not None and -EARLIEST <= now - moment <= OLDEST


def _moment(text: str) -> datetime | None:
    """Moment in seconds, with or without a fraction, in milliseconds, or in ISO 8601; None for any other text."""
    try:
        if NUMBER.fullmatch(text):
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_FROM else number, UTC)
        if not ISO.fullmatch(text):
            return None
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, ArithmeticError):
        return None


def is_signed(call: Call, client_secret: str) -> bool:
    """Return whether the signature is one that only an owner of the secret can make; the time does not depend on it.

    The hex may be in either case and may follow `sha256=`, as other senders write it: it proves the same.
    """
    expected = signature(client_secret, call.headers.get("x-oura-timestamp", ""), call.body)
    received = call.headers.get("x-oura-signature", "").upper().removeprefix("SHA256=")
    return hmac.compare_digest(received.encode(errors="replace"), expected.encode())


def is_challenge(call: Call, client_secret: str) -> bool:
    """Return whether Oura asks, with the token that we gave it, if this address is ours."""
    received, challenge = call.query.get("verification_token", ""), call.query.get("challenge", "")
    is_ours = hmac.compare_digest(received.encode(errors="replace"), verification_token(client_secret).encode())
    return is_ours and 0 < len(challenge) <= LONGEST_TEXT


def parse_event(body: bytes) -> WebhookEvent | None:
    """Event in a signed body; None for any other body.

    A list of events, or an event without a user, names no person: the scheduled run finds their documents.
    """
    try:
        entry = parse(body)
    except ValueError:
        return None
    if not isinstance(entry, dict):
        return None
    moment = entry.get("event_time")
    if type(moment) in (int, float):
        entry["event_time"] = str(moment)
    names = list(WebhookEvent.__dataclass_fields__)
    if not all(_is_text(entry.get(name)) for name in names):
        return None
    event = WebhookEvent(**{name: entry[name] for name in names} | {"event_type": entry["event_type"].lower()})
    return event if event.event_type in EVENT_TYPES else None


def _is_text(value: Any) -> bool:
    """Return whether a value is a text for an address: no half of a surrogate pair, no control character."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and value.isprintable()
