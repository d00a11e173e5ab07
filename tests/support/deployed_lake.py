"""Deployed lake on the emulator: a test connects it, gives it jobs, and waits for their results."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from oura_lake.admin.inbox import Inbox
from oura_lake.aws.job_queue import JobQueue
from oura_lake.local.emulator import Emulator
from oura_lake.simulator import GeneratedPerson, RunningApi

from support.webhook_receiver import Receiver


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """Deployed lake with its emulator, its provider, the stack's names, and the person's own program.

    The person's webhook leads to the program.
    """

    emulator: Emulator
    oura: RunningApi
    person: GeneratedPerson
    outputs: dict[str, str]
    context: dict[str, str]
    calls: Path
    program: Receiver = field(default_factory=Receiver)

    def client(self, service: str) -> Any:
        """Make a boto3 client of the emulator."""
        return boto3.client(service, **self.emulator.session)

    def cdk(self, *arguments: str) -> str:
        """Run the CDK as at the deploy; return its output."""
        return self.emulator.cdk(*arguments, context=self.context)

    def connect(self) -> None:
        """Store what `oura-lake connect` stores: the app's credentials and the person's token."""
        app = self.oura.api.oauth.app
        credentials = json.dumps({"client_id": app.client_id, "client_secret": app.client_secret})
        self.client("ssm").put_parameter(
            Name=self.outputs["AppParameter"], Value=credentials, Type="SecureString", Overwrite=True
        )
        token = {"access_token": self.oura.token, "expires_at": "2099-01-01T00:00:00+00:00"}
        self.client("secretsmanager").put_secret_value(
            SecretId=self.outputs["TokenSecretPrefix"] + "me", SecretString=json.dumps(token)
        )
        [information] = self.person.undated("personal_info")
        account = f"/oura-lake/accounts/{information['id']}"
        self.client("ssm").put_parameter(Name=account, Value="me", Type="String", Overwrite=True)

    @property
    def jobs(self) -> JobQueue:
        """Queue of jobs."""
        return JobQueue(self.outputs["JobsQueueUrl"], self.client("sqs"))

    def inbox(self) -> Inbox:
        """Queue of the person's messages from now on."""
        return Inbox(json.loads(self.outputs["Topics"])["me"], self)

    def hang_rule(self) -> None:
        """Add a rule of the owner's own to the lake's bus, which puts each alert on a queue of theirs."""
        events, sqs, bus = self.client("events"), self.client("sqs"), self.outputs["BusName"]
        url = sqs.create_queue(QueueName="inbox-owner")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = json.dumps({"source": ["oura.lake"], "detail-type": ["alert"]})
        events.put_rule(Name="owner", EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule="owner", EventBusName=bus, Targets=[{"Id": "owner", "Arn": arn}])

    def bus_events(self) -> list[dict[str, Any]]:
        """Take the details of the events that the owner's rule has let through so far."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName="inbox-owner")["QueueUrl"]
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["detail"] for message in found]

    def versions(self) -> set[tuple[str, str]]:
        """Every version of every object of the lake."""
        pages = self.client("s3").get_paginator("list_object_versions").paginate(Bucket=self.outputs["Bucket"])
        return {(v["Key"], v["VersionId"]) for page in pages for v in page.get("Versions", [])}


def awaited(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for the first true answer; fail with the name of what was awaited when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")
