"""Lambda `receive`: one call at the public endpoint, answered in milliseconds. It loads neither pyarrow nor httpx."""

import logging
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from oura_lake.aws.session import session
from oura_lake.bootstrap.public_endpoint import deployed_endpoint
from oura_lake.oura.webhook_event import call_of
from oura_lake.settings import receive_settings

logger = logging.getLogger("receive")
logger.setLevel(logging.INFO)
endpoint = cache(lambda: deployed_endpoint(receive_settings(os.environ), session()))


def handler(event: dict[str, Any], _context: object) -> dict[str, object]:
    """Answer a Function URL's event; log one word for a call that Oura signed, and nothing for a stranger's."""
    reply = endpoint().answer(call_of(event), datetime.now(UTC))
    if reply.outcome:
        logger.info(reply.outcome)
    return reply.as_event()
