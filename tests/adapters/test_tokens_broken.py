"""When a permission is gone for good: does the lake keep quiet, tell the person once, and go on after a consent?"""

import json
from datetime import timedelta
from types import SimpleNamespace

import boto3
import pytest
from adapters.token_world import BUCKET, MORNING, SECRET, token_world
from builders import NOON
from oura_lake import chain
from oura_lake.aws.deployed import DeployedFetcher
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.aws.store import S3Store
from oura_lake.chores import tokens as chore
from oura_lake.chores._model import Upkeep
from oura_lake.job import Job
from oura_lake.lake.store import MemoryStore
from oura_lake.local.simulator import App, GeneratedPerson, simulated_oura
from oura_lake.settings import IngestSettings, Person
from oura_lake.tokens import App as Registered
from oura_lake.tokens import Token

ROUTINE = Job(person="me", endpoints=("personal_info",))
REGISTERED = App()


class Aws:
    """The clients of ingest; what it puts on the bus is kept."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def client(self, service: str):
        if service != "events":
            return boto3.client(service)
        return SimpleNamespace(put_events=self._put)

    def _put(self, Entries):  # noqa: N803 - boto3's name
        self.events += [f"{entry['DetailType']} {json.loads(entry['Detail'])['person']}" for entry in Entries]
        return {"FailedEntryCount": 0}


@pytest.fixture
def oura():
    with simulated_oura(GeneratedPerson(seed=3, until=NOON.date()), app=REGISTERED) as api:
        yield api


@pytest.fixture
def aws(oura, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with token_world() as world:
        app = Registered(client_id=REGISTERED.client_id, client_secret=REGISTERED.client_secret)
        AppParameter("/oura-lake/app").save(app)
        world.secrets.create_secret(Name="oura-lake/ada", SecretString="{}")
        consent(oura, world, "oura-lake/ada")
        used = Token(access_token="a", refresh_token="used", expires_at=MORNING, token_url=oura.token_urls[0])
        SecretTokens(SECRET, world.secrets).connect(used)
        yield Aws()


def consent(oura, world, secret: str = SECRET) -> None:
    given = oura.grant()
    token = Token(
        access_token=given["access_token"], refresh_token=given["refresh_token"],
        expires_at=MORNING + timedelta(days=3650), token_url=oura.token_urls[0],
    )
    SecretTokens(secret, getattr(world, "secrets", None)).connect(token)


def ingest(oura, aws, log=None) -> DeployedFetcher:
    settings = IngestSettings(
        bucket=BUCKET, bus="bus", token_secret_prefix="oura-lake/", app_parameter="/oura-lake/app",
        jobs_queue_url="https://sqs/jobs.fifo", persons={name: Person(name=name) for name in ("me", "ada")},
        api_base_url=oura.base_url, token_urls=oura.token_urls,
    )
    return DeployedFetcher(settings, aws, (log if log is not None else []).append)


def test_a_refused_refresh_is_noted_told_to_the_bus_once_and_oura_is_asked_no_more(oura, aws):
    log = []
    fetcher = ingest(oura, aws, log)
    for _ in range(3):
        assert fetcher.do(ROUTINE, NOON, 60) == []
    asked = [seen.path for seen in oura.requests]
    assert aws.events == ["trouble me"]
    assert len(asked) <= 2  # the token endpoints, once
    assert "oura-lake connect --deployed --person me" in log[-1]["waiting"]
    assert chain.broken(S3Store(BUCKET), "me").since == NOON


def test_everyone_else_goes_on(oura, aws):
    fetcher = ingest(oura, aws)
    fetcher.do(ROUTINE, NOON, 60)
    [outcome] = fetcher.do(Job(person="ada", endpoints=("personal_info",)), NOON, 60)
    assert outcome.landed.n_new == 1


def test_a_new_consent_ends_the_silence_and_closes_the_note(oura, aws):
    fetcher = ingest(oura, aws)
    fetcher.do(ROUTINE, NOON, 60)
    consent(oura, aws)
    [outcome] = fetcher.do(ROUTINE, NOON, 60)
    assert (outcome.landed.n_new, chain.broken(S3Store(BUCKET), "me")) == (1, None)


def test_a_chunk_of_a_backfill_that_could_not_be_fetched_starts_no_further_one(oura, aws):
    day = NOON.date()
    chunk = Job(person="me", endpoints=("personal_info",), first=day, last=day, until=day - timedelta(days=99))
    assert [ingest(oura, aws).do(chunk, NOON, 60) for _ in range(2)] == [[], []]  # there is no such queue


def an_upkeep(store: MemoryStore, sent: list) -> Upkeep:
    return Upkeep(store=store, engine=None, person=Person(name="me"), now=NOON, send=sent.append)


def test_a_person_is_told_once_with_the_command_that_mends_it():
    store, sent = MemoryStore(), []
    chain.note_broken(store, "me", "v1", NOON)
    counts = [chore.run(an_upkeep(store, sent))["n_told"] for _ in range(3)]
    assert counts == [1, 0, 0]
    assert "oura-lake connect --deployed --person me" in sent[0].body
    assert "v1" not in f"{sent}"


def test_after_a_consent_the_notice_is_closed_and_the_next_break_is_news():
    store, sent = MemoryStore(), []
    for version in ("v1", "v2"):
        chain.note_broken(store, "me", version, NOON)
        chore.run(an_upkeep(store, sent))
        chain.mend(store, "me")
        assert chore.run(an_upkeep(store, sent)) == {"n_told": 0, "n_settled": 1}
    assert len(sent) == 2


def test_a_person_who_is_well_hears_nothing():
    sent = []
    assert chore.run(an_upkeep(MemoryStore(), sent)) == {"n_told": 0, "n_settled": 0}
    assert sent == []
