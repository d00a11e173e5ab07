"""Removal of one person's messages from dead-letter queues, without touching another's."""

import time
from collections.abc import Iterator
from typing import Any

from oura_lake.lake.json_text import parse

HIDDEN_S = 30  # a letter that was read is visible again after that
JOB_ENDS_S = 330  # the time limit of ingest and of analyse, and some more
PAUSE_S = 0.5
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
EMPTY_ANSWERS = 2  # a queue that is not empty may answer so once


class Letters:
    """The dead letters of one queue."""

    def __init__(self, url: str, sqs: Any) -> None:
        self._url = url
        self._sqs = sqs

    def of(self, person: str) -> list[str]:
        """Receipts of the letters that name the person; the others are visible again at once."""
        found: list[str] = []
        others: list[str] = []
        for letter in self._all():
            (found if person in names_in(letter["Body"]) else others).append(letter["ReceiptHandle"])
        for receipt in others:
            self._give_back(receipt)
        return found

    def count(self, person: str) -> int:
        """Count the letters about the person."""
        found = self.of(person)
        for receipt in found:
            self._give_back(receipt)
        return len(found)

    def remove(self, person: str) -> None:
        """Delete the letters about the person."""
        for receipt in self.of(person):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    def _all(self) -> Iterator[dict[str, Any]]:
        is_idle(self._sqs, self._url, HIDDEN_S + 1)  # letters that a dead run had read are hidden, not deleted
        known_ids: set[str] = set()
        n_empty = 0
        while n_empty < EMPTY_ANSWERS:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_S)
            fresh = [m for m in answer.get("Messages", []) if m["MessageId"] not in known_ids]
            n_empty = 0 if fresh else n_empty + 1
            known_ids |= {message["MessageId"] for message in fresh}
            yield from fresh

    def _give_back(self, receipt: str) -> None:
        self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0)


def is_idle(sqs: Any, url: str, seconds: float = JOB_ENDS_S) -> bool:
    """Wait until no message of a queue is in flight, for at most some seconds; returns whether none is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[IN_FLIGHT])
        if answer["Attributes"][IN_FLIGHT] == "0":
            return True
        time.sleep(PAUSE_S)
    return False


def names_in(body: str) -> set[str]:
    """Texts of a letter at any depth, among which a person's name stands for the person."""
    try:
        return set(_texts(parse(body)))
    except ValueError:
        return {body}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
