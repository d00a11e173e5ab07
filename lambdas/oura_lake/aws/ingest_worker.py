"""The worker of the ingest function: jobs, tokens, provider, bucket and event bus."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from oura_lake.aws.event_bus import Bus
from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.redelivery import held, times_received
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import IN_HASTE, AppParameter, connect_command, person_tokens
from oura_lake.errors import AppRefused, ChainBroken, NotConnected, SettingsWrong
from oura_lake.ingestion.backfill import following
from oura_lake.ingestion.job import Job, Word, parse_job
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.worker import Fetcher, known_person
from oura_lake.ledger.account import require_account
from oura_lake.ledger.token_status import is_still_broken, note_broken
from oura_lake.monitoring.feedback import hear
from oura_lake.oura.client import OuraClient, Patience
from oura_lake.oura.tokens import RefreshingTokens
from oura_lake.person import Person
from oura_lake.settings import IngestSettings

LONGEST_PAUSE_S = 120.0
FOR_LANDING_S = 30.0  # of the time limit: nothing is asked for after that
Log = Callable[[dict[str, object]], None]


class DeployedFetcher:
    """Does jobs as the ingest function; made once for all invocations of one environment."""

    def __init__(self, settings: IngestSettings, aws: Any, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._jobs = JobQueue(settings.jobs_queue_url, aws.client("sqs"))
        self._store = S3Store(settings.bucket, aws.client("s3"))
        self._bus = Bus(settings.bus, aws.client("events"))
        self._app = AppParameter(settings.app_parameter, aws.client("ssm"))
        self._secrets = aws.client("secretsmanager", config=IN_HASTE)
        self._tokens: dict[str, RefreshingTokens] = {}  # outlive a job: a renewed token may not be stored yet
        self._accounts: dict[str, tuple[str, datetime | None]] = {}  # which token was compared, and what came of it
        self._fetcher = Fetcher(store=self._store, bus=self._bus, log=log)

    def take(self, record: Mapping[str, Any], now: datetime, lives_s: float) -> list[Outcome]:
        """Do the job of a message, in a function that lives so long; raises what sends it back to the queue."""
        with held(self._jobs, record, lives_s):
            job = replace(parse_job(record["body"]), n_received=times_received(record))
            return self.do(job, now, lives_s - FOR_LANDING_S)

    def do(self, job: Job, now: datetime, seconds: float) -> list[Outcome]:
        """Do a job within so many seconds; raises what a later try may mend.

        For a person who never connected, or whose permission is gone, there is nothing to do: failing would
        only fill the dead letters. What is gone is noted, and maintain tells the person.
        """
        if job.word:
            return self._heard(job, job.word)
        person = known_person(job, self._settings.persons)
        try:
            outcomes = self._fetched(job, person, now, seconds)
        except NotConnected as waiting:
            return self._waits(job, str(waiting))
        except ChainBroken as gone:
            if note_broken(self._store, person.name, gone.version, now, is_app=isinstance(gone, AppRefused)):
                self._bus.trouble(person.name, "token")
            return self._waits(job, str(gone))
        if next_chunk := following(job):  # after all landed: a crash here does the chunk again, and finds nothing
            self._jobs.send(next_chunk, slot="chain")
        return outcomes

    def _fetched(self, job: Job, person: Person, now: datetime, seconds: float) -> list[Outcome]:
        tokens = self._tokens_of(person.name)
        version = tokens.begin(seconds)
        if is_still_broken(self._store, person.name, version):
            raise ChainBroken(f"The permission is gone; run `{connect_command(person.name)}`.", version)
        patience = Patience(run_s=seconds, longest_pause_s=LONGEST_PAUSE_S)
        with OuraClient(tokens=tokens, base_url=self._settings.api_base_url, patience=patience) as client:
            return self._fetcher.do(job, person, client, now, self._account_since(person.name, version, client, now))

    def _account_since(self, person: str, version: str, client: OuraClient, now: datetime) -> datetime | None:
        """Since when the token's account is the person's, asked once for each token; raises SettingsWrong."""
        checked, since = self._accounts.get(person, ("", None))
        if checked != version:
            mend = f"Run `{connect_command(person)}` and sign in with that account"
            since = require_account(self._store, person, client, now, connect=mend)
            if since != now:
                self._accounts[person] = (version, since)
        return since

    def _heard(self, job: Job, word: Word) -> list[Outcome]:
        """Keep a word. Links outlive persons and episodes: of one who is gone there is nothing to keep, nor to try."""
        try:
            known_person(job, self._settings.persons)
            is_news = hear(self._store, job.person, word)
        except SettingsWrong:  # its sentence names episodes, which no log does
            return self._waits(job, "The lake no longer holds what this answers.")
        self._log({"person": job.person, "reason": job.reason, "n_new": int(is_news)})
        return []

    def _tokens_of(self, person: str) -> RefreshingTokens:
        if person not in self._tokens:
            secret = f"{self._settings.token_secret_prefix}{person}"
            self._tokens[person] = person_tokens(
                secret, person, self._app, self._settings.token_urls, self._store, self._secrets
            )
        return self._tokens[person]

    def _waits(self, job: Job, why: str) -> list[Outcome]:
        self._log({"person": job.person, "reason": job.reason, "waiting": why})
        return []
