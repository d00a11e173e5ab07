"""Fetcher of ingest with a simulated AWS around it, a simulated Oura, and two persons."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.ingestion.job import Job
from oura_lake.oura.tokens import App as Registered
from oura_lake.oura.tokens import Token
from oura_lake.person import Person
from oura_lake.settings import IngestSettings
from oura_lake.simulator import App, GeneratedPerson, RunningApi, simulated_oura

from support.builders import NOON
from support.token_world import BUCKET, MORNING, SECRET, token_world

ROUTINE = Job(person="me", endpoints=("personal_info",))
REGISTERED = App()
ENDED = MORNING - timedelta(days=900)
FOREVER = MORNING + timedelta(days=3650)


@dataclass(kw_only=True)
class IngestWorld:
    """World that the functions of one lake share; it stores the events that ingest puts on the bus."""

    oura: RunningApi
    events: list[str] = field(default_factory=list)

    def client(self, service: str, **how: Any) -> Any:
        """Make a client of the account."""
        if service != "events":
            return boto3.client(service, **how)
        return SimpleNamespace(put_events=self._put)

    def ingest(self, log: list[Any] | None = None) -> DeployedWorker:
        """Make the worker of one environment of the function."""
        settings = IngestSettings(
            bucket=BUCKET,
            bus="bus",
            token_secret_prefix="oura-lake/",
            app_parameter="/oura-lake/app",
            jobs_queue_url="https://sqs/jobs.fifo",
            persons={name: Person(name=name) for name in ("me", "ada")},
            api_base_url=self.oura.base_url,
            token_urls=self.oura.token_urls,
        )
        return DeployedWorker(settings, self, (log if log is not None else []).append)

    def consent(self, secret: str = SECRET, *, until: datetime = FOREVER) -> None:
        """Have Oura give a permission."""
        given = self.oura.grant()
        self.connect(secret, given["access_token"], given["refresh_token"], until)

    def connect(self, secret: str, access_token: str, refresh_token: str, until: datetime) -> None:
        """Store a token as the person's."""
        SecretTokens(secret).connect(Token(
            access_token=access_token, refresh_token=refresh_token, expires_at=until, token_url=self.oura.token_urls[0]
        ))  # fmt: skip

    def register(self, app: App) -> None:
        """Register the app: the owner gives it to the lake, and Oura knows it."""
        AppParameter("/oura-lake/app").save(Registered(client_id=app.client_id, client_secret=app.client_secret))

    def stored(self, secret: str = SECRET) -> Token:
        """Token of the person as stored."""
        found = SecretTokens(secret).load()
        assert found
        return found.token

    def n_renewals(self) -> int:
        """Count the requests to a token endpoint."""
        return sum(seen.path.endswith("token") for seen in self.oura.requests)

    def _put(self, Entries: Any) -> dict[str, int]:  # noqa: N803 - boto3's name
        self.events += [f"{entry['DetailType']} {json.loads(entry['Detail'])['person']}" for entry in Entries]
        return {"FailedEntryCount": 0}


@contextmanager
def ingest_world() -> Iterator[IngestWorld]:
    """World with both persons connected and the app known; the tokens of `me` have ended and are used up."""
    with pytest.MonkeyPatch.context() as patched, token_world() as world:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with simulated_oura(GeneratedPerson(seed=3, until=NOON.date()), app=REGISTERED) as oura:
            made = IngestWorld(oura=oura)
            made.register(REGISTERED)
            world.secrets.create_secret(Name="oura-lake/ada", SecretString="{}")
            made.consent("oura-lake/ada")
            made.connect(SECRET, "a", "used", MORNING)
            yield made
