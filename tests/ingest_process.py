"""The ingest function in a process of its own, and what Lambda's mapping does: one message of each person at a time."""

import json
import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from oura_lake.handlers import ingest
from own_process import Running, start

LIMIT_MS = 300_000


def handle(message: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """The handler as Lambda calls it, with the whole time limit."""
    os.environ.update(environment)
    context = SimpleNamespace(
        function_name="ingest", memory_limit_in_mb=1024, invoked_function_arn="arn:ingest", aws_request_id="1",
        get_remaining_time_in_millis=lambda: LIMIT_MS,
    )
    record = {"receiptHandle": message["ReceiptHandle"], "body": message["Body"], "attributes": message["Attributes"]}
    ingest.handler({"Records": [record]}, context)


class Lambda:
    """Hands the queue's messages to the function, each in a process of its own, and deletes what was done."""

    def __init__(self, sqs: Any, url: str, environment: Mapping[str, str]) -> None:
        self._sqs, self._url, self._environment = sqs, url, environment
        self.at_work: dict[str, tuple[Running, str]] = {}

    def takes(self) -> str | None:
        """Begin the next job there is; whose it is."""
        answer = self._sqs.receive_message(QueueUrl=self._url, AttributeNames=["All"])
        for message in answer.get("Messages", []):
            person: str = json.loads(message["Body"])["person"]
            self.at_work[person] = start(handle, message, dict(self._environment)), message["ReceiptHandle"]
            return person
        return None

    def ends(self, person: str) -> int:
        """Wait for a person's job and delete it if it was done; its exit code."""
        running, receipt = self.at_work.pop(person)
        code = running.ended().code
        if code == 0:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)
        return code

    def kill(self) -> None:
        """End what is still at work."""
        for running, _ in self.at_work.values():
            running.kill()
            running.ended()
