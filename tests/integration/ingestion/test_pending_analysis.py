"""The illness of this morning that a backfill lands first is sent once, over queue, bucket, bus and topic.

The deployed functions of jobs and analysis run over moto and the simulated Oura. The orders of runs are tested in
tests/unit/ledger/test_pending_analysis.py.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from oura_lake.admin.inbox import Inbox
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.channels import sns
from oura_lake.handlers import analyse
from oura_lake.ingestion.backfill import Backfill
from oura_lake.ingestion.job import Job, parse_job
from oura_lake.oura.tokens import App as Registered
from oura_lake.oura.tokens import Token
from oura_lake.person import Person
from oura_lake.settings import IngestSettings
from oura_lake.simulator import App, GeneratedPerson, RunningApi, simulated_oura

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
ILL = GeneratedPerson(years=0.2, until=NOW.date(), timezone="UTC", now=NOW)
SEEN = ("sleep", "daily_readiness", "daily_activity")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Lake:
    """Deployed parts for one person; a rule of the bus sends its events to a queue, as to the analyse function."""

    def __init__(self, oura: RunningApi) -> None:
        sqs, events = boto3.client("sqs"), boto3.client("events")
        boto3.client("s3").create_bucket(Bucket="lake")
        self._sqs = sqs
        self._jobs = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self._landed = sqs.create_queue(QueueName="landed")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._landed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.create_event_bus(Name="bus")
        events.put_rule(Name="landed", EventBusName="bus", EventPattern='{"detail-type": ["documents landed"]}')
        events.put_targets(Rule="landed", EventBusName="bus", Targets=[{"Id": "landed", "Arn": arn}])
        self.topic = boto3.client("sns").create_topic(Name="me")["TopicArn"]
        self._inbox = Inbox(self.topic)
        connect(oura)
        self._fetcher = DeployedWorker(IngestSettings(
            bucket="lake", bus="bus", token_secret_prefix="lake/", app_parameter="/lake/app",
            jobs_queue_url=self._jobs, persons={"me": Person(name="me", collections=SEEN)},
            api_base_url=oura.base_url, token_urls=oura.token_urls,
        ), boto3, lambda _: None)  # fmt: skip

    def does(self, job: Job) -> tuple[int, list[str]]:
        """Job with all that follow from it; returns the number of analysis runs, and the messages."""
        self._fetcher.do(job, NOW, 60)
        while following := self._taken(self._jobs):
            for body in following:
                self._fetcher.do(parse_job(body), NOW, 60)
        landed = self._taken(self._landed)
        for event in landed:
            analyse.handler(json.loads(event), None)
        return len(landed), [message["kind"] for message in self._inbox.messages()]

    def objects(self) -> dict[str, str]:
        """Every object of the bucket by its etag."""
        pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="lake")
        return {found["Key"]: found["ETag"] for page in pages for found in page.get("Contents", [])}

    def _taken(self, url: str) -> list[str]:
        found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in found]


def connect(oura: RunningApi) -> None:
    app, given, secret = oura.api.oauth.app, oura.grant(), "lake/me"
    AppParameter("/lake/app").save(Registered(client_id=app.client_id, client_secret=app.client_secret))
    boto3.client("secretsmanager").create_secret(Name=secret, SecretString="{}")
    SecretTokens(secret).connect(Token(
        access_token=given["access_token"], refresh_token=given["refresh_token"],
        expires_at=datetime.now(UTC) + timedelta(days=3650), token_url=oura.token_urls[0],
    ))  # fmt: skip


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    for name in KEYS:
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(analyse, "datetime", SimpleNamespace(now=lambda _: NOW))
    cached = (analyse.settings, analyse.store, sns._client)
    with mock_aws(), simulated_oura(ILL, app=App()) as oura:
        made = Lake(oura)
        delivered = {
            "BUCKET": "lake",
            "PERSONS": '{"me": {"timezone": "UTC"}}',
            "TOPICS": json.dumps({"me": made.topic}),
            "ENGINE": "duckdb",
        }
        for name, value in delivered.items():
            monkeypatch.setenv(f"OURA_LAKE_{name}", value)
        for made_once in cached:
            made_once.cache_clear()
        yield made
    for made_once in cached:
        made_once.cache_clear()


def test_this_mornings_illness_that_a_backfill_brought_is_told_by_the_next_schedule_and_by_no_other(lake: Lake) -> None:
    schedule = Job(person="me")
    assert lake.does(Backfill(person="me", first=ILL.first, last=ILL.last).job()) == (1, [])
    assert lake.does(schedule) == (1, ["illness"])
    before = lake.objects()
    assert lake.does(schedule) == (0, [])
    assert lake.objects() == before
