"""The owner's policy is that of the recorded calls, small enough for IAM, and names only calls that the code makes."""

import json
import re
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from oura_lake.admin.preflight import permissions

from tools import owner_policy

ROOT = Path(__file__).resolve().parents[3]
CALLS = owner_policy.RECORDED.read_text(encoding="utf-8").splitlines()
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "lambdas" / "oura_lake").rglob("*.py")))
BY_A_LIBRARY = ("athena", "glue", "s3 GetBucketLocation")  # awswrangler, Athena itself
SERVICES = (
    "athena", "budgets", "cloudformation", "events", "freetier", "iam", "lakeformation", "lambda", "logs",
    "organizations", "pinpoint-sms-voice-v2", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts",
)  # fmt: skip
BY_OTHERS = {"events:PutEvents", "sqs:CreateQueue"}  # the functions, and the emulator's inbox of the demo
ACTION = re.compile(r"[a-z0-9-]+:[A-Z]\w+\*?")


def test_the_policy_is_that_of_the_recorded_calls() -> None:
    assert owner_policy.POLICY.read_text(encoding="utf-8") == owner_policy.text(), "run `make owner-policy`"


def test_iam_takes_a_policy_of_that_size() -> None:
    policy = json.loads(owner_policy.text())
    assert len(json.dumps(policy, separators=(",", ":"))) <= owner_policy.MOST_CHARACTERS
    assert [s["Sid"] for s in policy["Statement"] if not re.fullmatch("[A-Za-z0-9]+", s["Sid"])] == []


def test_every_action_has_the_form_of_one() -> None:
    actions = [action for s in owner_policy.policy(CALLS)["Statement"] for action in s["Action"]]
    assert [action for action in actions if not ACTION.fullmatch(action)] == []


@pytest.mark.parametrize("call", sorted({*CALLS, *owner_policy.UNSEEN}))
def test_every_call_is_one_of_boto3_s_and_the_code_makes_it(call: str) -> None:
    service, operation = call.split()
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")
    assert operation in client.meta.service_model.operation_names
    assert call.startswith(BY_A_LIBRARY) or xform_name(operation) in SOURCES


def test_every_call_in_the_source_of_a_command_is_in_the_policy() -> None:
    allowed = {action for s in owner_policy.policy(CALLS)["Statement"] for action in s["Action"]}
    commands = "\n".join(path.read_text(encoding="utf-8") for path in sources("admin", "cli", "aws"))
    made = set[str]()
    for service in SERVICES:
        client = boto3.client(service, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")
        for operation in client.meta.service_model.operation_names:
            if re.search(rf'[."]{xform_name(operation)}[("]', commands):
                made |= set(owner_policy.actions_of(f"{service} {operation}"))
    assert made - allowed - BY_OTHERS == set()
    assert len(made) > 40  # the pattern still finds them


def sources(*packages: str) -> list[Path]:
    return [path for name in packages for path in sorted((ROOT / "lambdas" / "oura_lake" / name).rglob("*.py"))]


def test_what_preflight_simulates_is_this_policy() -> None:
    assert permissions.POLICY == owner_policy.POLICY
    assert permissions.statements() == owner_policy.policy(CALLS)["Statement"]


def test_a_call_that_nobody_recorded_is_missing_in_the_policy() -> None:
    allowed = {action for s in owner_policy.policy([])["Statement"] for action in s["Action"]}
    assert "lambda:InvokeFunction" not in allowed
    assert "lambda:InvokeFunction" in {
        a for s in owner_policy.policy(["lambda Invoke"])["Statement"] for a in s["Action"]
    }
