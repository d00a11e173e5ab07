"""A deploy finds the bucket that an earlier stack of this lake retained, and no other."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.admin.bucket_adoption import TAG, arguments
from oura_lake.errors import SettingsWrong

from infra.storage import LAKE_TAG


class Stack:
    """The calls of CloudFormation that a deploy makes; moto's needs more than is installed."""

    def __init__(self, template: dict[str, Any] | None = None) -> None:
        self.template = template

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if self.template is None:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]}

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
    bucket(client("s3"), "one", "oura-lake")
    bucket(client("s3"), "two", "oura-lake")
    with pytest.raises(SettingsWrong, match="one and two are both of the lake oura-lake"):
        arguments("oura-lake", client)
