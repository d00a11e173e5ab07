"""The job queue: sending and counting."""

import hashlib
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws import session
from oura_lake.ingestion.backfill import Backfill, chunks
from oura_lake.ingestion.job import Job

WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


class JobQueue:
    """The FIFO queue of jobs; one person is one group, so that their jobs are done one after the other."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._sqs = client or session.client("sqs")

    def send(self, job: Job, slot: str) -> None:
        """Put a job on the queue; the same job of the same slot counts once within five minutes."""
        identity = hashlib.sha256(f"{job.wish} {slot}".encode()).hexdigest()
        self._sqs.send_message(
            QueueUrl=self._url, MessageBody=job.body(), MessageGroupId=job.person, MessageDeduplicationId=identity
        )

    def send_history(self, wanted: Backfill, slot: str) -> int:
        """Put the newest chunk on the queue, whose job sends the next; returns the number of all chunks."""
        self.send(wanted.job(), slot)
        return len(list(chunks(wanted.first, wanted.last)))

    def comes_again_in(self, receipt: str, seconds: float) -> None:
        """Make SQS deliver a message again after so many seconds; if the call fails, after the queue's own time."""
        with suppress(ClientError, BotoCoreError):
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=round(seconds)
            )

    def n_waiting(self) -> int:
        """Jobs that wait or are being done."""
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(WAITING))
        return sum(int(answer["Attributes"][name]) for name in WAITING)
