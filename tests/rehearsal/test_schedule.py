"""Does a schedule become a message to the person, and does a second one write nothing?"""

import json
from datetime import timedelta
from typing import Any

from oura_lake.job import Job

Deployed = Any  # the fixture's class, in conftest.py
Until = Any


def test_a_schedule_becomes_a_message_and_the_next_one_writes_nothing(deployed: Deployed, until: Until) -> None:
    inbox = deployed.inbox()
    backfill(deployed, until)
    assert received(deployed, inbox) == []
    deployed.oura.sync()
    [message] = until(lambda: received(deployed, inbox), 100, "the alert after the schedule")
    assert json.loads(message)["Subject"]
    until(lambda: is_quiet(deployed), 30, "the end of the analysis")
    before, asked = deployed.versions(), len(deployed.oura.requests)
    until(lambda: len(deployed.oura.requests) > asked + 15, 100, "the next firing")
    until(lambda: is_quiet(deployed), 60, "the end of the next job")
    assert deployed.versions() == before
    assert received(deployed, inbox) == []


def backfill(deployed: Deployed, until: Until) -> None:
    """Fetch the whole history, as connecting does; it tells nobody."""
    person = deployed.person
    deployed.send(Job(person="me", first=person.first, last=person.last - timedelta(days=2), reason="backfill"))
    until(lambda: any(key.startswith("lake/findings/") for key, _ in deployed.versions()), 100, "the first finding")
    until(lambda: is_quiet(deployed), 60, "the end of the backfill")


def received(deployed: Deployed, inbox: str) -> list[str]:
    """The messages that came, taken out."""
    sqs = deployed.client("sqs")
    messages = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


def is_quiet(deployed: Deployed) -> bool:
    """Whether no job waits or is being done."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    asked = {"QueueUrl": deployed.outputs["JobsQueueUrl"], "AttributeNames": names}
    counts = deployed.client("sqs").get_queue_attributes(**asked)["Attributes"]
    return {counts[name] for name in names} == {"0"}
