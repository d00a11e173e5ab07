"""After the end of a permission the lake stops its requests, notifies the person once, and goes on after a consent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from oura_lake.aws.s3 import S3Store
from oura_lake.errors import StoreUnavailable
from oura_lake.ingestion.job import Job
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger import token_status
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import tokens as chore
from oura_lake.person import Person
from support.builders import NOON
from support.illness_days import FakeEngine
from support.ingest_world import ENDED, REGISTERED, ROUTINE, IngestWorld, ingest_world
from support.present import present
from support.token_world import BUCKET, SECRET


@pytest.fixture
def world() -> Iterator[IngestWorld]:
    with ingest_world() as made:
        yield made


def test_a_refused_refresh_is_noted_told_to_the_bus_once_and_oura_is_asked_no_more(world: IngestWorld) -> None:
    log: list[Any] = []
    fetcher = world.ingest(log)
    for _ in range(3):
        assert fetcher.do(ROUTINE, NOON, 60) == []
    paths = [seen.path for seen in world.oura.requests]
    assert world.events == ["trouble me"]
    assert len(paths) <= 2  # the token endpoints, once
    assert "oura-lake connect --deployed --person me" in log[-1]["waiting"]
    assert present(token_status.broken(S3Store(BUCKET), "me")).since == NOON


def test_a_job_of_a_damaged_secret_fails_by_name_and_everyone_else_goes_on(world: IngestWorld) -> None:
    secrets = boto3.client("secretsmanager")
    secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    secrets.create_secret(Name=SECRET, SecretString='{"access_token": "a')
    fetcher = world.ingest()
    with pytest.raises(StoreUnavailable, match=f"The secret {SECRET} is damaged"):
        fetcher.do(ROUTINE, NOON, 60)
    [outcome] = fetcher.do(Job(person="ada", endpoints=("personal_info",)), NOON, 60)
    assert outcome.is_well


def test_everyone_else_goes_on(world: IngestWorld) -> None:
    fetcher = world.ingest()
    fetcher.do(ROUTINE, NOON, 60)
    [outcome] = fetcher.do(Job(person="ada", endpoints=("personal_info",)), NOON, 60)
    assert outcome.landed.n_new == 1


def test_a_new_consent_ends_the_silence_and_closes_the_note(world: IngestWorld) -> None:
    fetcher = world.ingest()
    fetcher.do(ROUTINE, NOON, 60)
    world.consent()
    [outcome] = fetcher.do(ROUTINE, NOON, 60)
    assert (outcome.landed.n_new, token_status.broken(S3Store(BUCKET), "me")) == (1, None)


def test_a_chunk_of_a_backfill_that_could_not_be_fetched_starts_no_further_one(world: IngestWorld) -> None:
    day = NOON.date()
    chunk = Job(person="me", endpoints=("personal_info",), first=day, last=day, until=day - timedelta(days=99))
    assert [world.ingest().do(chunk, NOON, 60) for _ in range(2)] == [[], []]  # there is no such queue


def test_an_app_that_oura_refuses_breaks_nobody_and_its_right_secret_mends_everybody(world: IngestWorld) -> None:
    world.consent(until=ENDED)
    log: list[Any] = []
    anew = replace(REGISTERED, client_secret="anew")
    world.oura.api.oauth.app = anew
    fetcher = world.ingest(log)
    assert [fetcher.do(ROUTINE, NOON, 60) for _ in range(2)] == [[], []]
    assert present(token_status.broken(S3Store(BUCKET), "me")).is_app
    assert (world.events, "OURA_CLIENT_SECRET" in log[-1]["waiting"]) == (["trouble me"], True)
    world.register(anew)
    [outcome] = fetcher.do(ROUTINE, NOON, 60)
    fetcher.do(ROUTINE, NOON, 60)
    assert (outcome.landed.n_new, token_status.broken(S3Store(BUCKET), "me")) == (1, None)


def test_what_is_told_of_a_refused_app_names_the_secret_and_is_told_once() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    token_status.note_broken(store, "me", "v1", NOON, is_app=True)
    counts = [chore.run(an_upkeep(store, sent))["n_told"] for _ in range(2)]
    assert (counts, "OURA_CLIENT_SECRET" in sent[0].body) == ([1, 0], True)
    token_status.note_broken(store, "me", "v1", NOON + timedelta(days=1))  # and then the permission is gone as well
    assert chore.run(an_upkeep(store, sent))["n_told"] == 1
    assert (present(token_status.broken(store, "me")).since, sent[1].kind) == (NOON, "token")
    token_status.mend(store, "me")
    assert chore.run(an_upkeep(store, sent))["n_settled"] == 2


def an_upkeep(store: MemoryStore, sent: list[Any]) -> Upkeep:
    return Upkeep(store=store, engine=FakeEngine([]), person=Person(name="me"), now=NOON, send=sent.append)


def test_a_person_is_told_once_with_the_command_that_mends_it() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    token_status.note_broken(store, "me", "v1", NOON)
    counts = [chore.run(an_upkeep(store, sent))["n_told"] for _ in range(3)]
    assert counts == [1, 0, 0]
    assert "oura-lake connect --deployed --person me" in sent[0].body
    assert "v1" not in f"{sent}"


def test_after_a_consent_the_notice_is_closed_and_the_next_break_is_news() -> None:
    sent: list[Any] = []
    store = MemoryStore()
    for version in ("v1", "v2"):
        token_status.note_broken(store, "me", version, NOON)
        chore.run(an_upkeep(store, sent))
        token_status.mend(store, "me")
        assert chore.run(an_upkeep(store, sent)) == {"n_told": 0, "n_settled": 1}
    assert len(sent) == 2


def test_a_person_who_is_well_hears_nothing() -> None:
    sent: list[Any] = []
    assert chore.run(an_upkeep(MemoryStore(), sent)) == {"n_told": 0, "n_settled": 0}
    assert sent == []
