"""Late syncs, revisions and deletions appear as at Oura, and subscribers receive their events."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oura_lake.simulator import GeneratedPerson, RunningApi, simulated_oura

PERSON = GeneratedPerson(seed=3, until=date(2026, 11, 21))
HEADERS = {"Authorization": "Bearer simulated-access-token"}
CLIENT = {"x-client-id": "simulated-client", "x-client-secret": "simulated-secret"}
WEEK = {"start_date": "2026-11-14", "end_date": "2026-11-23"}
SUBSCRIPTIONS = "/v2/webhook/subscription"


@pytest.fixture
def start() -> Iterator[Callable[..., RunningApi]]:
    """Provide a function that runs the API with options."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(simulated_oura(PERSON, **options))


@pytest.fixture
def subscriber() -> Iterator["Subscriber"]:
    with subscribing() as running:
        yield running


def read(api: RunningApi, collection: str, **params: str) -> dict[Any, Any]:
    reply = httpx.get(f"{api.base_url}/v2/usercollection/{collection}", params=params or WEEK, headers=HEADERS)
    return {d.get("id"): d for d in reply.json()["data"]}


def by_day(api: RunningApi, collection: str) -> dict[Any, Any]:
    return {d["day"]: d for d in read(api, collection).values()}


class Subscriber:
    """A callback: the events it received, and its answers."""

    status = 200
    challenge = ""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.url = ""


@contextmanager
def subscribing() -> Iterator[Subscriber]:
    subscriber = Subscriber()

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
            self.reply(200, {"challenge": subscriber.challenge or query["challenge"]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            subscriber.events.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.reply(subscriber.status, {})

        def reply(self, status: int, value: dict[Any, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Callback) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        subscriber.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield subscriber
        server.shutdown()


def subscribe(
    api: RunningApi, subscriber: Subscriber, event_type: str = "update", data_type: str = "sleep", **changes: object
) -> httpx.Response:
    body = {"callback_url": subscriber.url, "verification_token": "v", "event_type": event_type, "data_type": data_type}
    return httpx.post(api.base_url + SUBSCRIPTIONS, json=body | changes, headers=CLIENT)


def test_days_held_back_appear_with_the_sync(start: Callable[..., RunningApi]) -> None:
    api = start(hold_back_days=2)
    assert max(by_day(api, "daily_sleep")) == "2026-11-19"
    api.sync(days=1)
    assert max(by_day(api, "daily_sleep")) == "2026-11-20"
    api.sync()
    assert max(by_day(api, "daily_sleep")) == "2026-11-21"


def test_rows_of_days_held_back_appear_with_the_sync(start: Callable[..., RunningApi]) -> None:
    api = start(hold_back_days=2)
    bounds = {"start_datetime": "2026-11-20", "end_datetime": "2026-11-22"}
    before = read(api, "heartrate", **bounds)
    api.sync()
    assert (len(before), bool(read(api, "heartrate", **bounds))) == (0, True)


def test_a_document_held_back_is_not_found_by_id(start: Callable[..., RunningApi]) -> None:
    api = start(hold_back_days=1)
    [document] = PERSON.on("daily_sleep", PERSON.last)
    url = f"{api.base_url}/v2/usercollection/daily_sleep/{document['id']}"
    before = httpx.get(url, headers=HEADERS).status_code
    api.sync()
    assert (before, httpx.get(url, headers=HEADERS).status_code) == (404, 200)


def test_nothing_changes_without_a_sync(start: Callable[..., RunningApi]) -> None:
    api = start()
    assert read(api, "sleep") == read(api, "sleep")


@pytest.mark.parametrize("collection", ["daily_activity", "daily_sleep", "daily_readiness", "sleep"])
def test_a_sync_changes_the_last_three_days_and_no_id(start: Callable[..., RunningApi], collection: str) -> None:
    api = start()
    before = read(api, collection)
    api.sync()
    after = read(api, collection)
    changed = {after[i]["day"] for i in after if after[i] != before[i]}
    assert changed
    assert changed <= {"2026-11-19", "2026-11-20", "2026-11-21"}
    assert before.keys() == after.keys()


def test_steps_grow_with_every_sync(start: Callable[..., RunningApi]) -> None:
    api = start()
    steps = [by_day(api, "daily_activity")["2026-11-21"]["steps"]]
    for _ in range(2):
        api.sync()
        steps.append(by_day(api, "daily_activity")["2026-11-21"]["steps"])
    assert steps[0] < steps[1] < steps[2]


def test_a_deleted_document_is_gone_from_the_list_and_by_id(start: Callable[..., RunningApi]) -> None:
    api = start()
    identity = next(iter(read(api, "sleep")))
    assert [e.event_type for e in api.delete("sleep", identity)] == ["delete"]
    assert identity not in read(api, "sleep")
    assert httpx.get(f"{api.base_url}/v2/usercollection/sleep/{identity}", headers=HEADERS).status_code == 404


def test_a_deleted_document_can_appear_anew_as_it_was(start: Callable[..., RunningApi]) -> None:
    api = start()
    before = read(api, "sleep")
    identity = next(iter(before))
    assert api.restore("sleep", identity) == []
    api.delete("sleep", identity)
    assert [e.event_type for e in api.restore("sleep", identity)] == ["create"]
    assert read(api, "sleep") == before


def test_syncs_and_deletions_can_be_asked_for_over_http(start: Callable[..., RunningApi]) -> None:
    api = start(hold_back_days=1)
    changes = httpx.post(api.base_url + "/_simulate/sync", json={"days": 1}).json()["events"]
    assert {"create", "update"} == {e["event_type"] for e in changes}
    identity = next(e["object_id"] for e in changes if e["data_type"] == "daily_sleep")
    deletion = httpx.post(api.base_url + "/_simulate/delete", json={"collection": "daily_sleep", "id": identity})
    assert deletion.json()["events"] == [{"event_type": "delete", "data_type": "daily_sleep", "object_id": identity}]


def test_deleting_what_is_not_there_tells_nobody(start: Callable[..., RunningApi]) -> None:
    assert start().delete("sleep", "nothing") == []


def test_a_subscription_needs_the_answered_challenge(start: Callable[..., RunningApi], subscriber: Subscriber) -> None:
    api = start()
    assert subscribe(api, subscriber).status_code == 201
    subscriber.challenge = "wrong"
    assert subscribe(api, subscriber).status_code == 400


@pytest.mark.parametrize(
    "change", [{"data_type": "heartrate"}, {"event_type": "x"}, {"callback_url": "http://example.com"}]
)
def test_an_impossible_subscription_is_unprocessable(
    start: Callable[..., RunningApi], subscriber: Subscriber, change: dict[str, str]
) -> None:
    assert subscribe(start(), subscriber, **change).status_code == 422


def test_subscriptions_need_the_secret_of_the_app(start: Callable[..., RunningApi]) -> None:
    assert httpx.get(start().base_url + SUBSCRIPTIONS, headers=HEADERS).status_code == 401


def test_a_subscription_is_listed_renewed_changed_and_deleted(
    start: Callable[..., RunningApi], subscriber: Subscriber
) -> None:
    api = start()
    subscription = subscribe(api, subscriber).json()
    one = f"{api.base_url}{SUBSCRIPTIONS}/{subscription['id']}"
    assert httpx.get(api.base_url + SUBSCRIPTIONS, headers=CLIENT).json() == [subscription]
    assert (
        httpx.put(f"{api.base_url}{SUBSCRIPTIONS}/renew/{subscription['id']}", headers=CLIENT).json()["id"]
        == subscription["id"]
    )
    changed = httpx.put(one, json={"verification_token": "v", "event_type": "delete"}, headers=CLIENT).json()
    assert changed["event_type"] == "delete"
    assert httpx.delete(one, headers=CLIENT).status_code == 204
    assert httpx.get(one, headers=CLIENT).status_code == 403


def test_an_event_is_thin_and_signed_over_its_raw_body(
    start: Callable[..., RunningApi], subscriber: Subscriber
) -> None:
    api = start()
    subscribe(api, subscriber)
    changed = {e.object_id for e in api.sync() if e.data_type == "sleep"}
    assert {json.loads(body)["object_id"] for _, body in subscriber.events} == changed
    headers, body = subscriber.events[0]
    message = headers["x-oura-timestamp"].encode() + body
    expected = hmac.new(b"simulated-secret", message, hashlib.sha256).hexdigest().upper()
    assert headers["x-oura-signature"] == expected
    assert json.loads(body).keys() == {"event_type", "data_type", "object_id", "event_time", "user_id"}


def test_only_the_subscribed_kind_is_told(start: Callable[..., RunningApi], subscriber: Subscriber) -> None:
    api = start(hold_back_days=1)
    subscribe(api, subscriber, "create", "daily_sleep")
    api.sync()
    [(_, body)] = subscriber.events
    assert json.loads(body)["object_id"] == PERSON.on("daily_sleep", PERSON.last)[0]["id"]


def test_an_event_that_fails_is_sent_again(start: Callable[..., RunningApi], subscriber: Subscriber) -> None:
    api = start()
    subscribe(api, subscriber, "delete")
    subscriber.status = 500
    api.delete("sleep", next(iter(read(api, "sleep"))))
    assert len(subscriber.events) == 3


def test_a_subscriber_that_is_gone_loses_its_subscription(
    start: Callable[..., RunningApi], subscriber: Subscriber
) -> None:
    api = start()
    subscribe(api, subscriber)
    subscriber.status = 410
    api.sync()
    assert (len(subscriber.events), len(api.api.webhooks.subscriptions)) == (1, 0)
