"""The worker of the ingest function: queue, tokens, provider, bucket and event bus put together."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from oura_lake.aws.event_bus import Bus
from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.redelivery import hidden_while_done, times_received
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import IN_HASTE, AppParameter, person_tokens
from oura_lake.ingestion.job import Job, parse_job
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.worker import Worker
from oura_lake.ledger.token_status import connect_command
from oura_lake.monitoring.feedback import store_reply
from oura_lake.oura.client import OuraClient, RetryPolicy
from oura_lake.oura.tokens import RefreshingTokens
from oura_lake.settings import IngestSettings

LONGEST_PAUSE_S = 120.0
FOR_LANDING_S = 30.0  # at the end of the time limit, in which nothing is requested any more
Log = Callable[[dict[str, object]], None]


@dataclass(frozen=True, kw_only=True)
class DeployedConnection:
    """A person's connection to Oura with the tokens of Secrets Manager."""

    tokens: RefreshingTokens
    version: str
    base_url: str

    def client(self, seconds: float) -> AbstractContextManager[OuraClient]:
        """Client whose requests end within so many seconds."""
        retry_policy = RetryPolicy(run_s=seconds, longest_pause_s=LONGEST_PAUSE_S)
        return OuraClient(tokens=self.tokens, base_url=self.base_url, retry_policy=retry_policy)


class DeployedWorker:
    """The worker of the ingest function; one instance serves all invocations of one environment."""

    def __init__(self, settings: IngestSettings, aws: Any, log: Log) -> None:
        self._settings = settings
        self._jobs = JobQueue(settings.jobs_queue_url, aws.client("sqs"))
        self._store = S3Store(settings.bucket, aws.client("s3"))
        self._app = AppParameter(settings.app_parameter, aws.client("ssm"))
        self._secrets = aws.client("secretsmanager", config=IN_HASTE)
        self._tokens: dict[str, RefreshingTokens] = {}  # outlive a job: a renewed token may not be stored yet
        self._worker = Worker(
            store=self._store,
            bus=Bus(settings.bus, aws.client("events")),
            jobs=self._jobs,
            log=log,
            persons=settings.persons,
            connect=self._connect,
            answer=lambda person, word: store_reply(self._store, person, word),
            mend=connect_command,
        )

    def take(self, record: Mapping[str, Any], now: datetime, lives_s: float) -> list[Outcome]:
        """Do the job of a message, in a function with `lives_s` left; an error sends it back to the queue."""
        with hidden_while_done(self._jobs, record, lives_s):
            job = replace(parse_job(record["body"]), n_received=times_received(record))
            return self.do(job, now, lives_s - FOR_LANDING_S)

    def do(self, job: Job, now: datetime, seconds: float) -> list[Outcome]:
        """Do a job within so many seconds; raises an error where a later try may succeed."""
        return self._worker.do(job, now, seconds)

    def _connect(self, person: str, seconds: float) -> DeployedConnection:
        tokens = self._tokens_of(person)
        return DeployedConnection(tokens=tokens, version=tokens.begin(seconds), base_url=self._settings.api_base_url)

    def _tokens_of(self, person: str) -> RefreshingTokens:
        if person not in self._tokens:
            secret = f"{self._settings.token_secret_prefix}{person}"
            self._tokens[person] = person_tokens(
                secret, person, self._app, self._settings.token_urls, self._store, self._secrets
            )
        return self._tokens[person]
