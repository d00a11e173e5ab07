"""The counting account misses no call of boto3: pages, refusals and repetitions."""

import os
from collections.abc import Iterator
from unittest.mock import patch

import boto3
import pytest
from oura_lake.aws.s3 import S3Store
from oura_lake.errors import WriteConflict
from support.aws_over_http import Answer, Aws
from support.counted_aws import READ, WRITTEN, CountedAws, counted_aws


@pytest.fixture
def world() -> Iterator[tuple[CountedAws, Aws]]:
    """Account that counts, which boto3 reaches."""
    with counted_aws() as (counted, aws), patch.dict(os.environ, aws.environment):
        yield counted, aws


def test_reads_writes_and_refused_writes_count_with_their_bytes(world: tuple[CountedAws, Aws]) -> None:
    counted, _ = world
    store = S3Store("lake")
    store.put("lake/a", b"12345", replacing=None)
    assert store.get("lake/none") is None
    with pytest.raises(WriteConflict):
        store.put("lake/a", b"123", replacing=None)
    assert {name: n for name, n in counted.taken().items() if name != READ} == {"s3 put": 2, "s3 get": 1, WRITTEN: 8}
    assert store.get("lake/a") is not None
    assert counted.taken() == {"s3 get": 1, READ: 5, WRITTEN: 0}


def test_each_page_of_a_listing_counts(world: tuple[CountedAws, Aws]) -> None:
    counted, _ = world
    counted.s3.objects |= {f"lake/{n:04}": b"" for n in range(2500)}
    assert len(list(S3Store("lake").keys("lake/"))) == 2500
    assert counted.taken()["s3 list"] == 3


def test_a_call_that_boto3_repeats_counts_each_time(world: tuple[CountedAws, Aws]) -> None:
    counted, _ = world
    serve = counted.s3.answer
    answers = iter([Answer(status=500), Answer(status=500)])
    with patch.object(counted.s3, "answer", lambda *call: next(answers, None) or serve(*call)):
        assert S3Store("lake").get("lake/none") is None
    assert counted.taken()["s3 get"] == 3


def test_a_call_of_another_service_counts_by_its_name(world: tuple[CountedAws, Aws]) -> None:
    boto3.client("sqs").create_queue(QueueName="jobs")
    assert world[0].taken()["sqs CreateQueue"] == 1
