"""Channel: SNS, by e-mail or SMS; a subscription's filter names its way."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache, partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.alerts.model import Message
from oura_lake.aws import session
from oura_lake.aws.errors import reason_of
from oura_lake.errors import MessageNotSent
from oura_lake.monitoring.delivery import Channel, Send
from oura_lake.person import Person
from oura_lake.settings import AnalyseSettings

EMAIL, SMS = "email", "sms"


def ways(settings: AnalyseSettings, person: Person) -> Mapping[str, Send]:
    """E-mail and SMS, by the person's topic."""
    return {way: partial(send, target=settings.topics[person.name], way=way) for way in (EMAIL, SMS)}


def send(message: Message, target: str, way: str = EMAIL) -> None:
    """Publish to the topic whose ARN is `target`, for the subscribers of that way; raises MessageNotSent."""
    try:
        publish(message, target, way)
    except (BotoCoreError, ClientError) as cause:
        raise MessageNotSent(
            f"SNS did not take the alert ({reason_of(cause)})", "the next run sends it again"
        ) from cause


def publish(message: Message, target: str, way: str) -> None:
    """Publish to the topic, as `send` does; raises SNS's own error: BotoCoreError or ClientError."""
    _client(target.split(":")[3]).publish(
        TopicArn=target,
        Subject=message.subject,
        Message=json.dumps(_bodies(message)),
        MessageStructure="json",
        MessageAttributes=_attributes(message, way),
    )


def _attributes(message: Message, way: str) -> dict[str, dict[str, str]]:
    """Attributes that a subscription's filter may use; SNS refuses an empty value."""
    attributes = {
        "way": way,
        "kind": message.kind,
        "level": message.level,
        "step": message.step,
        "episode": message.episode,
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}


def _bodies(message: Message) -> dict[str, str]:
    """Text for each protocol of SNS; a program on a queue gets all parts as JSON."""
    return {"default": message.body, "email": message.body, "sms": message.sms, "sqs": json.dumps(asdict(message))}


@cache
def _client(region: str) -> Any:
    return session.client("sns", region_name=region)


CHANNEL = Channel(ways=ways)
