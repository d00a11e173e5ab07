"""A backfill of 17 chunks outlasts Lambda's loop detection, as the stack sets it for ingest.

Lambda hands each function a trace header that counts its calls of one cause; the SDK sends it on with every message.
Here the calls are counted by that header, and a 17th of a function without `RecursiveLoop: Allow` is dropped.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from oura_lake.bootstrap.ingestion import DeployedWorker
from oura_lake.ingestion.backfill import CHUNK, Backfill, chunks
from oura_lake.ingestion.job import parse_job
from oura_lake.person import Person
from oura_lake.settings import IngestSettings
from support.templates import of_type

Template = dict[str, Any]
MOST_CALLS = 16  # of one cause, which Lambda allows a function without more said
HEADER = "X-Amzn-Trace-Id"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SEVENTEEN = Backfill(person="me", first=date(2026, 11, 29) - 17 * CHUNK + timedelta(days=1), last=date(2026, 11, 29))


@dataclass
class Loop:
    """Queue that feeds the function which sends to it, and the number of calls in each message's trace header."""

    is_allowed: bool
    monkeypatch: pytest.MonkeyPatch
    counts: list[int] = field(default_factory=list)

    def calls(self, wanted: Backfill) -> list[date | None]:
        """Last day of each job that is done until no message is left, or one is dropped."""
        session = boto3.Session(aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1")
        session.events.register_last("before-call", self._sent)
        sqs = session.client("sqs")
        url = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        worker, job = _worker(url, session, self.monkeypatch), wanted.job()
        done: list[date | None] = []
        self.monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "ingest")
        for n in range(1, 100):
            if n > MOST_CALLS and not self.is_allowed:
                return done
            self.monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root=1-a-b;Sampled=0;Lineage=1:ingest:{n}")
            worker.do(job, NOW, 60.0)
            done.append(job.last)
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            if not messages:
                return done
            sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            assert self.counts[-1] == n  # the message belongs to this chain
            job = parse_job(messages[0]["Body"])
        raise AssertionError("the chain does not end")

    def _sent(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "SendMessage":
            self.counts.append(int(params["headers"][HEADER].rpartition(":")[2]))


def _worker(url: str, session: Any, monkeypatch: pytest.MonkeyPatch) -> DeployedWorker:
    """Worker of the function, which fetches nothing."""
    settings = IngestSettings(
        bucket="lake", bus="bus", jobs_queue_url=url, token_secret_prefix="lake/", app_parameter="/lake/app",
        persons={"me": Person(name="me")},
    )  # fmt: skip
    worker = DeployedWorker(settings, session, lambda _: None)
    monkeypatch.setattr(worker._worker, "_fetched", lambda *_: [])
    return worker


def test_a_backfill_of_17_chunks_is_done_to_its_first_day_by_the_function_as_deployed(
    aws_template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    [mapping] = of_type(aws_template, "AWS::Lambda::EventSourceMapping").values()
    function = of_type(aws_template, "AWS::Lambda::Function")[mapping["FunctionName"]["Ref"]]
    expected = [chunk.last for chunk in chunks(SEVENTEEN.first, SEVENTEEN.last)]
    with mock_aws():
        done = Loop(function.get("RecursiveLoop") == "Allow", monkeypatch).calls(SEVENTEEN)
    assert (len(done), done) == (17, expected)


def test_without_the_setting_the_17th_chunk_would_be_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        assert len(Loop(False, monkeypatch).calls(SEVENTEEN)) == MOST_CALLS
