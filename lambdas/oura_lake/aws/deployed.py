"""How do a job, the tokens, the provider, the bucket and the bus come together in AWS?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from oura_lake.aws.bus import Bus
from oura_lake.aws.queue import JobQueue
from oura_lake.aws.secrets import person_tokens
from oura_lake.aws.store import S3Store
from oura_lake.backfill import following
from oura_lake.errors import NotConnected
from oura_lake.fetching import Fetcher, known_person
from oura_lake.http import OuraClient, Patience
from oura_lake.ingest import Outcome
from oura_lake.job import Job
from oura_lake.settings import IngestSettings, Person

LONGEST_PAUSE_S = 120.0
Log = Callable[[dict[str, object]], None]


class DeployedFetcher:
    """Does jobs as the ingest function; made once for all invocations of one environment."""

    def __init__(self, settings: IngestSettings, aws: Any, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._jobs = JobQueue(settings.jobs_queue_url, aws.client("sqs"))
        self._fetcher = Fetcher(
            store=S3Store(settings.bucket, aws.client("s3")), bus=Bus(settings.bus, aws.client("events")), log=log
        )

    def do(self, job: Job, now: datetime, seconds: float) -> list[Outcome]:
        """Do a job within so many seconds; raises what a later try may mend.

        For a person who never connected there is nothing to do: failing would only fill the dead letters.
        """
        person = known_person(job, self._settings.persons)
        try:
            outcomes = self._fetched(job, person, now, seconds)
        except NotConnected as waiting:
            self._log({"person": person.name, "reason": job.reason, "waiting": str(waiting)})
            return []
        if next_chunk := following(job):  # after all landed: a crash here does the chunk again, and finds nothing
            self._jobs.send(next_chunk, slot="chain")
        return outcomes

    def _fetched(self, job: Job, person: Person, now: datetime, seconds: float) -> list[Outcome]:
        settings = self._settings
        tokens = person_tokens(settings.token_secret_prefix, person.name, settings.app_parameter, settings.token_urls)
        patience = Patience(run_s=seconds, longest_pause_s=LONGEST_PAUSE_S)
        with OuraClient(tokens=tokens, base_url=settings.api_base_url, patience=patience) as client:
            return self._fetcher.do(job, person, client, now)
