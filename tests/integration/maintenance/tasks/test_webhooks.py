"""The daily round renews the webhooks and reports a failure once; a consent and a destroy reach Oura too."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from oura_lake.admin import webhooks as deployed
from oura_lake.aws.secrets import AppParameter
from oura_lake.bootstrap.account import DeployedAccount
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import webhooks
from oura_lake.oura.tokens import App
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.settings import MaintainSettings
from support.illness_days import Outbox, messages_of
from support.webhook_world import World, app_of, webhook_world

APP = "/oura-lake/app"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws(), webhook_world() as made:
        AppParameter(APP).save(app_of(made.oura))
        monkeypatch.setenv("OURA_API_BASE_URL", made.oura.base_url)
        yield made


def named(world: World) -> dict[str, str]:
    """Return the outputs of a stack with webhooks."""
    return {"WebhookUrl": world.url, "AppParameter": APP, "Persons": json.dumps({"ada": {}, "bob": {}})}


def an_upkeep(world: World, name: str = "ada", **changes: Any) -> Upkeep:
    """Round over one of two persons."""
    store = MemoryStore()
    settings = MaintainSettings(
        bucket="b",
        persons={n: Person(name=n, collections=("sleep",)) for n in ("bob", "ada")},
        token_secret_prefix="oura-lake/",
        app_parameter=APP,
        api_base_url=world.oura.base_url,
        webhook_url=world.url,
    )
    return Upkeep(
        store=store,
        engine=DuckDBEngine(store),
        person=settings.persons[name],
        now=world.now,
        send=Outbox(),
        settings=replace(settings, **changes),
        account=DeployedAccount(settings=replace(settings, **changes), aws=boto3.Session()),
    )


def test_one_person_s_round_keeps_them_for_all(world: World) -> None:
    ada = an_upkeep(world)
    assert webhooks.run(ada) == {"held": 3, "made": 3, "renewed": 0, "failed": 0}
    assert webhooks.run(replace(an_upkeep(world, "bob"), store=ada.store)) == {}


def test_after_the_first_person_was_forgotten_another_s_round_keeps_them(world: World) -> None:
    ada = an_upkeep(world)
    webhooks.run(ada)  # the last round: her schedule is deleted, the settings name her until the next deploy
    done = {}
    for n in (1, 2, 65):
        bob = replace(an_upkeep(world, "bob"), store=ada.store, now=world.now + timedelta(days=n))
        done[n] = webhooks.run(bob).get("renewed")
    assert done == {1: None, 2: 0, 65: 3}


def test_without_an_address_or_an_app_there_is_nothing_to_keep(world: World) -> None:
    assert webhooks.run(an_upkeep(world, webhook_url="")) == {}
    assert webhooks.run(an_upkeep(world, app_parameter="/none")) == {"waiting": 1}
    assert webhooks.run(replace(an_upkeep(world), settings=None, account=None)) == {}
    assert world.registered == {}


def test_what_cannot_be_renewed_is_told_once_and_settled_when_it_can(world: World) -> None:
    upkeep = an_upkeep(world)
    AppParameter(APP).save(App(client_id="x", client_secret="y"))
    webhooks.run(upkeep)
    webhooks.run(upkeep)
    [message] = messages_of(upkeep.send)
    assert "connect again" in message.body
    AppParameter(APP).save(app_of(world.oura))
    assert webhooks.run(upkeep)["failed"] == 0
    AppParameter(APP).save(App(client_id="x", client_secret="y"))
    webhooks.run(upkeep)
    assert len(messages_of(upkeep.send)) == 2


def test_a_consent_makes_them_and_a_destroy_removes_them(world: World) -> None:
    sentence = deployed.subscribe(named(world))
    assert sentence == "Oura tells the lake of 48 kinds of change; 48 of these webhooks are new."
    assert len(deployed.own_subscriptions(named(world))) == 48
    assert deployed.unsubscribe(named(world)) == "48 webhooks at Oura are removed."
    assert world.registered == {}


def test_a_stack_without_an_address_asks_nobody(world: World) -> None:
    world.oura.requests.clear()
    assert (deployed.subscribe({}), deployed.own_subscriptions({})) == ("", [])
    assert deployed.unsubscribe({}) == "The stack has no webhooks."
    assert world.oura.requests == []


def test_a_consent_holds_although_no_webhook_could_be_made(world: World) -> None:
    AppParameter(APP).save(App(client_id="x", client_secret="y"))
    assert "48" not in (sentence := deployed.subscribe(named(world)))
    assert "tried again within a day" in sentence


def test_before_a_destroy_trouble_at_oura_is_told_and_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deployed, "outputs", lambda: named(world))
    AppParameter(APP).save(App(client_id="x", client_secret="y"))
    deployed.main()
    assert "end by themselves within 90 days" in capsys.readouterr().out
