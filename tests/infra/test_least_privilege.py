"""Who may do what? The whole of it, as one table."""

from typing import Any

import pytest
from templates import listed, of_type, one_named, statements

Template = dict[str, Any]

MAY = {
    "Ingest": {
        "events:PutEvents",
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
        "sqs:ReceiveMessage", "sqs:SendMessage",
        "ssm:GetParameter", "ssm:GetParameters",
    },
    "Analyse": {
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "sns:Publish",
        "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage",
        "ssm:GetParameters",
    },
    "Maintain": {
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "sns:Publish",
        "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage",
        "ssm:GetParameters",
    },
    "Scheduling": {"sqs:SendMessage"},
    "MaintenanceCaller": {"lambda:InvokeFunction", "sqs:SendMessage"},
    "AnalysisCaller": {"lambda:InvokeFunction", "sqs:SendMessage"},
}  # fmt: skip


def test_each_role_may_do_exactly_this(aws_template: Template) -> None:
    actions = {part: {a for s in statements(aws_template, part) for a in listed(s["Action"])} for part in MAY}
    assert actions == MAY
    assert len(of_type(aws_template, "AWS::IAM::Role")) == len(MAY)


def test_no_role_carries_a_policy_of_amazon(aws_template: Template) -> None:
    assert not [r for r in of_type(aws_template, "AWS::IAM::Role").values() if r.get("ManagedPolicyArns")]


def test_no_action_is_a_wildcard_and_no_resource_is_everything(aws_template: Template) -> None:
    for part in MAY:
        for statement in statements(aws_template, part):
            assert not [action for action in listed(statement["Action"]) if "*" in action]
            assert "*" not in listed(statement["Resource"])


def test_nobody_may_delete(aws_template: Template) -> None:
    assert not [action for actions in MAY.values() for action in actions if "s3:Delete" in action]
    assert "s3:Delete" not in str(of_type(aws_template, "AWS::IAM::Policy"))


@pytest.mark.parametrize("part", ["Scheduling", "MaintenanceCaller", "AnalysisCaller"])
def test_the_scheduler_acts_for_this_account_alone(aws_template: Template, part: str) -> None:
    [trust] = one_named(aws_template, "AWS::IAM::Role", part)["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_only_ingest_reads_tokens_and_only_the_persons_own_secrets(aws_template: Template) -> None:
    readers = [s for part in MAY for s in statements(aws_template, part) if "secretsmanager" in str(s["Action"])]
    [reader] = readers
    secrets = set(of_type(aws_template, "AWS::SecretsManager::Secret"))
    assert {resource["Ref"] for resource in listed(reader["Resource"])} == secrets


def test_each_function_reaches_these_objects_alone(aws_template: Template) -> None:
    assert {part: objects(statements(aws_template, part)) for part in ("Ingest", "Analyse", "Maintain")} == {
        "Ingest": {
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/*", "/rejected/*"},
            "s3:PutObject": {"/lake/*", "/ledger/*", "/raw/*", "/rejected/*"},
        },
        "Analyse": {
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/lake/*"},
            "s3:PutObject": {
                "/lake/alerts/*", "/lake/findings/*", "/ledger/*", "/raw/lake/*", "/rejected/lake/*",
            },
        },
        "Maintain": {
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/lake/*"},
            "s3:PutObject": {"/lake/gaps/*", "/ledger/*", "/raw/lake/*", "/rejected/lake/*"},
        },
    }  # fmt: skip


def objects(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The keys that each action on objects may touch, below the bucket."""
    reached: dict[str, set[str]] = {}
    for statement in found:
        for action in listed(statement["Action"]):
            if action.endswith("Object"):
                reached.setdefault(action, set()).update(r["Fn::Join"][1][1] for r in listed(statement["Resource"]))
    return reached
