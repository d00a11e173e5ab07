"""SNS gets the text of each way, and the error of a refusal shows nothing of the body."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import boto3
import pytest
from moto import mock_aws
from oura_lake.alerts.model import Message
from oura_lake.channels import sns
from oura_lake.errors import MessageNotSent

MESSAGE = Message(
    subject="Your nights look unusual",
    body="Skin temperature above\n",
    sms="Look at your mail",
    kind="illness",
    level="minor",
)


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "test")
    sns._client.cache_clear()
    with mock_aws():
        yield boto3.client("sns", region_name="eu-central-1").create_topic(Name="me")["TopicArn"]
    sns._client.cache_clear()


def test_mail_and_sms_get_a_text_of_their_own(topic: str) -> None:
    published: list[dict[str, Any]] = []
    sns._client("eu-central-1").meta.events.register(
        "provide-client-params.sns.Publish", lambda params, **_: published.append(params)
    )
    sns.send(MESSAGE, topic)
    (params,) = published
    assert (params["Subject"], params["MessageStructure"]) == (MESSAGE.subject, "json")
    texts = json.loads(params["Message"])
    assert (texts["default"], texts["email"], texts["sms"]) == (MESSAGE.body, MESSAGE.body, MESSAGE.sms)
    assert params["MessageAttributes"]["level"]["StringValue"] == "minor"


def test_a_program_on_a_queue_receives_every_part(topic: str) -> None:
    queues = boto3.client("sqs", region_name="eu-central-1")
    url = queues.create_queue(QueueName="alerts")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns", region_name="eu-central-1").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.send(MESSAGE, topic)
    body = json.loads(queues.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert (body["Subject"], json.loads(body["Message"])) == (MESSAGE.subject, asdict(MESSAGE))


def test_a_topic_that_is_gone_is_one_clear_sentence_without_the_message(topic: str) -> None:
    with pytest.raises(MessageNotSent, match="SNS did not take the alert") as caught:
        sns.send(MESSAGE, topic.replace(":me", ":nobody"))
    assert "temperature" not in str(caught.value)
