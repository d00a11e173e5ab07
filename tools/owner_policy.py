"""IAM policy of a lake's owner: what a deploy needs, and the calls of the commands as the tests recorded them.

python -m tools.owner_policy         writes docs/reference/owner-policy.json; `make owner-policy` records anew before
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
POLICY, RECORDED = ROOT / "docs" / "reference" / "owner-policy.json", ROOT / "tests" / "fixtures" / "owner-calls.txt"
MOST_CHARACTERS = 6144  # of a managed policy, without white space

# Where an action is named otherwise than the call that needs it.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "budgets DescribeBudget": ("budgets:ViewBudget",),
    "budgets DescribeBudgets": ("budgets:ViewBudget",),
    "lambda Invoke": ("lambda:InvokeFunction",),
    "s3 DeleteObject": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3 DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3 HeadObject": ("s3:GetObject",),
    "s3 ListBuckets": ("s3:ListAllMyBuckets",),
    "s3 ListObjectVersions": ("s3:ListBucketVersions",),
    "s3 ListObjectsV2": ("s3:ListBucket",),
}
PREFIXES = {"pinpoint-sms-voice-v2": "sms-voice"}
# Calls below the commands that no test of this machine makes in the process of the command.
UNSEEN = (
    "athena GetQueryExecution", "athena GetQueryResults", "athena GetWorkGroup", "athena StartQueryExecution",
    "athena StopQueryExecution", "cloudformation GetTemplate", "cloudformation ListStackResources", "glue GetDatabase",
    "glue GetPartitions", "glue GetTable", "glue GetTables", "iam GetRole", "iam SimulatePrincipalPolicy",
    "lambda GetEventSourceMapping", "lambda UpdateEventSourceMapping", "s3 DeleteBucket", "s3 GetBucketLocation",
    "s3 ListObjectsV2", "sns ConfirmSubscription", "sns Publish", "sns Subscribe", "sns Unsubscribe", "sqs SendMessage",
)  # fmt: skip
WITHOUT_RESOURCE = (  # of IAM's own, or of a resource whose name is not ours
    "lambda:GetAccountSettings", "lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping",
    "s3:GetBucketTagging", "s3:ListAllMyBuckets",
)  # fmt: skip
# The names of the lake `oura-lake`; AWS begins what the stack makes with the stack's own name.
RESOURCES: Mapping[str, tuple[str, ...]] = {
    "lambda": ("arn:aws:lambda:*:*:function:OuraLake-*",),
    "s3": ("arn:aws:s3:::ouralake-*", "arn:aws:s3:::ouralake-*/*"),
    "scheduler": ("arn:aws:scheduler:*:*:schedule/default/OuraLake-*",),
    "secretsmanager": ("arn:aws:secretsmanager:*:*:secret:oura-lake/*",),
    "sqs": ("arn:aws:sqs:*:*:OuraLake-*",),
    "ssm": ("arn:aws:ssm:*:*:parameter/oura-lake/*",),
}
CDK = "cdk-hnb659fds-"
STACK = "arn:aws:cloudformation:*:*:stack/"
CHANGES = (
    "cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents", "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate",
)  # fmt: skip
# What the CDK and CloudFormation do with the owner's credentials, by their documents; no test here can record it.
DEPLOY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Deploy": (("sts:AssumeRole",), (f"arn:aws:iam::*:role/{CDK}*",)),
    "DeployReads": (
        ("cloudformation:DescribeStacks", "s3:GetBucketTagging", "s3:ListAllMyBuckets", "sts:GetCallerIdentity"),
        ("*",),
    ),
    "DeployAdoption": (CHANGES, (f"{STACK}OuraLake*",)),
    "DeployAdoptedBucket": (
        ("s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:ListBucketVersions",
         "s3:PutBucketTagging"),
        ("arn:aws:s3:::ouralake-*",),
    ),
    "FirstDeployStack": ((*CHANGES, "cloudformation:UpdateTerminationProtection"), (f"{STACK}CDKToolkit/*",)),
    "FirstDeployRoles": (
        ("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
         "iam:GetRole", "iam:GetRolePolicy", "iam:PassRole", "iam:PutRolePolicy", "iam:TagRole",
         "iam:UpdateAssumeRolePolicy"),
        (f"arn:aws:iam::*:role/{CDK}*",),
    ),
    "FirstDeployBucket": (
        ("s3:CreateBucket", "s3:DeleteBucketPolicy", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
         "s3:GetLifecycleConfiguration", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
         "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"),
        (f"arn:aws:s3:::{CDK}*",),
    ),
    "FirstDeployImages": (
        ("ecr:CreateRepository", "ecr:DeleteRepository", "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy",
         "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource", "ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy",
         "ecr:SetRepositoryPolicy"),
        (f"arn:aws:ecr:*:*:repository/{CDK}*",),
    ),
    "FirstDeployVersion": (
        ("ssm:DeleteParameter", "ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"),
        ("arn:aws:ssm:*:*:parameter/cdk-bootstrap/*",),
    ),
}  # fmt: skip


def policy(calls: Iterable[str]) -> dict[str, Any]:
    """Policy for a deploy and for these calls, each as `service Operation`."""
    statements = [_statement(sid, actions, resources) for sid, (actions, resources) in DEPLOY.items()]
    by_service: dict[str, set[str]] = {}
    for action in sorted({action for call in (*calls, *UNSEEN) for action in actions_of(call)}):
        service = action.partition(":")[0]
        scope = service if service in RESOURCES and not action.startswith(WITHOUT_RESOURCE) else ""
        by_service.setdefault(scope, set()).add(action)
    for service, actions in sorted(by_service.items()):
        sid = f"Commands{service.capitalize()}"
        statements.append(_statement(sid, actions, RESOURCES.get(service, ("*",))))
    return {"Version": "2012-10-17", "Statement": statements}


def actions_of(call: str) -> tuple[str, ...]:
    """Actions of IAM that a call needs."""
    service, operation = call.split()
    return ACTIONS.get(call, (f"{PREFIXES.get(service, service)}:{operation}",))


def text() -> str:
    """Text of the policy's file."""
    return json.dumps(policy(RECORDED.read_text(encoding="utf-8").splitlines()), indent=2) + "\n"


def _statement(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}


if __name__ == "__main__":
    POLICY.write_text(text(), encoding="utf-8")
