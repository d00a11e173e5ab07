"""State of a person's connection when `oura-lake connect --deployed` dies at every call to AWS.

Runs in a process of its own without threads (`own_process.run`), which forks one that dies for each call. Dying after
a call equals dying before the next: between them nothing leaves the process.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from oura_lake.aws import stack
from oura_lake.aws.accounts import Accounts
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.cli._place import deployed_place
from oura_lake.ledger import refresh_lock
from oura_lake.ledger.token_status import broken, note_broken
from oura_lake.oura.tokens import App, Token

from support.own_process import calls_counted, forked
from support.present import present

APP = App(client_id="app", client_secret="hidden", token_url="https://oura.test/token")
NOW = datetime(2026, 8, 21, 12, tzinfo=UTC)


def a_token(name: str) -> Token:
    """Make a token of a consent."""
    return Token(access_token=f"a-{name}", refresh_token=f"r-{name}", expires_at=NOW + timedelta(days=1))


@dataclass(frozen=True)
class After:
    """End of the process, what was stored then, and what after another consent."""

    code: int
    stored: str
    is_note_true: bool
    in_the_end: tuple[Any, ...]


def every_death(environment: dict[str, str]) -> list[After]:
    """Let one connect die before each of its calls; another one follows."""
    os.environ.update(environment)
    n_calls = _World("whole").connects("first").result
    return [_World(f"lake-{n}").after_a_death_at(n) for n in range(1, n_calls + 1)]


class _World:
    """Deployed lake whose person's permission is gone, and noted to be."""

    def __init__(self, name: str) -> None:
        self._s3, self._secrets, self._ssm, self._sqs = map(boto3.client, ("s3", "secretsmanager", "ssm", "sqs"))
        self._s3.create_bucket(Bucket=name)
        self._secrets.create_secret(Name=f"{name}/ada", SecretString="{}")
        self._secret, self._store = SecretTokens(f"{name}/ada", self._secrets), S3Store(name, self._s3)
        self._secret.connect(a_token("gone"))
        note_broken(self._store, "ada", present(self._secret.load()).version, NOW - timedelta(days=3))
        self._parameter = f"/{name}/app"
        self._queue = self._sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self._outputs = {
            "TokenSecretPrefix": f"{name}/",
            "AppParameter": self._parameter,
            "Bucket": name,
            "JobsQueueUrl": self._queue,
            "Persons": '{"ada": {}}',
        }

    def connects(self, consent: str, dies_at: int = 0) -> Any:
        """Store a consent as the command does; return the number of calls to AWS."""
        return forked(lambda: self._connected(consent, dies_at))

    def after_a_death_at(self, n: int) -> After:
        """Remains of a death, and the state after another consent."""
        died = self.connects("first", dies_at=n)
        current, noted = present(self._secret.load()), broken(self._store, "ada")
        is_of_it = noted is not None and noted.version == current.version
        is_note_true = is_of_it is (current.token.refresh_token == "r-gone")
        assert self.connects("second").code == 0
        return After(died.code, current.token.refresh_token, is_note_true, self._in_the_end())

    def _in_the_end(self) -> tuple[Any, ...]:
        jobs = self._sqs.receive_message(QueueUrl=self._queue).get("Messages", [])
        accounts = Accounts(self._parameter, self._ssm).all()
        app = AppParameter(self._parameter, self._ssm).load()
        token = present(self._secret.load()).token.refresh_token
        return token, accounts == {"u1": "ada"}, app == APP, broken(self._store, "ada"), len(jobs)

    def _stack_outputs(self, *_: Any, **__: Any) -> dict[str, Any]:
        return self._outputs

    def _connected(self, consent: str, dies_at: int) -> int:
        refresh_lock.CLAIM_LASTS = timedelta()  # nobody waits ten minutes for the dead process's claim
        calls = calls_counted(dies_at)
        stack.outputs = self._stack_outputs
        place = deployed_place("ada", "OuraLake")
        place.keep(APP, a_token(consent), "u1")
        place.fetch(30)
        return len(calls)
