"""Rights of every role, as one table."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from support.stack_rights import (
    Right,
    filled,
    holders,
    in_words,
    plainly,
    resource_statements,
    rights,
    role_statements,
    short,
)
from support.templates import listed, of_type, one_named, statements

from infra import config, target

Template = dict[str, Any]
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "least-privilege.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| .+ \|$", re.MULTILINE)
OF_A_PERSON = re.compile(r"^(AlertingKeys|Alerting|IngestionTokens)[a-z]+$")

MAY = {
    "Ingest": {
        "events:PutEvents",
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "ssm:GetParameter", "ssm:GetParameters",
    },
    "Analyse": {
        "events:PutEvents",
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "sns:Publish",
        "sqs:SendMessage",
        "ssm:GetParameters",
    },
    "Maintain": {
        "logs:CreateLogStream", "logs:PutLogEvents",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject",
        "sns:ListSubscriptionsByTopic", "sns:Publish",
        "sqs:SendMessage",
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
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/*"},
            "s3:PutObject": {"/lake/*", "/ledger/*", "/raw/*", "/rejected/*"},
        },
        "Analyse": {
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/lake/*"},
            "s3:PutObject": {
                "/lake/alerts/*", "/lake/findings/*", "/lake/stored_person_day/*", "/ledger/*", "/raw/lake/*",
            },
        },
        "Maintain": {
            "s3:GetObject": {"/lake/*", "/ledger/*", "/raw/lake/*"},
            "s3:PutObject": {"/lake/gaps/*", "/lake/stored_person_day/*", "/ledger/*", "/raw/lake/*"},
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def open_template(tmp_path_factory: pytest.TempPathFactory, app_of: Callable[..., cdk.App]) -> Template:
    """Template for AWS with webhooks, of Oura's and of a person's own: the most that is ever allowed."""
    me = config.parsed({"persons": {"me": {"timezone": "UTC", "webhook": "https://example.net/"}}}).persons
    app = app_of(target.AWS, tmp_path_factory.mktemp("open"), webhooks=True, persons=me)
    template: Template = app.synth().get_stack_by_name("OuraLake").template
    return template


def test_the_document_has_a_row_for_each_right_and_no_other(open_template: Template) -> None:
    """The rehearsal shows which rights are used: tests/rehearsal/test_used_rights.py prints the table."""
    granted = rights(role_statements(open_template, plainly), holders(open_template))
    rows = [Right(who=who, action=action, resource=on) for who, action, on in ROW.findall(DOCUMENT.read_text())]
    assert {of_anybody(row) for row in rows} == {of_anybody(right) for right in granted}


def test_the_document_has_a_row_for_each_who_is_let_in_by_a_resource(open_template: Template) -> None:
    rows = "".join(f"| {who} | `{action}` | `{what}` | {only} |\n" for who, action, what, only in let_in(open_template))
    document = DOCUMENT.read_text(encoding="utf-8")
    assert f"| --- | --- | --- | --- |\n{rows}\n" in document, f"write this table into {DOCUMENT.name}:\n{rows}"


def test_every_resource_that_denies_denies_plain_http_or_old_tls_alone(open_template: Template) -> None:
    denied = [s for s in resource_statements(open_template, plainly) if s["Effect"] == "Deny"]
    assert {str(statement["Condition"]) for statement in denied} == {
        "{'Bool': {'aws:SecureTransport': 'false'}}",
        "{'NumericLessThan': {'s3:TlsVersion': 1.2}}",
    }


def test_no_code_but_the_functions_runs_with_a_role_of_the_stack(open_template: Template) -> None:
    kinds = {resource["Type"] for resource in open_template["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith("Custom::") or "CustomResource" in kind]


def let_in(template: Template) -> list[tuple[str, str, str, str]]:
    """List who may do what to which resource by the resource's own policy, and under which condition."""
    found = [
        (s["Principal"]["Service"], s["Action"], on, filled(value, in_words).replace("AWS::AccountId", "this account"))
        for s in resource_statements(template, plainly)
        if s["Effect"] == "Allow"
        for on in s["Resource"]
        for wanted in s["Condition"].values()
        for value in wanted.values()
    ]
    for permission in of_type(template, "AWS::Lambda::Permission").values():
        only = filled(permission["SourceArn"], plainly) if "SourceArn" in permission else "its public address"
        function = filled(permission["FunctionName"], plainly)
        found.append((permission["Principal"].replace("*", "anybody"), permission["Action"], function, only))
    return sorted(found)


def of_anybody(right: Right) -> Right:
    """Right without the name of the person that its topic or secret is for."""
    return Right(who=right.who, action=right.action, resource=OF_A_PERSON.sub(r"\1", short(right.resource)))


def objects(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Keys that each action on objects may touch, below the bucket."""
    reached: dict[str, set[str]] = {}
    for statement in found:
        for action in listed(statement["Action"]):
            if action.endswith("Object"):
                reached.setdefault(action, set()).update(r["Fn::Join"][1][1] for r in listed(statement["Resource"]))
    return reached
