"""Lambda `maintain`: the daily maintenance, or the one after an event "trouble"."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger

from oura_lake.aws.persons import with_persons
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.session import session
from oura_lake.bootstrap.account import DeployedAccount
from oura_lake.channels.sns import SMS, send
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.run import look_after_each
from oura_lake.query.factory import person_engine
from oura_lake.settings import maintain_settings

logger = Logger(service="maintain")
settings = cache(lambda: maintain_settings(with_persons(os.environ, session())))
store = cache(lambda: S3Store(settings().bucket))


def handler(event: dict[str, Any], _context: object) -> dict[str, dict[str, int]]:
    """Do every chore, or those an event names, for each person of it; returns counts, never a measurement."""
    detail = event["detail"]
    upkeeps = (_upkeep(name) for name in detail.get("persons") or [detail["person"]])
    return look_after_each(upkeeps, lambda counts: logger.info("chore", extra=counts), detail.get("chores", ()))


def _upkeep(name: str) -> Upkeep:
    topic = settings().topics[name]
    engine = person_engine(settings(), store(), name)  # anew each time: an engine may remember the objects it read
    return Upkeep(
        store=store(),
        engine=engine,
        refresh=partial(engine.refresh, name),
        person=settings().persons[name],
        now=datetime.now(UTC),
        send=partial(send, target=topic),
        elsewhere=partial(send, target=topic, way=SMS),
        settings=settings(),
        account=DeployedAccount(settings=settings(), aws=session()),
    )
