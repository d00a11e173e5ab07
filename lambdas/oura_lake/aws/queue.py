"""How does a job get onto the queue, and how much is waiting there?"""

import hashlib
from datetime import date, timedelta
from typing import Any

import boto3

from oura_lake.job import Job

DAY = timedelta(days=1)
CHUNK = timedelta(days=92)  # some 130 requests and 10 s: far from the function's time limit
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


class JobQueue:
    """The FIFO queue of jobs; one person is one group, so their jobs are done one after the other."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._sqs = client or boto3.client("sqs")

    def send(self, job: Job, slot: str) -> None:
        """Put a job on the queue; the same job of the same slot counts once within five minutes."""
        identity = hashlib.sha256(f"{job.body()} {slot}".encode()).hexdigest()
        self._sqs.send_message(
            QueueUrl=self._url, MessageBody=job.body(), MessageGroupId=job.person, MessageDeduplicationId=identity
        )

    def send_history(self, person: str, first: date, last: date, *, slot: str, chunk: timedelta = CHUNK) -> int:
        """Put the days on the queue in chunks, newest first; returns how many. What they bring is told to nobody."""
        n_jobs = 0
        while first <= last:
            begin = max(first, last - chunk + DAY)
            self.send(Job(person=person, first=begin, last=last, reason="backfill"), slot)
            last, n_jobs = begin - DAY, n_jobs + 1
        return n_jobs

    def n_waiting(self) -> int:
        """Jobs that wait or are being done."""
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(WAITING))
        return sum(int(answer["Attributes"][name]) for name in WAITING)
