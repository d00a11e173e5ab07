"""Subscriptions at Oura are made once, renewed in time, made again when lost, and removed with the lake."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from oura_lake.errors import SourceRefused, SourceUnavailable
from oura_lake.oura.subscription_client import SubscriptionApi, expiry_of, subscription_api
from oura_lake.oura.subscriptions import ensure, kinds, remove_all
from oura_lake.oura.tokens import App
from oura_lake.person import Person
from oura_lake.public_endpoint.endpoint import PublicEndpoint, Secret
from support.function_url import function_url
from support.webhook_world import FEW, World, webhook_world

EVERYONE = [Person(name="me")]


@pytest.fixture
def world() -> Iterator[World]:
    with webhook_world() as created:
        yield created


def test_every_event_of_every_collection_that_has_them_is_subscribed_to(world: World) -> None:
    result = world.ensure(kinds(EVERYONE))
    assert (result.created, result.active, result.failures) == (48, 48, [])
    assert len({(s.event_type, s.data_type) for s in world.registered.values()}) == 48


def test_a_second_round_makes_nothing(world: World) -> None:
    world.ensure()
    result = world.ensure()
    assert (result.created, result.renewed, result.removed, result.active) == (0, 0, 0, 3)


def test_only_what_somebody_wants_is_subscribed_to(world: World) -> None:
    world.ensure(kinds([Person(name="a", collections=("sleep",)), Person(name="b", collections=("tag", "heartrate"))]))
    assert {s.data_type for s in world.registered.values()} == {"sleep", "tag"}


def test_what_nobody_wants_any_more_is_removed(world: World) -> None:
    world.ensure()
    assert world.ensure(FEW[:1]).removed == 2
    assert len(world.registered) == 1


def test_a_sync_of_the_ring_arrives_as_jobs_and_the_deletion_of_a_document_too(world: World) -> None:
    world.ensure(kinds(EVERYONE))
    events = world.oura.sync()
    delivered = {(job.event, job.endpoints, job.document_id) for job in world.jobs}
    assert len(events) == len(delivered) > 10
    night = next(e.object_id for e in events if e.data_type == "daily_sleep")
    world.oura.delete("daily_sleep", night)
    assert (world.jobs[-1].event, world.jobs[-1].document_id) == ("delete", night)


def test_renewal_begins_thirty_days_before_the_end(world: World) -> None:
    world.ensure()
    assert world.ensure(days=59).renewed == 0
    assert world.ensure(days=61).renewed == 3
    assert len(world.registered) == 3


def test_one_that_was_lost_is_made_anew(world: World) -> None:
    world.ensure()
    world.registered.pop(next(iter(world.registered)))
    assert (world.ensure().created, len(world.registered)) == (1, 3)


def test_one_that_is_lost_between_list_and_renewal_is_made_anew(world: World) -> None:
    world.ensure()
    listed = world.subscriptions.all()
    world.subscriptions.all = lambda: listed  # type: ignore[method-assign]
    world.registered.clear()
    result = world.ensure(days=61)
    assert (result.created, result.renewed, result.failures, len(world.registered)) == (3, 0, [], 3)


def test_one_that_was_made_twice_since_the_first_answer_was_lost_is_removed_again(world: World) -> None:
    world.ensure()
    world.subscriptions.create(FEW[0], world.url)
    assert (world.ensure().removed, len(world.registered)) == (1, 3)


def test_the_subscriptions_of_another_address_are_left_alone(world: World) -> None:
    with function_url(world.handle) as other:
        ensure(world.subscriptions, other, FEW, world.now)
        world.ensure()
        assert remove_all(world.subscriptions, world.url) == 3
        assert {s.callback_url for s in world.registered.values()} == {other}


def test_an_address_that_does_not_answer_the_challenge_is_told_and_not_tried_for_all_of_them(world: World) -> None:
    world.door = PublicEndpoint(
        secret=Secret(lambda: "another secret"), accounts=world.door.accounts, send=world.door.send
    )
    result = world.ensure(kinds(EVERYONE))
    assert [str(f) for f in result.failures] == [
        "Oura refused a webhook (400 Callback did not answer the challenge); look whether its address answers."
    ] * 7
    assert result.is_refused


def test_a_data_type_that_oura_no_longer_knows_keeps_none_of_the_others_from_being_made(world: World) -> None:
    result = world.ensure([("create", "given_up"), ("update", "given_up"), ("delete", "given_up"), *FEW])
    assert (len(result.failures), result.active) == (3, 3)


def test_an_app_that_oura_does_not_know_is_one_clear_sentence(world: World) -> None:
    with subscription_api(App(client_id="x", client_secret="y"), world.oura.base_url) as strange:
        [failure] = ensure(strange, world.url, FEW, world.now).failures
    assert "connect again" in str(failure)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_ends_the_round_and_the_next_one_goes_on(status: int) -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(200, json=[]) if request.method == "GET" else httpx.Response(status)

    with httpx.Client(base_url="https://api.test", transport=httpx.MockTransport(answer)) as http:
        result = ensure(SubscriptionApi(App(client_id="x", client_secret="y"), http), "u", FEW, datetime.now(UTC))
    assert (methods, result.is_refused) == (["GET", "POST"], False)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ReadTimeout("the challenge hangs"), SourceUnavailable),
        (httpx.Response(502, html="<html>"), SourceUnavailable),
        (httpx.Response(200, html="<html>"), SourceRefused),
        (httpx.Response(200, json=[{"id": "a"}]), SourceRefused),
        (httpx.Response(200, json={}), SourceRefused),
    ],
    ids=["time-out", "502", "a web page", "another shape", "no list"],
)
def test_what_oura_says_instead_of_a_list_is_told(answer: Any, error: type[Exception]) -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    with httpx.Client(base_url="https://api.test", transport=httpx.MockTransport(reply)) as http, pytest.raises(error):
        SubscriptionApi(App(client_id="x", client_secret="y"), http).all()


@pytest.mark.parametrize(
    "text",
    ["2026-11-18T09:00:00Z", "2026-11-18T09:00:00.123456789", "2026-11-18T10:00:00+01:00", "2026-11-18T09:00:00"],
)
def test_an_end_is_read_in_every_form_that_was_seen(text: str) -> None:
    assert expiry_of(text).replace(microsecond=0) == datetime(2026, 11, 18, 9, tzinfo=UTC)
