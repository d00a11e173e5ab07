"""Webhooks: subscriptions with a challenge, and events signed with the client secret."""

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from oura_lake.simulator.cloud import Event
from oura_lake.simulator.oauth import App
from oura_lake.simulator.reply import Reply, detail, json_reply
from oura_lake.simulator.request import Request
from oura_lake.simulator.routes import COLLECTIONS

PREFIX = "/v2/webhook/subscription"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVENT_TYPES = ("create", "update", "delete")
DATA_TYPES = {c.webhook for c in COLLECTIONS.values() if c.webhook} | {"meal"}
LIFETIME = timedelta(days=90)
NO_ANSWER = "Callback did not answer the challenge"
ATTEMPTS, GONE, TIMEOUT_S = 3, 410, 10.0


@dataclass(kw_only=True)
class Subscription:
    """One kind of event of one data type, sent to one address."""

    identity: str
    callback_url: str
    verification_token: str
    event_type: str
    data_type: str
    expires: datetime

    def public(self) -> dict[str, str]:
        """Fields that the API shows."""
        return {
            "id": self.identity,
            "callback_url": self.callback_url,
            "event_type": self.event_type,
            "data_type": self.data_type,
            "expiration_time": f"{self.expires:%Y-%m-%dT%H:%M:%SZ}",
        }


class Webhooks:
    """The subscriptions of the app."""

    def __init__(self, app: App, user_id: Callable[[], str]) -> None:
        self._app, self._user_id = app, user_id
        self.subscriptions: dict[str, Subscription] = {}

    def answer(self, request: Request) -> Reply:
        """Reply to a request under the prefix."""
        client = request.headers.get("x-client-id"), request.headers.get("x-client-secret")
        if client != (self._app.client_id, self._app.client_secret):
            return detail(401, "Invalid client credentials")
        rest = request.path.removeprefix(PREFIX).strip("/")
        if not rest:
            return self._create(request) if request.method == "POST" else self._all()
        subscription = self.subscriptions.get(rest.removeprefix("renew/"))
        if subscription is None:
            return detail(403, "Webhook with specified id does not exist")
        return self._one(request, subscription, is_renewal=rest.startswith("renew/"))

    def deliver(self, events: list[Event]) -> list[dict[str, Any]]:
        """Send the events to their subscribers; return each with the status of the answer (0: none)."""
        now = datetime.now(UTC)
        return [
            {
                "data_type": event.data_type,
                "event_type": event.event_type,
                "object_id": event.object_id,
                "status": self._send(subscription, event, now),
            }
            for event in events
            for subscription in list(self.subscriptions.values())
            if (subscription.event_type, subscription.data_type) == (event.event_type, event.data_type)
            and subscription.expires > now
        ]

    def _all(self) -> Reply:
        return json_reply([s.public() for s in self.subscriptions.values()])

    def _one(self, request: Request, subscription: Subscription, *, is_renewal: bool) -> Reply:
        if request.method == "DELETE":
            del self.subscriptions[subscription.identity]
            return Reply(status=204, body=b"")
        if request.method == "PUT" and is_renewal:
            subscription.expires = datetime.now(UTC) + LIFETIME
        elif request.method == "PUT":
            return self._update(request, subscription)
        return json_reply(subscription.public())

    def _create(self, request: Request) -> Reply:
        wanted = _json(request)
        if wrong := _wrong(wanted, ("callback_url", "verification_token", "event_type", "data_type")):
            return wrong
        subscription = Subscription(
            identity=str(uuid.uuid4()),
            expires=datetime.now(UTC) + LIFETIME,
            **{k: wanted[k] for k in ("callback_url", "verification_token", "event_type", "data_type")},
        )
        if not _answers_challenge(subscription):
            return detail(400, NO_ANSWER)
        self.subscriptions[subscription.identity] = subscription
        return json_reply(subscription.public(), 201)

    def _update(self, request: Request, subscription: Subscription) -> Reply:
        wanted = {**subscription.public(), **_json(request)}
        if wrong := _wrong(wanted, ("verification_token",)):
            return wrong
        subscription.callback_url = wanted["callback_url"]
        subscription.verification_token = wanted["verification_token"]
        subscription.event_type, subscription.data_type = wanted["event_type"], wanted["data_type"]
        return json_reply(subscription.public()) if _answers_challenge(subscription) else detail(400, NO_ANSWER)

    def _send(self, subscription: Subscription, event: Event, now: datetime) -> int:
        body = json.dumps(
            {
                "event_type": event.event_type,
                "data_type": event.data_type,
                "object_id": event.object_id,
                "event_time": now.isoformat(),
                "user_id": self._user_id(),
            }
        ).encode()
        stamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "x-oura-timestamp": stamp,
            "x-oura-signature": signature(self._app.client_secret, stamp, body),
        }
        for _ in range(ATTEMPTS):
            status = _call(urllib.request.Request(subscription.callback_url, body, headers, method="POST"))[0]
            if status == GONE:
                self.subscriptions.pop(subscription.identity, None)
            if 200 <= status < 400 or status == GONE:
                break
        return status


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Upper-case hex HMAC-SHA256 over the timestamp and the raw body."""
    return hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).hexdigest().upper()


def _answers_challenge(subscription: Subscription) -> bool:
    challenge = secrets.token_hex(16)
    query = urlencode({"verification_token": subscription.verification_token, "challenge": challenge})
    joint = "&" if urlsplit(subscription.callback_url).query else "?"
    status, body = _call(urllib.request.Request(subscription.callback_url + joint + query))
    try:
        return status == 200 and json.loads(body).get("challenge") == challenge
    except (ValueError, AttributeError):
        return False


def _call(request: urllib.request.Request) -> tuple[int, bytes]:
    """Call the subscriber on this machine, past any proxy; status 0 without an answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except OSError:
        return 0, b""


def _json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _wrong(wanted: dict[str, Any], required: tuple[str, ...]) -> Reply | None:
    """Reply 422 for a missing or unknown value and for an address outside this machine; None otherwise."""
    problems = [("string_type", n, f"{n} is required") for n in required if not wanted.get(n)]
    for name, known in (("event_type", EVENT_TYPES), ("data_type", DATA_TYPES)):
        if wanted.get(name) and wanted[name] not in known:
            problems.append(("enum", name, f"Invalid {name} value"))
    url = urlsplit(str(wanted.get("callback_url", "")))
    if wanted.get("callback_url") and url.hostname not in LOOPBACK:
        problems.append(("value_error", "callback_url", "The simulated API calls nobody but this machine"))
    items = [{"type": kind, "loc": ["body", name], "msg": message} for kind, name, message in problems]
    return detail(422, items) if items else None
