"""The emulator's mail: a queue subscribed to a person's topic as their address is."""

import json
from typing import Any

from oura_lake.aws.session import session as new_session
from oura_lake.aws.sns_subscriptions import FILTER

WAIT_S = 1


class Inbox:
    """The messages of one topic from now on; `is_all`: those of all ways, not of e-mail alone."""

    def __init__(self, topic: str, session: Any = None, *, is_all: bool = False) -> None:
        session = session or new_session()
        self._sqs = session.client("sqs")
        self._url = self._sqs.create_queue(QueueName=f"inbox-{topic.rpartition(':')[2]}")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        session.client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=attributes["QueueArn"],
            Attributes={} if is_all else {"FilterPolicy": FILTER},
        )

    def messages(self) -> list[dict[str, str]]:
        """Read the messages since the last call, with every part of each."""
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_S)
        for message in answer.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in answer.get("Messages", [])]
