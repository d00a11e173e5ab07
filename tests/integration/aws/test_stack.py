"""A command finds the outputs of the deployed stack."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from oura_lake.aws.stack import outputs
from oura_lake.errors import SettingsWrong, StoreUnavailable

STACK = {"StackName": "OuraLake", "StackStatus": "CREATE_COMPLETE", "CreationTime": datetime(2026, 1, 1, tzinfo=UTC)}


@pytest.fixture
def cloudformation() -> Iterator[Any]:
    client = boto3.client(
        "cloudformation", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stub:
        yield stub


def test_outputs_are_given_by_name(cloudformation: Any) -> None:
    stack = STACK | {"Outputs": [{"OutputKey": "Bucket", "OutputValue": "lake-1"}]}
    cloudformation.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "OuraLake"})
    assert outputs("OuraLake", lambda _: cloudformation.client) == {"Bucket": "lake-1"}


def test_no_region_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with pytest.raises(StoreUnavailable, match="no region is chosen; set AWS_REGION"):
        outputs()


def test_a_stack_that_is_not_deployed_is_named(cloudformation: Any) -> None:
    cloudformation.add_client_error("describe_stacks", "ValidationError")
    with pytest.raises(SettingsWrong, match="no stack OuraLake in this account and region"):
        outputs("OuraLake", lambda _: cloudformation.client)
