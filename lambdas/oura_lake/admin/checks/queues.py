"""Checks of the queues: waiting jobs and dead letters."""

import json

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.aws.job_queue import JobQueue
from oura_lake.contract import Output

VISIBLE = "ApproximateNumberOfMessages"
GIVEN_UP = {
    "jobs": "Failed jobs",
    "analysis": "Landings not analysed",
    "schedules": "Firings not delivered",
    "upkeep": "Daily rounds not done",
}
CLEAR = "`aws sqs purge-queue --queue-url {url}`"
MENDS = {
    "jobs": "then `aws sqs start-message-move-task --source-arn {arn}`",
    "analysis": f"the next landing judges all days again, so then {CLEAR}",
    "schedules": f"the next firing asks for the last week again, so then {CLEAR}",
    "upkeep": f"the next day's round does it all again, so then {CLEAR}",
}


def waiting(account: Account) -> Finding:
    """Count the jobs that wait or are being done, which are no fault."""
    n_jobs = JobQueue(account.outputs[Output.JOBS_QUEUE_URL], account.client("sqs")).n_waiting()
    return State.OK, f"Jobs that wait or are being done: {n_jobs:,}."


def dead_letters(account: Account, kind: str) -> Finding:
    """Check that a queue has no dead letters; a failure names how to read them and how to do them again."""
    url = json.loads(account.outputs[Output.DEAD_LETTERS])[kind]
    attributes = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[VISIBLE, "QueueArn"])[
        "Attributes"
    ]
    n_dead = int(attributes[VISIBLE])
    if n_dead == 0:
        return State.OK, "Nothing was given up."
    look = f"`aws sqs receive-message --visibility-timeout 0 --queue-url {url}`"
    mend = MENDS[kind].format(arn=attributes["QueueArn"], url=url)
    return State.FAILED, f"{GIVEN_UP[kind]}: {n_dead:,}; look with {look}, mend the cause, {mend}."
