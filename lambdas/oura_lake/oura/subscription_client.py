"""Client of Oura's webhook subscriptions, used with the app's id and secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from oura_lake.errors import SourceError, SourceRefused, SourceUnavailable
from oura_lake.oura.client import checked_url
from oura_lake.oura.outbound import TooLarge, client, fetch
from oura_lake.oura.responses import body_of, detail
from oura_lake.oura.subscriptions import Kind, Subscription, SubscriptionLost
from oura_lake.oura.tokens import App
from oura_lake.oura.webhook_event import verification_token
from oura_lake.sources.oura import API_BASE_URL

PATH = "/v2/webhook/subscription"
TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # to make one, Oura waits up to 10 s for our answer to its challenge
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMED_OUT, THROTTLED, SERVER_ERROR = 401, 403, 404, 408, 429, 500
UNKNOWN_ID = (FORBIDDEN, NOT_FOUND)


class SubscriptionApi:
    """The subscriptions of one app; see `Subscriptions`."""

    def __init__(self, app: App, http: httpx.Client) -> None:
        self._http, self._token = http, verification_token(app.client_secret)
        self._headers = {"x-client-id": app.client_id, "x-client-secret": app.client_secret}

    def all(self) -> list[Subscription]:
        """See Subscriptions."""
        entries = body_of(self._send("GET", ""))
        if not isinstance(entries, list):
            raise SourceRefused("Oura's list of webhooks has an unknown shape", "nothing was changed, report it")
        return [_subscription(entry) for entry in entries]

    def create(self, kind: Kind, callback_url: str) -> Subscription:
        """See Subscriptions."""
        wanted = {"event_type": kind[0], "data_type": kind[1]}
        body = {**wanted, "callback_url": callback_url, "verification_token": self._token}
        return _subscription(body_of(self._send("POST", "", body)))

    def renew(self, subscription: Subscription) -> Subscription:
        """See Subscriptions."""
        response = self._send("PUT", f"/renew/{subscription.id}", accepted=UNKNOWN_ID)
        if response.status_code in UNKNOWN_ID:
            raise SubscriptionLost("Oura has no webhook of that id any more", "it is made again")
        return _subscription(body_of(response))

    def remove(self, subscription: Subscription) -> None:
        """See Subscriptions."""
        self._send("DELETE", f"/{subscription.id}", accepted=UNKNOWN_ID)

    def _send(self, method: str, path: str, body: Any = None, accepted: tuple[int, ...] = ()) -> httpx.Response:
        try:
            response = fetch(self._http, method, PATH + path, headers=self._headers, json=body)
        except (httpx.HTTPError, TooLarge) as error:
            kind = type(error).__name__
            raise SourceUnavailable(f"Oura did not answer about webhooks ({kind})", "run it again later") from error
        if not response.is_success and response.status_code not in accepted:
            raise _refusal(response)
        return response


@contextmanager
def subscription_api(app: App, base_url: str = API_BASE_URL) -> Iterator[SubscriptionApi]:
    """Subscriptions of an app, open until the end of the block."""
    with client(checked_url(base_url), timeout=TIMEOUT) as http:
        yield SubscriptionApi(app, http)


def expiry_of(text: str) -> datetime:
    """End of a subscription, which Oura writes with a Z, an offset, or no zone (UTC), and up to nine decimals."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _subscription(entry: Any) -> Subscription:
    try:
        return Subscription(
            id=entry["id"],
            kind=(entry["event_type"], entry["data_type"]),
            callback_url=entry["callback_url"],
            expires=expiry_of(entry["expiration_time"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceRefused("Oura described a webhook in an unknown shape", "report it") from error


def _refusal(response: httpx.Response) -> SourceError:
    """Error for an answer that is no success."""
    status, reason = response.status_code, detail(body_of(response))
    if status >= SERVER_ERROR or status in (TIMED_OUT, THROTTLED):
        return SourceUnavailable(f"Oura answered {status} about webhooks", "run it again later")
    if status == UNAUTHORIZED:
        return SourceRefused("Oura does not know the app (401)", "connect again with its present id and secret")
    return SourceRefused(f"Oura refused a webhook ({status} {reason})", "look whether its address answers")
