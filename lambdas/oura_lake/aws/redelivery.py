"""Redelivery of a job: its visibility timeout, and a growing pause between tries.

A person's messages are done in order, so one that failed holds up those behind it until it comes again. The queue's own
time for that is half an hour, six times the function's limit; here it is as long as the job can still be at work, and
after a failure a minute at first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from oura_lake.aws.job_queue import JobQueue
from oura_lake.errors import SettingsWrong, caught

PAUSES_S = (60, 120, 300, 900, 1800)  # 53 minutes in all: an outage of that length makes no dead letter
MOST_RECEIVED = len(PAUSES_S) + 1  # what the queue allows, then it is a dead letter
SPARE_S = 60


def times_received(record: Mapping[str, Any]) -> int:
    """How often the queue has handed a message out, this time included."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


@contextmanager
def held(jobs: JobQueue, record: Mapping[str, Any], lives_s: float) -> Iterator[None]:
    """Hold a message while its job is done, no longer than this function lives; if it fails, for a pause.

    A message that is no job, or of a person whom nobody knows, comes again at once: no time mends it, and the sooner
    it is a dead letter the sooner the others go on.
    """
    jobs.comes_again_in(record["receiptHandle"], lives_s + SPARE_S)
    with caught() as found:
        yield
    if found.error:
        pause = PAUSES_S[min(times_received(record), len(PAUSES_S)) - 1]
        jobs.comes_again_in(record["receiptHandle"], 0 if isinstance(found.error, SettingsWrong) else pause)
        raise found.error
