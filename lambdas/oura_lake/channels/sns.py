"""How does a message leave by SNS: an e-mail and an SMS of one topic, each with its own text?"""

import json
from dataclasses import asdict
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.alerts._model import Message
from oura_lake.errors import MessageNotSent


def send(message: Message, target: str) -> None:
    """Publish to the topic whose ARN is `target`; raises MessageNotSent."""
    try:
        _client(target.split(":")[3]).publish(
            TopicArn=target, Subject=message.subject, Message=json.dumps(_bodies(message)), MessageStructure="json",
            MessageAttributes={
                "kind": {"DataType": "String", "StringValue": message.kind},
                "level": {"DataType": "String", "StringValue": message.level},
            },
        )
    except (BotoCoreError, ClientError) as cause:
        reason = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(cause).__name__
        raise MessageNotSent(f"SNS did not take the alert ({reason}); the next run sends it again.") from cause


def _bodies(message: Message) -> dict[str, str]:
    """What each kind of subscriber gets; a program on a queue gets all parts as JSON."""
    return {"default": message.body, "email": message.body, "sms": message.sms, "sqs": json.dumps(asdict(message))}


@cache
def _client(region: str) -> Any:
    return boto3.client("sns", region_name=region)
