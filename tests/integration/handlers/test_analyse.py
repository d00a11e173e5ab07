"""One event on the bus becomes findings in the lake and a message in the queue, through the handler."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from support.illness_days import FIRST, FakeEngine, calm_days

REGION = "eu-central-1"
N_DAYS = 60
SKIPPED = datetime.now(UTC).date() - FIRST - timedelta(days=N_DAYS - 1)  # from the builder's days to the real ones
MADE = calm_days(N_DAYS, ill=(58, 59))


@pytest.fixture
def analyse(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Yield the handler with an environment, a bucket, a topic and a subscribed queue."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
        topic = boto3.client("sns").create_topic(Name="me")["TopicArn"]
        url = boto3.client("sqs").create_queue(QueueName="alerts")["QueueUrl"]
        arn = url.replace(f"https://sqs.{REGION}.amazonaws.com/", f"arn:aws:sqs:{REGION}:").replace("/", ":")
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        monkeypatch.setenv("OURA_LAKE_BUCKET", "lake")
        monkeypatch.setenv("OURA_LAKE_PERSONS", '{"me": {"timezone": "UTC"}}')
        monkeypatch.setenv("OURA_LAKE_TOPICS", json.dumps({"me": topic}))
        monkeypatch.setenv("OURA_LAKE_ENGINE", "duckdb")
        yield _handler(monkeypatch)


def _handler(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    from oura_lake.channels import sns
    from oura_lake.handlers import analyse

    days = [replace(d, day=d.day + SKIPPED) for d in MADE]
    monkeypatch.setattr(analyse, "person_engine", lambda *_: FakeEngine(days))
    for cached in (analyse.settings, analyse.store, sns._client):
        cached.cache_clear()
    return analyse


def landed(reason: str = "schedule") -> dict[str, Any]:
    """Make the event that ingest puts on the bus."""
    return {
        "source": "oura.lake",
        "detail-type": "documents landed",
        "detail": {"person": "me", "tables": ["sleep"], "reason": reason},
    }


def received() -> list[str]:
    queues = boto3.client("sqs")
    url = queues.get_queue_url(QueueName="alerts")["QueueUrl"]
    found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(m["Body"])["Subject"] for m in found]


def test_an_event_becomes_findings_and_one_message(analyse: ModuleType) -> None:
    counts = analyse.handler(landed(), None)
    assert (counts["n_days"], counts["n_sent"]) == (N_DAYS, 1)
    assert [s[:21] for s in received()] == ["Your body may be figh"]
    keys = [o["Key"] for o in boto3.client("s3").list_objects_v2(Bucket="lake", Prefix="lake/")["Contents"]]
    assert {k.split("/")[1] for k in keys} == {"alerts", "findings"}


@pytest.mark.parametrize("junk", [None, "all", [7], [{"key": "lake/sleep/person=me/year=2026/data.parquet"}]])
def test_changes_that_cannot_be_read_are_no_dead_letter_but_compared(
    analyse: ModuleType, monkeypatch: pytest.MonkeyPatch, junk: object
) -> None:
    refreshed: list[object] = []
    monkeypatch.setattr(FakeEngine, "refresh", lambda _, *known: refreshed.append(known))
    event = landed()
    event["detail"]["changes"] = junk
    assert analyse.handler(event, None)["n_sent"] == 1
    assert refreshed == [("me", None)]


def test_a_redelivered_event_sends_nothing(analyse: ModuleType) -> None:
    analyse.handler(landed(), None)
    received()
    counts = analyse.handler(landed(), None)
    assert (counts["n_findings_written"], counts["n_alerts_changed"], counts["n_sent"], received()) == (0, 0, 0, [])


def test_a_backfill_sends_nothing(analyse: ModuleType) -> None:
    assert analyse.handler(landed("backfill"), None)["n_sent"] == 0
    assert received() == []


def test_the_log_holds_counts_and_no_measurement(analyse: ModuleType) -> None:
    written = StringIO()
    analyse.logger.registered_handler.setStream(written)
    analyse.handler(landed(), None)
    (line,) = [json.loads(text) for text in written.getvalue().splitlines()]
    assert (line["message"], line["n_sent"], line["reason"]) == ("judged", 1, "schedule")
    assert not {"score", "drivers", "deviation"} & set(line)
