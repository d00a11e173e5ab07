"""Persons of a deployed lake: secrets, queue and bucket over HTTP, the simulated Oura, the real handler."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.handlers import ingest
from oura_lake.ingestion.job import Job
from oura_lake.oura.tokens import App as Registered
from oura_lake.oura.tokens import Token
from oura_lake.simulator import App, GeneratedPerson, RunningApi, simulated_oura

from support.aws_over_http import Aws, aws_over_http
from support.own_process import Running, start

LIMIT_MS = 300_000
TODAY = datetime.now(UTC).date()


def handle(record: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Handle an event as Lambda does, with the whole time limit."""
    os.environ.update(environment)
    context = SimpleNamespace(
        function_name="ingest",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:ingest",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: LIMIT_MS,
    )
    ingest.handler({"Records": [record]}, context)


class World:
    """Deployed lake. Each job is done by the function in a process of its own, as in an environment of Lambda."""

    def __init__(self, aws: Aws, oura: RunningApi, persons: Mapping[str, Any], token_lasts: timedelta) -> None:
        self.oura, self._sqs, self._s3 = oura, boto3.client("sqs"), boto3.client("s3")
        self._url = self._sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self.jobs = JobQueue(self._url, self._sqs)
        self._s3.create_bucket(Bucket="lake")
        boto3.client("events").create_event_bus(Name="bus")
        app = oura.api.oauth.app
        AppParameter("/lake/app").save(Registered(client_id=app.client_id, client_secret=app.client_secret))
        for person in persons:
            self._connect(f"lake/{person}", token_lasts)
        self._environment = aws.environment | {
            "OURA_LAKE_BUCKET": "lake",
            "OURA_LAKE_BUS_NAME": "bus",
            "OURA_LAKE_JOBS_QUEUE_URL": self._url,
            "OURA_LAKE_TOKEN_SECRET_PREFIX": "lake/",
            "OURA_LAKE_APP_PARAMETER": "/lake/app",
            "OURA_LAKE_PERSONS": json.dumps(persons),
            "OURA_API_BASE_URL": oura.base_url,
        }
        self.at_work: list[tuple[str, str, Running]] = []

    def takes(self) -> str | None:
        """Begin the next job that the queue hands out, as Lambda's mapping does; return its person."""
        answer = self._sqs.receive_message(QueueUrl=self._url, AttributeNames=["All"])
        for message in answer.get("Messages", []):
            self._begin(message["Body"], message["ReceiptHandle"], message["Attributes"])
            return self.at_work[-1][0]
        return None

    def begin(self, job: Job) -> None:
        """Begin a job past the queue, which would keep two of one person apart."""
        self._begin(job.body(), "none", {})

    def end(self, person: str = "") -> list[int]:
        """Wait for the jobs of a person (empty: of all), and delete those that were done; return their exit codes."""
        ending = [work for work in self.at_work if person in ("", work[0])]
        self.at_work = [work for work in self.at_work if work not in ending]
        codes = [running.ended().code for *_, running in ending]
        for (_, receipt, _), code in zip(ending, codes, strict=True):
            if code == 0 and receipt != "none":
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)
        return codes

    def kill(self) -> None:
        """End the jobs that still run."""
        for *_, running in self.at_work:
            running.kill()
            running.ended()

    def objects(self) -> dict[str, bytes]:
        """Objects of the bucket."""
        listed = self._s3.list_objects_v2(Bucket="lake").get("Contents", [])
        return {o["Key"]: self._s3.get_object(Bucket="lake", Key=o["Key"])["Body"].read() for o in listed}

    def _begin(self, body: str, receipt: str, attributes: Mapping[str, str]) -> None:
        record = {"receiptHandle": receipt, "body": body, "attributes": dict(attributes)}
        self.at_work.append((json.loads(body)["person"], receipt, start(handle, record, self._environment)))

    def _connect(self, secret: str, token_lasts: timedelta) -> None:
        given, secrets = self.oura.grant(), boto3.client("secretsmanager")
        secrets.create_secret(Name=secret, SecretString="{}")
        SecretTokens(secret, secrets).connect(Token(
            access_token=given["access_token"], refresh_token=given["refresh_token"],
            expires_at=datetime.now(UTC) + token_lasts, token_url=self.oura.token_urls[0],
        ))  # fmt: skip


@contextmanager
def deployed_world(persons: Mapping[str, Any], token_lasts: timedelta = timedelta(days=1)) -> Iterator[World]:
    """Lake of these persons until the block ends, which kills the remaining jobs."""
    person = GeneratedPerson(seed=3, until=TODAY)
    with aws_over_http() as aws, simulated_oura(person, app=App()) as oura, patch.dict(os.environ, aws.environment):
        made = World(aws, oura, persons, token_lasts)
        try:
            yield made
        finally:
            made.kill()
