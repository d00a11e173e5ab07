"""Lambda `ingest`: one job from the queue, done."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from oura_lake.aws.early import session
from oura_lake.job import parse_job
from oura_lake.settings import ingest_settings

SPARE_MS = 30_000  # of the time limit, kept for landing


def handler(event: dict[str, Any], context: Any) -> None:
    """Do each job of the batch (the mapping hands out one); an error sends it back to the queue."""
    _deployed()(event, context)


@cache
def _deployed() -> Callable[[dict[str, Any], Any], None]:
    """What does the jobs; powertools, pyarrow and httpx load with it, once and not before there is a job."""
    from aws_lambda_powertools import Logger

    from oura_lake.aws.deployed import DeployedFetcher
    from oura_lake.aws.persons import told

    logger = Logger(service="ingest")
    settings = ingest_settings(told(os.environ, session()))
    fetcher = DeployedFetcher(settings, session(), lambda run: logger.info("run", extra=run))

    def do(event: dict[str, Any], context: Any) -> None:
        seconds = (context.get_remaining_time_in_millis() - SPARE_MS) / 1000
        for record in event["Records"]:
            is_retry = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) > 1
            fetcher.do(replace(parse_job(record["body"]), is_retry=is_retry), datetime.now(UTC), seconds)

    return logger.inject_lambda_context(do)
