"""A job that fails delays its person's other jobs no longer than it must."""

import json
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Never

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.redelivery import MOST_RECEIVED, PAUSES_S, SPARE_S, hidden_while_done
from oura_lake.errors import NotThereYet, SettingsWrong, SourceUnavailable
from oura_lake.handlers import ingest
from oura_lake.ingestion.job import Job, parse_job

LIVES_S = 240.0


class Sqs:
    """A queue that notes the visibility timeouts."""

    def __init__(self) -> None:
        self.pauses: list[int] = []

    def change_message_visibility(self, VisibilityTimeout: Any, **_: object) -> None:  # noqa: N803 - boto3's name
        self.pauses.append(VisibilityTimeout)


def record(n: int) -> dict[str, Any]:
    return {"receiptHandle": "r", "body": "{}", "attributes": {"ApproximateReceiveCount": str(n)}}


def pauses_of(n: int, error: Exception | None) -> list[int]:
    sqs = Sqs()
    with (
        suppress(SettingsWrong, SourceUnavailable, KeyError),
        hidden_while_done(JobQueue("url", sqs), record(n), LIVES_S),
    ):
        if error:
            raise error
    return sqs.pauses


def test_a_message_is_held_as_long_as_the_function_can_live_and_not_for_half_an_hour() -> None:
    assert pauses_of(1, None) == [round(LIVES_S) + SPARE_S]


@pytest.mark.parametrize("error", [SourceUnavailable("Oura is down."), KeyError("a mistake in our code")])
def test_a_job_that_failed_comes_again_after_a_pause_that_grows(error: Exception) -> None:
    assert [pauses_of(n, error)[-1] for n in range(1, MOST_RECEIVED + 1)] == [*PAUSES_S, PAUSES_S[-1]]
    assert sum(PAUSES_S) > 45 * 60


def test_what_time_does_not_mend_comes_again_at_once() -> None:
    assert pauses_of(1, SettingsWrong("That is no job."))[-1] == 0


def test_an_sqs_that_does_not_hear_hides_no_error_of_the_job() -> None:
    def deaf(**_: object) -> Never:
        raise EndpointConnectionError(endpoint_url="sqs")

    jobs = JobQueue("url", SimpleNamespace(change_message_visibility=deaf))
    with pytest.raises(SourceUnavailable), hidden_while_done(jobs, record(1), LIVES_S):
        raise SourceUnavailable("Oura is down.")


class Fetcher:
    """A worker whose jobs fail as their bodies name."""

    def __init__(self, *_: object) -> None:
        pass

    def take(self, record: dict[str, Any], *_: object) -> None:
        if record["body"] == "early":
            raise NotThereYet("Oura does not give the document yet.")
        if record["body"] == "wrong":
            raise SourceUnavailable("Oura is down.")


def test_a_job_that_waits_for_its_document_goes_back_to_the_queue_without_a_failed_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("oura_lake.bootstrap.ingestion.DeployedWorker", Fetcher)
    monkeypatch.setattr("oura_lake.aws.persons.with_persons", lambda *_: {})
    monkeypatch.setattr(ingest, "ingest_settings", lambda _: None)
    monkeypatch.setattr(ingest, "session", lambda: None)
    context = SimpleNamespace(
        function_name="ingest",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:ingest",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: 1000,
    )
    done = ingest._deployed.__wrapped__()
    records = [{"messageId": n, "body": body} for n, body in (("1", "early"), ("2", "well"))]
    assert done({"Records": records}, context) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    with pytest.raises(SourceUnavailable):
        done({"Records": [{"messageId": "3", "body": "wrong"}]}, context)


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield boto3.client("sqs", aws_access_key_id="testing", aws_secret_access_key="testing")


def test_a_message_that_is_no_job_is_a_dead_letter_without_a_wait_and_the_next_one_is_done(sqs: Any) -> None:
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MOST_RECEIVED})
    settings = {"FifoQueue": "true", "RedrivePolicy": redrive, "VisibilityTimeout": "1800"}
    url = sqs.create_queue(QueueName="jobs.fifo", Attributes=settings)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="no job", MessageGroupId="me", MessageDeduplicationId="1")
    jobs = JobQueue(url, sqs)
    jobs.send(Job(person="me"), slot="later")
    done = [job for _ in range(MOST_RECEIVED + 1) if (job := deliver(sqs, jobs, url))]
    assert done == [Job(person="me")]
    assert (
        sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"]
        == "1"
    )


def deliver(sqs: Any, jobs: JobQueue, url: str) -> Job | None:
    """Deliver one message of the queue as Lambda's mapping does; returns the job, if it is one."""
    answer = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])
    for message in answer.get("Messages", []):
        given = {"receiptHandle": message["ReceiptHandle"], "attributes": message["Attributes"]}
        try:
            with hidden_while_done(jobs, given, LIVES_S):
                job = parse_job(message["Body"])
        except SettingsWrong:
            return None
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return job
    return None
