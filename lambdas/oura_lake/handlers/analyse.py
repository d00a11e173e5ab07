"""Lambda `analyse`: judges the days of a person after documents landed."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from oura_lake.aws.persons import with_persons
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.session import session
from oura_lake.bootstrap.channels import configured_ways
from oura_lake.lake.changes import Change, from_json
from oura_lake.monitoring.run import each_of, watch
from oura_lake.query.factory import person_engine
from oura_lake.settings import analyse_settings

logger = Logger(service="analyse")
settings = cache(lambda: analyse_settings(with_persons(os.environ, session())))
store = cache(lambda: S3Store(settings().bucket))


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Judge after one "documents landed" event, or at the end of a night; returns counts, never a measurement."""
    detail = event["detail"]
    changes = _changes(detail)
    return each_of(detail.get("persons") or [detail["person"]], lambda name: _judged(name, detail["reason"], changes))


def _changes(detail: dict[str, Any]) -> list[Change] | None:
    """Read the changed objects that an event names; None where it names none, or in another form."""
    try:
        return from_json(detail["changes"]) if "changes" in detail else None
    except ValueError:  # its text might have a day of the person
        logger.warning("The changes of this event cannot be read, so all versions are compared.")
        return None


def _judged(name: str, reason: str, changes: Sequence[Change] | None) -> dict[str, int]:
    person = settings().persons[name]
    engine = person_engine(settings(), store(), name)  # anew for each event: it may remember the objects it read
    engine.refresh(name, changes)
    watched = watch(engine, store(), person, reason, datetime.now(UTC), configured_ways(settings(), person))
    logger.info("judged", extra={"person": name, "reason": reason, **watched.counts()})
    return watched.counts()
