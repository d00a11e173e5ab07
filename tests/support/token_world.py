"""Tokens of a person in a simulated AWS, a provider that spends each refresh token once, and processes that die."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import SecretTokens
from oura_lake.ledger.refresh_lock import Claims
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App, RefreshingTokens, Token

SECRET, BUCKET = "oura-lake/me", "lake"
MORNING = datetime(2026, 7, 1, 6, tzinfo=UTC)
TOKEN_URL = "https://oura.test/oauth/v2/ext/oauth-token"
APP = App(client_id="app", client_secret="hidden")
HANGS_AFTER_S = 60
STEPS = ("get_object", "put_object", "get_secret_value", "put_secret_value", "update_secret_version_stage", "renew")


class Killed(BaseException):
    """Death of the process, as by kill -9: nothing of ours catches it."""


@dataclass(kw_only=True)
class Death:
    """Moment of a process's death: at its n-th step to the outside, before the step has its effect or after it."""

    at_step: int = 0
    is_after: bool = False
    steps: list[str] = field(default_factory=list)

    def step(self, name: str, do: Any) -> Any:
        """Do one step, unless this process is dead or dies of it."""
        if self.at_step and len(self.steps) >= self.at_step:
            self.end()
        self.steps.append(name)
        is_last = len(self.steps) == self.at_step
        if is_last and not self.is_after:
            self.end()
        answer = do()
        if is_last:
            self.end()
        return answer

    def end(self) -> None:
        """End a process that a test shares with others."""
        raise Killed


class OneAtATime:
    """Lock around each call: AWS changes a secret or an object at once, but moto shows other threads its steps."""

    def __init__(self) -> None:
        self._turn, self._n_written, self._mine = threading.Condition(), 0, threading.local()

    def call(self, name: str, do: Any) -> Any:
        """Do one call while no other runs."""
        with self._turn:
            self._mine.n_seen = self._n_written
            answer = do()
            if name == "put_object":
                self._n_written += 1
                self._turn.notify_all()
        return answer

    def until_written(self, _seconds: float) -> None:
        """Wait until another has written an object since this thread's last call: a claim is taken or given back."""
        with self._turn:
            assert self._turn.wait_for(lambda: self._n_written != self._mine.n_seen, HANGS_AFTER_S)


class Dying:
    """AWS client of a process that may die."""

    def __init__(self, client: Any, death: Death, turns: OneAtATime | None = None) -> None:
        self._client, self._death, self._turns = client, death, turns or OneAtATime()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name not in STEPS:
            return found
        return lambda **arguments: self._death.step(name, lambda: self._turns.call(name, lambda: found(**arguments)))


class Oura:
    """Token endpoint: a refresh token works once; its answers can be made to fail, before or after that."""

    def __init__(self) -> None:
        self.valid, self.n_used, self.trouble = "r0", 0, ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Reply to a refresh."""
        if self.trouble == "503":
            return httpx.Response(503)
        if f"refresh_token={self.valid}&" not in f"{request.content.decode()}&":
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.n_used += 1
        self.valid = f"r{self.n_used}"
        if self.trouble == "dropped":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(
            200, json={"access_token": f"a{self.n_used}", "refresh_token": self.valid, "expires_in": 86_400}
        )


@dataclass(kw_only=True)
class World:
    """Account, provider and time."""

    oura: Oura = field(default_factory=Oura)
    now: datetime = MORNING
    secrets: Any = None
    s3: Any = None
    turns: OneAtATime = field(default_factory=OneAtATime)

    def process(self, death: Death | None = None, secrets: Any = None, pause: Any = None) -> RefreshingTokens:
        """Make the tokens as a process of its own sees them."""
        death, pause = death or Death(), pause or self.sleep
        store = S3Store(BUCKET, Dying(self.s3, death, self.turns))
        claims = Claims(store=store, person="me", clock=lambda: self.now, sleep=pause)
        transport = httpx.MockTransport(self.oura.answer)
        authority = Authority(app=APP, transport=transport, clock=lambda: self.now)
        return RefreshingTokens(
            SecretTokens(SECRET, Dying(secrets or self.secrets, death, self.turns), claims.exclusive),
            lambda token: death.step("renew", lambda: authority.renew(token)),
            clock=lambda: self.now,
            sleep=pause,
        )

    def sleep(self, seconds: float) -> None:
        """Let time pass without waiting."""
        self.now += timedelta(seconds=seconds)

    def stored(self) -> dict[str, Any]:
        """Content of the secret's current version."""
        text = self.secrets.get_secret_value(SecretId=SECRET, VersionStage="AWSCURRENT")["SecretString"]
        found: dict[str, Any] = json.loads(text)
        return found

    def is_alive(self) -> bool:
        """Whether the refresh token that is stored is the one that works."""
        self.process().begin(0)  # a reader promotes what a crash left pending
        return bool(self.stored()["refresh_token"] == self.oura.valid)


@contextmanager
def token_world() -> Iterator[World]:
    """Account with one connected person, whose access token has ended."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    with mock_aws():
        world = World(secrets=boto3.client("secretsmanager", **keys), s3=boto3.client("s3", **keys))
        world.s3.create_bucket(Bucket=BUCKET)
        world.secrets.create_secret(Name=SECRET, SecretString="{}")
        first = Token(access_token="a0", refresh_token="r0", expires_at=MORNING, token_url=TOKEN_URL)
        SecretTokens(SECRET, world.secrets).connect(first)
        yield world


def throttled(operation: str) -> ClientError:
    """Make AWS's error for too many calls."""
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, operation)
