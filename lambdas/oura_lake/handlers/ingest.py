"""Lambda `ingest`: does one job of the queue."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from oura_lake.aws.session import session
from oura_lake.settings import ingest_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do each job of the batch (the mapping hands out one); an error sends it back to the queue.

    A job that only waits for its document goes back as a failed item: nothing is wrong, so no alarm may come of it.
    """
    return _deployed()(event, context)


@cache
def _deployed() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Make the function that does the jobs; powertools, pyarrow and httpx are loaded once, at the first job."""
    from aws_lambda_powertools import Logger

    from oura_lake.aws.persons import with_persons
    from oura_lake.bootstrap.ingestion import DeployedWorker
    from oura_lake.errors import NotThereYet

    logger = Logger(service="ingest")
    settings = ingest_settings(with_persons(os.environ, session()))
    fetcher = DeployedWorker(settings, session(), lambda run: logger.info("run", extra=run))

    def do(event: dict[str, Any], context: Any) -> dict[str, Any]:
        waiting = []
        for record in event["Records"]:
            try:
                fetcher.take(record, datetime.now(UTC), context.get_remaining_time_in_millis() / 1000)
            except NotThereYet:  # in the log already, as the run's problem
                waiting.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": waiting}

    return logger.inject_lambda_context(do)
