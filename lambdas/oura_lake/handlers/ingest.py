"""Lambda `ingest`: one job from the queue, done."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from oura_lake.aws.session import SESSION
from oura_lake.job import parse_job
from oura_lake.settings import ingest_settings

logger = Logger(service="ingest")
SPARE_MS = 30_000  # of the time limit, kept for landing


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> None:
    """Do each job of the batch (the mapping hands out one); an error sends it back to the queue."""
    seconds = (context.get_remaining_time_in_millis() - SPARE_MS) / 1000
    for record in event["Records"]:
        _deployed().do(parse_job(record["body"]), datetime.now(UTC), seconds)


@cache
def _deployed() -> Any:
    """What does the jobs; pyarrow and httpx load with it, once and not before there is a job."""
    from oura_lake.aws.deployed import DeployedFetcher

    return DeployedFetcher(ingest_settings(os.environ), SESSION, lambda run: logger.info("run", extra=run))
