"""Roles as moto enforces them: a second opinion beside the rehearsal (docs/reference/least-privilege.md)."""

from collections.abc import Callable, Iterator
from typing import Any

import aws_cdk as cdk
import pytest
from botocore.exceptions import ClientError
from support.enforced_roles import Account, enforced

from infra import config, target

READERS = {"ingest", "analyse", "maintain"}
EVERYBODY = {*READERS, "receive"}
OBJECTS = {  # who may read an object under a prefix, and who may write it
    "lake/sleep": (READERS, {"ingest"}),
    "lake/findings": (READERS, {"ingest", "analyse"}),
    "lake/alerts": (READERS, {"ingest", "analyse"}),
    "lake/gaps": (READERS, {"ingest", "maintain"}),
    "lake/stored_person_day": (READERS, READERS),
    "ledger": (READERS, READERS),
    "raw/oura": ({"ingest"}, {"ingest"}),
    "raw/lake": (READERS, READERS),
    "rejected/oura": (set[str](), {"ingest"}),
}
CALLS: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
    "list": ("s3", "list_objects_v2", {"Bucket": "lake"}, READERS),
    "delete": ("s3", "delete_object", {"Bucket": "lake", "Key": "lake/sleep/person=ada/stored"}, set()),
    "token": ("secretsmanager", "get_secret_value", {"SecretId": "oura-lake/ada"}, {"ingest"}),
    "new token": ("secretsmanager", "put_secret_value", {"SecretId": "oura-lake/bob", "SecretString": "1"}, {"ingest"}),
    "signing key": ("secretsmanager", "get_secret_value", {"SecretId": "oura-lake/webhook/ada"}, {"analyse"}),
    "stranger's token": ("secretsmanager", "get_secret_value", {"SecretId": "oura-lake/stranger"}, set()),
    "app": ("ssm", "get_parameter", {"Name": "/oura-lake/app"}, EVERYBODY),
    "account": ("ssm", "get_parameter", {"Name": "/oura-lake/accounts/1234"}, {"receive"}),
    "persons": ("ssm", "get_parameters", {"Names": ["/oura-lake/persons-0"]}, READERS),
    "another parameter": ("ssm", "get_parameter", {"Name": "/oura-lake/other"}, set()),
    "job": ("sqs", "send_message", {"QueueUrl": "IngestionJobs", "MessageBody": "1", "MessageGroupId": "ada"},
            {"ingest", "receive"}),
    "look at jobs": ("sqs", "get_queue_attributes", {"QueueUrl": "IngestionJobs"}, {"ingest"}),
    "empty the jobs": ("sqs", "purge_queue", {"QueueUrl": "IngestionJobs"}, set()),
    "message": ("sns", "publish", {"TopicArn": "Alertingada", "Message": "1"}, {"analyse", "maintain"}),
    "readers": ("sns", "list_subscriptions_by_topic", {"TopicArn": "Alertingbob"}, {"maintain"}),
    "alarm": ("sns", "publish", {"TopicArn": "OperationsTopic", "Message": "1"}, set()),
    "event": ("events", "put_events", {"Entries": [{"EventBusName": "IngestionBus"}]}, {"ingest", "analyse"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory, app_of: Callable[..., cdk.App]) -> Iterator[Account]:
    """Account of two persons with webhooks, of Oura's and of one's own."""
    persons = {"ada": {"timezone": "UTC", "webhook": "https://example.net/"}, "bob": {"timezone": "UTC"}}
    given = config.parsed({"lake": {"budget_email": "owner@example.com"}, "persons": persons}).persons
    app = app_of(target.AWS, tmp_path_factory.mktemp("enforced"), webhooks=True, persons=given)
    with enforced(app.synth().get_stack_by_name("OuraLake").template) as made:
        yield made


@pytest.mark.parametrize("prefix", OBJECTS)
def test_an_object_is_read_and_written_by_whom_its_prefix_is_for(account: Account, prefix: str) -> None:
    place = {"Bucket": "lake", "Key": f"{prefix}/person=ada/stored"}
    readers, writers = account.who_may("s3", "get_object", **place), account.who_may("s3", "put_object", **place)
    assert (readers, writers) == OBJECTS[prefix]


@pytest.mark.parametrize("what", CALLS)
def test_each_other_call_is_for_the_functions_that_need_it(account: Account, what: str) -> None:
    service, operation, given, who = CALLS[what]
    assert account.who_may(service, operation, **account.named(given)) == who


@pytest.mark.parametrize("who", sorted(READERS))
def test_a_missing_object_is_missing_and_not_refused(account: Account, who: str) -> None:
    with account.enforcing(), pytest.raises(ClientError) as met:
        account.sessions[who].client("s3").get_object(Bucket="lake", Key="ledger/person=ada/none")
    assert met.value.response["Error"]["Code"] == "NoSuchKey"
