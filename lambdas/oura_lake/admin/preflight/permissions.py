"""Checks of the owner's permissions, by IAM's own simulation of the policy in docs/reference/owner-policy.json."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.leftovers import BOOTSTRAP
from oura_lake.admin.preflight.settings import Wanted
from oura_lake.aws.stack import described
from oura_lake.errors import SettingsWrong
from oura_lake.local.toolchain import ROOT

POLICY = ROOT / "docs" / "reference" / "owner-policy.json"
ALLOWED = "allowed"
ASSUMED = re.compile(r"arn:[\w-]+:sts::\d+:assumed-role/([^/]+)/")
DEPLOY, FIRST = (
    "Deploy",
    "FirstDeploy",
)  # how the statements of a deploy begin; the latter without the CDK's stack alone
ROLES = "arn:aws:iam::*:role/cdk-hnb659fds-"
URL_TYPE = {"ContextKeyName": "lambda:FunctionUrlAuthType", "ContextKeyValues": ["NONE"], "ContextKeyType": "string"}
NO_ONE: Finding = (State.SKIPPED, "Not asked: IAM simulates users and roles alone, and you are neither.")
MEND = "attach docs/reference/owner-policy.json to your user or role"


def statements() -> list[dict[str, Any]]:
    """Read the statements of the owner's policy; raises SettingsWrong outside a clone."""
    try:
        found: list[dict[str, Any]] = json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]
    except OSError as error:
        raise SettingsWrong(f"There is no {POLICY}", "run `make preflight` in the folder that you cloned") from error
    return found


def deploying(account: Account) -> Finding:
    """Check what a deploy needs; raises ClientError."""
    is_first = described(BOOTSTRAP, account.client("cloudformation")) is None
    needed = (DEPLOY, FIRST) if is_first else DEPLOY
    return _simulated(account, [s for s in statements() if s["Sid"].startswith(needed)], State.FAILED)


def commands(account: Account) -> Finding:
    """Check what the commands need after a deploy; raises ClientError."""
    others = [s for s in statements() if not s["Sid"].startswith((DEPLOY, FIRST))]
    return _simulated(account, others, State.WARNING)


def roles(account: Account) -> Finding:
    """Check that the CDK may take its roles, or else pass the one that CloudFormation works with."""
    if (who := _principal(account)) is None:
        return NO_ONE
    assume = {"Action": ["sts:AssumeRole"], "Resource": [f"{ROLES}deploy-role-*"]}
    if not list(_denied(account, who, assume)):
        return State.OK, "You may take the CDK's roles."
    handed_on = {"Action": ["iam:PassRole"], "Resource": [f"{ROLES}cfn-exec-role-*"]}
    if not list(_denied(account, who, handed_on)):
        return State.WARNING, f"You may not take the CDK's roles, so a deploy has your own permissions; {MEND}."
    return State.FAILED, f"You lack the permissions sts:AssumeRole and iam:PassRole on the CDK's roles; {MEND}."


def public_address(account: Account, found: Wanted) -> Finding:
    """Check that no policy of the organisation forbids a public address of a function."""
    if not found.has_webhooks:
        return State.SKIPPED, "Not asked: config.toml wants no webhooks."
    if (who := _principal(account)) is None:
        return NO_ONE
    wish = {"Action": ["lambda:CreateFunctionUrlConfig"], "Resource": ["arn:aws:lambda:*:*:function:OuraLake-x"]}
    for result in _results(account, who, wish, [URL_TYPE]):
        if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
            return State.FAILED, (
                "A policy of your organisation forbids public addresses of functions, so a deploy with webhooks would "
                "be undone; set webhooks = false in config.toml, or ask its administrator."
            )
    return State.OK, "No policy of an organisation that IAM knows of forbids the public address."


def _simulated(account: Account, wishes: Sequence[dict[str, Any]], state: State) -> Finding:
    if (who := _principal(account)) is None:
        return NO_ONE
    if denied := sorted({action for wish in wishes for action in _denied(account, who, wish)}):
        shown = ", ".join(denied[:5]) + (f" and {len(denied) - 5} more" if len(denied) > 5 else "")
        return state, f"You lack the permission{'s' if len(denied) > 1 else ''} {shown}; {MEND}."
    return State.OK, "IAM allows all that is needed."


def _denied(account: Account, who: str, wish: dict[str, Any]) -> Iterator[str]:
    for result in _results(account, who, wish):
        if result["EvalDecision"] != ALLOWED:
            yield result["EvalActionName"]


def _results(account: Account, who: str, wish: dict[str, Any], context: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
    """Results of simulating each action of a statement on the first of its resources."""
    region = account.client("sts").meta.region_name
    pages = (
        account.client("iam")
        .get_paginator("simulate_principal_policy")
        .paginate(
            PolicySourceArn=who,
            ActionNames=wish["Action"],
            ResourceArns=[concrete(wish["Resource"][0], who.split(":")[4], region)],
            ContextEntries=list(context),
        )
    )
    for page in pages:
        yield from page["EvaluationResults"]


def _principal(account: Account) -> str | None:
    """ARN of the user or role that asks, as IAM simulates it; None for the root user and for federated ones."""
    arn = str(account.client("sts").get_caller_identity()["Arn"])
    if role := ASSUMED.match(arn):
        return str(account.client("iam").get_role(RoleName=role[1])["Role"]["Arn"])  # its path is not in the first one
    return arn if ":user/" in arn else None


def concrete(pattern: str, account: str, region: str) -> str:
    """Fill in an ARN that the pattern of a policy matches; IAM simulates no patterns, except for everything."""
    if pattern == "*":
        return pattern
    parts = pattern.split(":", 5)
    parts[3], parts[4] = parts[3].replace("*", region), parts[4].replace("*", account)
    return ":".join([*parts[:5], parts[5].replace("*", "x")])
