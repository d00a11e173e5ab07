"""The checks of what is deployed already find a stack or bucket that a deploy could not go on from."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from oura_lake.admin.bucket_adoption import TAG
from oura_lake.admin.checks.model import Account, State
from oura_lake.admin.preflight import stack
from oura_lake.admin.preflight.settings import Wanted
from support.verify_account import Services

LEFT = "cdk-hnb659fds-assets-123456789012-eu-central-1"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def aws() -> Services:
    return Services()


def account(aws: Services) -> Account:
    return aws.account(outputs={}, persons=(), unanswered=State.WARNING)


def has(aws: Services, name: str, status: str, times: int = 1, **outputs: str) -> None:
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    described = {"StackName": name, "StackStatus": status, "CreationTime": NOW, "Outputs": listed}
    for _ in range(times):
        aws.answers("cloudformation", "describe_stacks", Stacks=[described])


def lacks(aws: Services, times: int = 1) -> None:
    for _ in range(times):
        aws.refuses("cloudformation", "describe_stacks", "ValidationError", "Stack does not exist")


@pytest.mark.parametrize(
    ("status", "version", "state"),
    [
        ("CREATE_COMPLETE", "28", State.OK),
        ("CREATE_COMPLETE", "5", State.WARNING),
        ("ROLLBACK_COMPLETE", "28", State.FAILED),
        ("UPDATE_ROLLBACK_FAILED", "28", State.FAILED),
    ],
)
def test_the_cdk_s_stack_must_be_whole_and_young_enough(aws: Services, status: str, version: str, state: State) -> None:
    has(aws, "CDKToolkit", status, BootstrapVersion=version)
    assert stack.bootstrap(account(aws))[0] is state


@pytest.mark.parametrize(("left", "state"), [([], State.OK), ([LEFT], State.FAILED)])
def test_without_the_cdk_s_stack_the_deploy_makes_it_unless_its_bucket_stayed(
    aws: Services, left: list[str], state: State
) -> None:
    lacks(aws, 2)
    aws.answers("s3", "list_buckets", Buckets=[{"Name": name} for name in left])
    aws.answers("sts", "get_caller_identity", Account="123456789012")
    assert stack.bootstrap(account(aws))[0] is State.OK
    assert stack.bootstrap_bucket(account(aws))[0] is state


@pytest.mark.parametrize(("name", "state"), [("cdk-assets", State.OK), ("another", State.FAILED)])
def test_a_bucket_of_the_cdk_that_was_deleted_by_hand_fails(aws: Services, name: str, state: State) -> None:
    has(aws, "CDKToolkit", "CREATE_COMPLETE", BucketName="cdk-assets")
    aws.answers("s3", "list_buckets", Buckets=[{"Name": name}])
    assert stack.bootstrap_bucket(account(aws))[0] is state


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        ("CREATE_COMPLETE", State.OK, "brings it up to date"),
        ("UPDATE_IN_PROGRESS", State.WARNING, "wait until it is done"),
        ("ROLLBACK_COMPLETE", State.WARNING, "`make deploy` starts anew"),
        ("UPDATE_ROLLBACK_FAILED", State.FAILED, "continue-update-rollback --stack-name OuraLake"),
        ("DELETE_FAILED", State.FAILED, "run `make destroy` again"),
        ("DELETE_COMPLETE", State.OK, "this is a first deploy"),
    ],
)
def test_a_stack_that_takes_no_deploy_fails_with_its_mend(aws: Services, status: str, state: State, words: str) -> None:
    has(aws, "OuraLake", status, times=2)
    here = account(aws)
    check = here.checked("stack", partial(stack.lake_stack, here))
    assert (check.state, words in check.sentence) == (state, True)


def buckets(aws: Services, **filled: bool) -> None:
    """Let there be tagged buckets of no lake's stack, with or without an object."""
    lacks(aws)
    aws.answers("s3", "list_buckets", Buckets=[{"Name": name} for name in filled])
    for _ in filled:
        aws.answers("s3", "get_bucket_tagging", TagSet=[{"Key": TAG, "Value": "oura-lake"}])
    for is_filled in filled.values() if len(filled) > 1 else ():
        versions: list[Any] = [{"Key": "raw/x", "VersionId": "1"}] if is_filled else []
        aws.answers("s3", "list_object_versions", Versions=versions)


@pytest.mark.parametrize(
    ("filled", "state", "words"),
    [
        ({}, State.OK, "the deploy makes one"),
        ({"stayed": True}, State.OK, "The bucket stayed of an earlier lake is there"),
        ({"one": True, "two": True}, State.FAILED, "one and two are both of the lake oura-lake"),
    ],
)
def test_a_bucket_that_stayed_is_named_and_two_fail(
    aws: Services, filled: dict[str, bool], state: State, words: str
) -> None:
    buckets(aws, **filled)
    here = account(aws)
    check = here.checked("bucket", partial(stack.bucket, here, Wanted()))
    assert (check.state, words in check.sentence) == (state, True)
