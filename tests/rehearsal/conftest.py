"""One real deploy on the emulator, shared by every test of this folder; the destroying ones come last."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from oura_lake.aws.inbox import Inbox
from oura_lake.aws.queue import JobQueue
from oura_lake.aws.stack import outputs
from oura_lake.local.emulator import Emulator, emulator, is_installed
from oura_lake.local.simulator import GeneratedPerson, RunningApi, simulated_oura

FOLDER = Path(__file__).parent
ZONE = "Europe/Berlin"
CONFIG = f"""
[lake]
webhooks = true
budget_email = "owner@example.com"
[persons.me]
timezone = "{ZONE}"
email = "me@example.com"
sms = ["+447700900123"]
quiet_hours = ""
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder in one worker, for it has one emulator; destroy after all else."""
    ours = [item for item in items if FOLDER in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.xdist_group("rehearsal"))
        item.add_marker(pytest.mark.rehearsal)
    items.sort(key=lambda item: item in ours and "destroy" in item.name)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The deployed lake: the emulator it is on, the provider it asks, and what the stack named its parts."""

    emulator: Emulator
    oura: RunningApi
    person: GeneratedPerson
    outputs: dict[str, str]
    context: dict[str, str]

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
        self.client("ssm").put_parameter(Name=f"/oura-lake/accounts/{information['id']}", Value="me", Type="String")

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


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], Any], float, str], Any]:
    """Waits for a condition, with a deadline."""
    return awaited


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A connected lake on the emulator, its two newest days not yet synced to the simulated provider."""
    if not is_installed():
        pytest.skip("the emulator is not installed; run make setup-emulator")
    config = tmp_path_factory.mktemp("rehearsal") / "config.toml"
    config.write_text(CONFIG)
    now = datetime.now(ZoneInfo(ZONE))
    person = GeneratedPerson(years=0.25, until=now.date(), timezone=ZONE, now=now)
    with simulated_oura(person, hold_back_days=2) as oura, emulator(0) as running:
        context = {
            "config": str(config), "oura_api_base_url": oura.base_url, "oura_token_url": ",".join(oura.token_urls),
        }
        running.bootstrap()
        running.cdk("deploy", context=context)
        named = outputs(client=partial(boto3.client, **running.session))
        made = Deployed(emulator=running, oura=oura, person=person, outputs=named, context=context)
        made.connect()
        yield made


@pytest.fixture(autouse=True)
def _webhooks_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have the simulated provider forget what a daily round subscribed to: the next test tells of nothing."""
    yield
    if "deployed" in request.fixturenames:
        request.getfixturevalue("deployed").oura.api.webhooks.subscriptions.clear()
