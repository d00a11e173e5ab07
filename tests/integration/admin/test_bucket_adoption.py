"""A deploy finds the bucket that an earlier stack of this lake retained, and no other."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.admin.bucket_adoption import TAG, arguments
from oura_lake.errors import SettingsWrong

from infra.storage import LAKE_TAG


class Stack:
    """The calls of CloudFormation that a deploy makes; moto's needs more than is installed."""

    def __init__(self, template: dict[str, Any] | None = None, status: str = "UPDATE_COMPLETE") -> None:
        self.template, self.status = template, status
        self.changes: list[str] = []

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if self.template is None:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.status}]}

    def delete_stack(self, **_: str) -> None:
        self.template = None
        self.changes.append("delete")

    def create_change_set(self, *, ChangeSetType: str, **_: Any) -> None:  # noqa: N803 - as boto3 has it
        assert self.template is None  # an import makes a stack of its own
        self.changes.append(ChangeSetType)

    def execute_change_set(self, **_: str) -> None:
        self.changes.append("execute")

    def get_waiter(self, _name: str) -> Mock:
        return Mock()

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": self.template}


class Account:
    """One account; `stack` is its deployed stack."""

    def __init__(self) -> None:
        self.session = boto3.Session(aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1")
        self.stack = Stack()

    def __call__(self, service: str) -> Any:
        return self.stack if service == "cloudformation" else self.session.client(service)


@pytest.fixture
def client() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def bucket(s3: Any, name: str, lake: str | None) -> None:
    s3.create_bucket(Bucket=name)
    if lake:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": TAG, "Value": lake}]})


def deploy(client: Account, **properties: str) -> None:
    client.stack = Stack({"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}})


def test_the_stack_tags_what_a_later_deploy_looks_for() -> None:
    assert TAG == LAKE_TAG


def test_without_a_kept_bucket_nothing_is_told(client: Account) -> None:
    bucket(client("s3"), "mine", None)
    bucket(client("s3"), "of-another", "another-lake")
    assert arguments("oura-lake", client) == []


def test_a_kept_bucket_is_named_to_the_cdk(client: Account) -> None:
    bucket(client("s3"), "kept", "oura-lake")
    assert arguments("oura-lake", client) == ["-c", "bucket=kept"]


def test_a_bucket_of_a_version_before_the_tag_is_known_by_its_name(client: Account) -> None:
    bucket(client("s3"), "ouralake-lakestoragebucketd1cafc02-1", None)
    bucket(client("s3"), "ouralake-lakestoragebucketd1cafc02-2", "none")
    assert arguments("oura-lake", client)[1] == "bucket=ouralake-lakestoragebucketd1cafc02-1"


def test_a_stack_whose_bucket_has_a_chosen_name_keeps_it(client: Account) -> None:
    deploy(client, BucketName="kept")
    bucket(client("s3"), "later", "oura-lake")
    assert arguments("oura-lake", client)[:2] == ["-c", "bucket=kept"]


def test_a_stack_whose_bucket_cloudformation_named_is_told_no_name(client: Account) -> None:
    deploy(client)
    bucket(client("s3"), "kept", "oura-lake")
    assert arguments("oura-lake", client) == []


def test_two_kept_buckets_are_named_and_none_is_taken(client: Account) -> None:
    for name in ("one", "two"):
        bucket(client("s3"), name, "oura-lake")
        client("s3").put_object(Bucket=name, Key="lake/a", Body=b"")
    with pytest.raises(SettingsWrong, match="one and two are both of the lake oura-lake"):
        arguments("oura-lake", client)


@pytest.mark.parametrize("filled", ["one", "two"])
def test_an_empty_bucket_of_a_failed_deploy_does_not_count_beside_a_filled_one(client: Account, filled: str) -> None:
    for name in ("one", "two", "three"):
        bucket(client("s3"), name, "oura-lake")
    client("s3").put_object(Bucket=filled, Key="lake/a", Body=b"")
    assert arguments("oura-lake", client) == ["-c", f"bucket={filled}"]


def test_a_bucket_whose_objects_are_deleted_versions_is_not_empty(client: Account) -> None:
    for name in ("one", "two"):
        bucket(client("s3"), name, "oura-lake")
    client("s3").put_bucket_versioning(Bucket="two", VersioningConfiguration={"Status": "Enabled"})
    client("s3").put_object(Bucket="two", Key="lake/a", Body=b"")
    client("s3").delete_object(Bucket="two", Key="lake/a")
    assert arguments("oura-lake", client) == ["-c", "bucket=two"]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_was_never_deployed_is_removed_before_the_bucket_is_imported(client: Account, status: str) -> None:
    deploy(client)
    client.stack.status = status
    bucket(client("s3"), "kept", "oura-lake")
    assert arguments("oura-lake", client) == ["-c", "bucket=kept"]
    assert client.stack.changes == []  # `make diff` changes nothing
    assert arguments("oura-lake", client, adopt=True) == ["-c", "bucket=kept"]
    assert client.stack.changes == ["delete", "IMPORT", "execute"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("DELETE_FAILED", r"was not removed entirely .*; run `make destroy` again, then `make deploy`\.$"),
        ("DELETE_IN_PROGRESS", r"is being removed .*; wait until it is gone, then run `make deploy` again\.$"),
        ("UPDATE_ROLLBACK_FAILED", r"; run `aws cloudformation continue-update-rollback --stack-name OuraLake`, then"),
    ],
)
def test_a_stack_that_takes_no_deploy_is_one_sentence_that_says_what_to_do(
    client: Account, status: str, sentence: str
) -> None:
    deploy(client)
    client.stack.status = status
    bucket(client("s3"), "kept", "oura-lake")
    with pytest.raises(SettingsWrong, match=sentence):
        arguments("oura-lake", client, adopt=True)
    assert client.stack.changes == []
