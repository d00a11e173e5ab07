"""A lake that was deployed on the emulator: how a test connects it, gives it jobs, and waits for what comes of them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from oura_lake.aws.inbox import Inbox
from oura_lake.aws.queue import JobQueue
from oura_lake.local.emulator import Emulator
from oura_lake.local.simulator import GeneratedPerson, RunningApi


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The deployed lake: the emulator it is on, the provider it asks, and what the stack named its parts."""

    emulator: Emulator
    oura: RunningApi
    person: GeneratedPerson
    outputs: dict[str, str]
    context: dict[str, str]
    calls: Path

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return boto3.client(service, **self.emulator.session)

    def cdk(self, *arguments: str) -> str:
        """What the CDK printed, run as at the deploy."""
        return self.emulator.cdk(*arguments, context=self.context)

    def connect(self) -> None:
        """What `oura-lake connect` leaves behind: the app's credentials and the person's token."""
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
        """The queue of jobs."""
        return JobQueue(self.outputs["JobsQueueUrl"], self.client("sqs"))

    def inbox(self) -> Inbox:
        """What is sent to the person from now on."""
        return Inbox(json.loads(self.outputs["Topics"])["me"], self)

    def versions(self) -> set[tuple[str, str]]:
        """Every version of every object of the lake."""
        pages = self.client("s3").get_paginator("list_object_versions").paginate(Bucket=self.outputs["Bucket"])
        return {(v["Key"], v["VersionId"]) for page in pages for v in page.get("Versions", [])}


def awaited(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true answer; fails with what was awaited when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")
