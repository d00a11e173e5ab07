"""Simulated Athena of the query tests."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from oura_lake.query.athena import AthenaEngine


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[AthenaEngine]:
    """Make the engine over a workgroup whose results Athena keeps."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        managed = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
        boto3.client("athena").create_work_group(Name="lake", Configuration=managed)
        yield AthenaEngine(database="oura", workgroup="lake")
