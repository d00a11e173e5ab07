"""How do a job, the tokens, the provider, the bucket and the bus come together in AWS?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from oura_lake.aws.bus import Bus
from oura_lake.aws.secrets import person_tokens
from oura_lake.aws.store import S3Store
from oura_lake.fetching import Fetcher, known_person
from oura_lake.http import OuraClient, Patience
from oura_lake.ingest import Outcome
from oura_lake.job import Job
from oura_lake.settings import IngestSettings

LONGEST_PAUSE_S = 120.0


class DeployedFetcher:
    """Does jobs as the ingest function; made once for all invocations of one environment."""

    def __init__(self, settings: IngestSettings, aws: Any, log: Callable[[dict[str, object]], None]) -> None:
        self._settings = settings
        self._fetcher = Fetcher(
            store=S3Store(settings.bucket, aws.client("s3")), bus=Bus(settings.bus, aws.client("events")), log=log
        )

    def do(self, job: Job, now: datetime, seconds: float) -> list[Outcome]:
        """Do a job within so many seconds; raises what a later try may mend."""
        settings = self._settings
        person = known_person(job, settings.persons)
        tokens = person_tokens(settings.token_secret_prefix, person.name, settings.app_parameter, settings.token_urls)
        patience = Patience(run_s=seconds, longest_pause_s=LONGEST_PAUSE_S)
        with OuraClient(tokens=tokens, base_url=settings.api_base_url, patience=patience) as client:
            return self._fetcher.do(job, person, client, now)
