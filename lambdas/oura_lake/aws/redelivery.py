"""Redelivery of a job: its visibility timeout, and a growing pause between tries.

A person's messages are done in order, so that a failed one blocks those behind it until its next delivery. The queue's
own time for that is half an hour, six times the function's limit. Here it is as long as the job may still run, and
after a failure a minute at first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from oura_lake.aws.job_queue import JobQueue
from oura_lake.errors import SettingsWrong, caught

PAUSES_S = (60, 120, 300, 900, 1800)  # 53 minutes in all: an outage of that length makes no dead letter
MOST_RECEIVED = len(PAUSES_S) + 1  # deliveries that the queue allows before a message is a dead letter
SPARE_S = 60


def times_received(record: Mapping[str, Any]) -> int:
    """Return how often the queue has delivered a message, this time included."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


@contextmanager
def hidden_while_done(jobs: JobQueue, record: Mapping[str, Any], lives_s: float) -> Iterator[None]:
    """Hide a message while its job is done, no longer than this function lives; after a failure, for a pause.

    A message that is no job, or about an unknown person, is delivered again at once: no pause mends it, and the sooner
    it is a dead letter, the sooner the others go on.
    """
    jobs.comes_again_in(record["receiptHandle"], lives_s + SPARE_S)
    with caught() as found:
        yield
    if found.error:
        pause = PAUSES_S[min(times_received(record), len(PAUSES_S)) - 1]
        jobs.comes_again_in(record["receiptHandle"], 0 if isinstance(found.error, SettingsWrong) else pause)
        raise found.error
