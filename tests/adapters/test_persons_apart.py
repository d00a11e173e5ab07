"""One person's trouble: does it delay another? Shown with the handler, one process for each message as in Lambda."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from aws_over_http import aws_over_http
from ingest_process import Lambda
from oura_lake.aws.queue import JobQueue
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.job import Job
from oura_lake.local.simulator import FOR_EVER, App, Fault, GeneratedPerson, RunningApi, simulated_oura
from oura_lake.tokens import App as Registered
from oura_lake.tokens import Token

BLOCKED, FREE = "sleep", "daily_sleep"  # what ada has fetched, and what bob has
TODAY = datetime.now(UTC).date()
TROUBLES = {
    "a provider that hangs": Fault(collection=BLOCKED, delay_s=120.0, times=FOR_EVER),
    "a rate limit": Fault(collection=BLOCKED, status=429, retry_after=100, times=FOR_EVER),
}


class World:
    """Two persons of a deployed lake, its queue, and the provider."""

    def __init__(self, oura: RunningApi, environment: dict[str, str]) -> None:
        self.oura, self.sqs, self.s3 = oura, boto3.client("sqs"), boto3.client("s3")
        queue = self.sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})
        self.jobs = JobQueue(queue["QueueUrl"], self.sqs)
        self.s3.create_bucket(Bucket="lake")
        boto3.client("events").create_event_bus(Name="bus")
        app = oura.api.oauth.app
        AppParameter("/lake/app").save(Registered(client_id=app.client_id, client_secret=app.client_secret))
        for person in ("ada", "bob"):
            self._connect(f"lake/{person}")
        persons = {"ada": {"collections": [BLOCKED]}, "bob": {"collections": [FREE]}}
        self.function = Lambda(self.sqs, queue["QueueUrl"], environment | {
            "OURA_LAKE_BUCKET": "lake", "OURA_LAKE_BUS_NAME": "bus", "OURA_LAKE_JOBS_QUEUE_URL": queue["QueueUrl"],
            "OURA_LAKE_TOKEN_SECRET_PREFIX": "lake/", "OURA_LAKE_APP_PARAMETER": "/lake/app",
            "OURA_LAKE_PERSONS": json.dumps(persons), "OURA_API_BASE_URL": oura.base_url,
        })  # fmt: skip

    def does_next(self) -> tuple[str | None, float]:
        """Take the next job and wait for its end; whose it was, and the seconds."""
        began = time.monotonic()
        person = self.function.takes()
        assert person is None or self.function.ends(person) == 0
        return person, time.monotonic() - began

    def has_rows_of(self, person: str) -> bool:
        """Whether the lake holds anything of a person."""
        listed = self.s3.list_objects_v2(Bucket="lake", Prefix="lake/").get("Contents", [])
        return any(f"person={person}/" in entry["Key"] for entry in listed)

    def _connect(self, secret: str) -> None:
        given, secrets = self.oura.grant(), boto3.client("secretsmanager")
        secrets.create_secret(Name=secret, SecretString="{}")
        SecretTokens(secret, secrets).connect(Token(
            access_token=given["access_token"], refresh_token=given["refresh_token"],
            expires_at=datetime.now(UTC) + timedelta(days=1), token_url=self.oura.token_urls[0],
        ))  # fmt: skip


@pytest.fixture
def world(monkeypatch) -> Iterator[World]:
    person = GeneratedPerson(seed=3, until=TODAY)
    with aws_over_http() as aws, simulated_oura(person, app=App()) as oura:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        made = World(oura, aws.environment)
        yield made
        made.function.kill()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_person_whose_job_is_stuck_delays_no_other(world, trouble):
    world.jobs.send(Job(person="bob"), slot="alone")
    _, alone_s = world.does_next()
    world.oura.plant(TROUBLES[trouble])
    for slot in ("1", "2", "3"):
        world.jobs.send(Job(person="ada"), slot=slot)
    for slot in ("4", "5"):
        world.jobs.send(Job(person="bob", first=TODAY - timedelta(days=int(slot) * 9)), slot=slot)
    assert world.function.takes() == "ada"
    done = [world.does_next() for _ in range(3)]
    assert [person for person, _ in done] == ["bob", "bob", None]  # ada's others wait behind her first
    assert world.function.at_work["ada"][0].is_alive
    assert (world.has_rows_of("bob"), world.has_rows_of("ada")) == (True, False)
    assert max(seconds for _, seconds in done) < 10 * max(alone_s, 1.0)  # not the hundred that ada's takes
