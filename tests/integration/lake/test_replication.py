"""A lake moves to another place complete, with one live token chain, wherever the move dies."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from oura_lake.admin import dead_letters, migration
from oura_lake.admin.migration import End, Moved, back, hand_over, move
from oura_lake.aws.secrets import SecretTokens
from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.monitoring.feedback import feedback_labels
from oura_lake.oura.tokens import Token
from oura_lake.sources.lake import SOURCE as OWN
from oura_lake.sources.oura import SOURCE
from support.builders import a_beat, a_score, at
from support.noting import noting
from support.present import present

PERSONS = ("ada", "ben", "cat")  # the last never connected
CHANGES = ("Put", "Update", "Delete", "Create")


class Counted(MemoryStore):
    """A bucket; each write is a change of the world."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self._world = world

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        self._world.count("PutObject")
        return super().put(key, data, replacing=replacing)


@dataclass(frozen=True, kw_only=True)
class Here(End):
    """An end whose bucket is in memory: a simulated S3 takes ten times as long."""

    memory: MemoryStore

    @property
    def store(self) -> MemoryStore:  # type: ignore[override]
        return self.memory


class Place:
    """One region with a deployed lake; the world dies before its nth call that changes something."""

    def __init__(self, world: "World", region: str) -> None:
        self.world, self.mapping, self.store = world, "Enabled", Counted(world)
        self._region = region
        self._faked = {"cloudformation": SimpleNamespace(get_paginator=lambda _: self), "lambda": self}
        self._make()

    def client(self, service: str) -> Any:
        return self._faked.get(service) or client(service, self._region)

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        made = [("AWS::Scheduler::Schedule", f"S-{p}") for p in PERSONS] + [("AWS::Lambda::EventSourceMapping", "m")]
        return [{"StackResourceSummaries": [{"ResourceType": k, "PhysicalResourceId": n} for k, n in made]}]

    def get_event_source_mapping(self, **_: object) -> dict[str, str]:
        return {"State": self.mapping}

    def update_event_source_mapping(self, *, Enabled: bool, **_: object) -> None:  # noqa: N803 - as boto3 has it
        self.world.count("UpdateMapping")
        self.mapping = "Enabled" if Enabled else "Disabled"

    @property
    def end(self) -> End:
        return Here(stack="OuraLake", outputs=self.outputs, client=self.client, memory=self.store)

    def asks(self, person: str) -> bool:
        """Whether the person's schedule fires here, or jobs are done."""
        schedule = self.client("scheduler").get_schedule(Name=f"S-{person}")
        return schedule["State"] == "ENABLED" or self.mapping == "Enabled"

    def is_live(self, person: str) -> bool:
        """Whether some run calls Oura with a token of the person here."""
        return self.asks(person) and self.end.is_connected(person)

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        return {key: data for key, data in self.store.objects.items() if key.startswith(prefix)}

    def _make(self) -> None:
        self.outputs = {
            "TokenSecretPrefix": "ours/",
            "AppParameter": "/ours/app",
            "Persons": json.dumps({person: {} for person in PERSONS}),
            "JobsQueueUrl": self.client("sqs").create_queue(QueueName="jobs")["QueueUrl"],
        }
        for person in PERSONS:
            self.client("secretsmanager").create_secret(Name=f"ours/{person}", SecretString="{}")
            self.client("scheduler").create_schedule(
                Name=f"S-{person}",
                ScheduleExpression="rate(1 hour)",
                ScheduleExpressionTimezone="Asia/Tokyo",
                FlexibleTimeWindow={"Mode": "OFF"},
                Description="Asks.",
                Target={"Arn": "arn:aws:sqs:us-east-1:1:q", "RoleArn": "arn:aws:iam::1:role/r", "Input": "{}"},
            )


@cache
def client(service: str, region: str) -> Any:
    """One client for all worlds, which tells the present one of each call: to make one takes longer than a move."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=region)
    made = session.client(service, config=Config(retries={"total_max_attempts": 1}))
    made.meta.events.register("before-call", lambda model, **_: World.present.count(model.name))
    return made


class World:
    """Two places: one with a lake of three persons, one freshly deployed."""

    present: "World"

    def __init__(self) -> None:
        World.present = self
        self.calls, self.dies_at = 0, -1
        self.old, self.new = Place(self, "us-east-1"), Place(self, "eu-central-1")
        ssm = self.old.client("ssm")
        ssm.put_parameter(Name="/ours/app", Value='{"client_id": "app", "client_secret": "s"}', Type="SecureString")
        for person in PERSONS[:2]:
            self.old.end.tokens(person).connect(a_token(person))
            ssm.put_parameter(Name=f"/ours/accounts/id-{person}", Value=person, Type="String")
        self._fill()

    def count(self, call: str) -> None:
        self.calls += call.startswith(CHANGES)
        if 0 < self.dies_at <= self.calls:
            raise KeyboardInterrupt

    def move(self, go_on: Callable[[str], bool] = lambda _: False) -> Moved:
        return move(self.old.end, self.new.end, lambda *_: None, go_on)

    def token_of(self, person: str) -> set[str]:
        found = [place.end.tokens(person).load() for place in (self.old, self.new)]
        return {stored.token.refresh_token for stored in found if stored}

    def _fill(self) -> None:
        store = self.old.store
        for person in PERSONS[:2]:
            scores = Table(store=store, source="oura", endpoint=SOURCE.endpoint("daily_sleep"), person=person)
            land(scores, [a_score("2026-01-01")], at(0), "r")
            labels = Table(store=store, source="lake", endpoint=OWN.endpoint("feedback"), person=person)
            label = {
                "id": "illness-2026-01-01",
                "day": "2026-01-01",
                "is_ill": True,
                "note": person,
                "said_at": "2026-01-03T08:00:00+00:00",
            }
            land(labels, [label], at(0), "r")
            store.put(f"ledger/person={person}/illness.json", b'{"told": true}', replacing=None)
        beats = Table(store=store, source="oura", endpoint=SOURCE.endpoint("heartrate"), person="ada")
        land_series(beats, [SeriesPage(rows=[a_beat()], fetched_at=at(0), request="r")])
        store.put("rejected/oura/sleep/person=ada/x.json.gz", b"odd", replacing=None)


def a_token(person: str) -> Token:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    return Token(access_token=f"access-{person}", refresh_token=f"refresh-{person}", expires_at=ends)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "PAUSE_S", 0.01)
    monkeypatch.setattr(migration, "PAUSE_S", 0.01)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World()


def assert_moved(world: World) -> None:
    for person in PERSONS[:2]:
        assert not world.old.end.is_connected(person)
        assert world.new.is_live(person)
        assert world.token_of(person) == {f"refresh-{person}"}
    for prefix in ("raw/", "lake/", "rejected/"):
        assert world.new.objects(prefix) == world.old.objects(prefix)
    assert world.new.objects("ledger/") == world.old.objects("ledger/")


def test_a_move_that_is_run_again_later_does_not_take_what_came_since_for_a_loss(world: World) -> None:
    world.move()
    scores = Table(store=world.new.store, source="oura", endpoint=SOURCE.endpoint("daily_sleep"), person="ada")
    land(scores, [a_score("2026-01-02")], at(9), "r")
    began = "All was moved before, and the lake there may have gone on. The tables differ: daily_sleep of ada 1 here"
    assert world.move().sentence.startswith(began)


def test_everything_is_at_the_new_place_to_the_byte_and_the_old_one_stands_still(world: World) -> None:
    moved = world.move()
    assert_moved(world)
    assert moved.sentence == "5 rows there, as many as here."
    for person in PERSONS[:2]:
        assert feedback_labels(world.new.store, person)["illness-2026-01-01"].note == person
    assert world.old.end.is_still()
    theirs = world.new.client("ssm").get_parameters_by_path(Path="/ours/", Recursive=True)["Parameters"]
    assert {p["Name"] for p in theirs} == {"/ours/app", "/ours/accounts/id-ada", "/ours/accounts/id-ben"}


def test_a_schedule_keeps_all_that_it_says(world: World) -> None:
    before = world.old.client("scheduler").get_schedule(Name="S-ada")
    world.old.end.stop()
    world.old.end.start()
    after = world.old.client("scheduler").get_schedule(Name="S-ada")
    for changing in ("ResponseMetadata", "LastModificationDate"):
        del before[changing], after[changing]
    assert after == before


def test_a_move_that_dies_before_any_change_goes_on_and_at_no_time_do_both_ends_ask() -> None:
    """Every call that changes something at either end is a place to die at; the last round dies nowhere."""
    dies_at, has_died = 0, True
    while has_died:
        dies_at += 1
        with mock_aws():
            world = World()
            has_died = killed(world, dies_at)
            for person in PERSONS[:2]:
                assert not (world.old.is_live(person) and world.new.is_live(person))
                assert world.token_of(person) == {f"refresh-{person}"}
            if any(map(world.new.end.is_connected, PERSONS)):  # none leaves before everybody's schedule stands
                assert not any(map(world.old.asks, PERSONS))
            world.move()
            assert_moved(world)
    assert dies_at > 30


def killed(world: World, dies_at: int) -> bool:
    world.calls, world.dies_at = 0, dies_at
    try:
        world.move()
    except KeyboardInterrupt:
        return True
    finally:
        world.dies_at = -1
    return False


def test_a_second_move_overwrites_nothing_that_the_new_lake_noted_since(world: World) -> None:
    world.move()
    key, store = "ledger/person=ada/illness.json", world.new.store
    store.put(key, b'{"told": "twice"}', replacing=present(store.get(key)).etag)
    world.move()
    assert present(store.get(key)).data == b'{"told": "twice"}'
    assert_moved_tokens(world)


def assert_moved_tokens(world: World) -> None:
    assert [world.new.is_live(person) for person in PERSONS] == [True, True, False]


def test_tables_that_differ_keep_the_tokens_where_they_are_and_the_way_back_is_open(world: World) -> None:
    del world.old.store.objects["lake/daily_sleep/person=ada/year=2026/data.parquet"]
    with pytest.raises(SettingsWrong, match=r"tokens were not moved.*--back starts it again"):
        world.move()
    assert (world.old.end.is_still(), world.new.end.is_connected("ada")) == (True, False)
    back(world.old.end, world.new.end)
    assert world.old.is_live("ada")
    sentences: list[str] = []
    world.move(lambda sentence: noting(sentences, sentence, True))
    assert sentences == ["The tables differ: daily_sleep of ada 0 here and 1 there."]
    assert_moved_tokens(world)


def test_there_is_no_way_back_for_a_token_that_has_moved(world: World) -> None:
    world.move()
    with pytest.raises(SettingsWrong, match="token of ada, ben is at the new place"):
        back(world.old.end, world.new.end)


def test_no_token_leaves_a_lake_that_asks(world: World) -> None:
    with pytest.raises(SettingsWrong, match="Somebody started the old lake meanwhile"):
        hand_over(world.old.end, world.new.end, "ada")
    assert not world.new.end.is_connected("ada")


def test_where_one_persons_token_is_refused_there_nobody_is_asked_for_and_another_move_ends_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(secret: SecretTokens, token: Token) -> None:
        if token == a_token("ben"):
            raise StoreUnavailable("AWS refused PutSecretValue on ours/ben (ThrottlingException).")
        whole(secret, token)

    whole = SecretTokens.connect
    with monkeypatch.context() as patched:
        patched.setattr(SecretTokens, "connect", refuse)
        with pytest.raises(StoreUnavailable, match="ours/ben"):
            world.move()
    assert not any(place.asks(person) for place in (world.old, world.new) for person in PERSONS)
    assert [world.new.end.is_connected(person) for person in PERSONS] == [True, False, False]
    assert [world.old.end.is_connected(person) for person in PERSONS] == [False, True, False]
    with pytest.raises(SettingsWrong, match="token of ada is at the new place; run the move again"):
        back(world.old.end, world.new.end)
    world.move()
    assert_moved(world)


def test_a_job_under_way_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "is_idle", lambda *_: False)
    with pytest.raises(StoreUnavailable, match="A job is under way"):
        world.move()
    assert world.old.end.is_connected("ada")


def test_the_same_place_is_refused(world: World) -> None:
    with pytest.raises(SettingsWrong, match="is in us-east-1 of this account already"):
        migration.require_another_place(world.old.client, world.old.client)
    migration.require_another_place(world.old.client, world.new.client)
