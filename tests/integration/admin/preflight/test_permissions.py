"""The checks of permissions ask IAM's simulation for each statement of the owner's policy, and name what lacks."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from oura_lake.admin.checks.model import Account, State
from oura_lake.admin.preflight import permissions
from oura_lake.admin.preflight.settings import Wanted
from support.verify_account import Services

ME = "123456789012"
ADA = f"arn:aws:iam::{ME}:user/ada"
ROLE = f"arn:aws:iam::{ME}:role/aws-reserved/sso.amazonaws.com/Admin"
WEBHOOKS = Wanted(has_webhooks=True)


class Simulated(Services):
    """Account whose IAM denies some actions; it keeps what it was asked."""

    def __init__(self, *denied: str, arn: str = ADA, is_first: bool = False, by_organisation: bool = True) -> None:
        super().__init__()
        self._denied, self._arn, self._is_first, self._by_organisation = denied, arn, is_first, by_organisation
        self.simulations: list[dict[str, Any]] = []

    def client(self, service: str, **settings: Any) -> Any:
        """Return this account itself for IAM, else a client whose answer is prepared anew at each call."""
        if service == "iam":
            return self
        self._stubs.pop(service, None)
        if service == "sts":
            self.answers("sts", "get_caller_identity", Account=ME, Arn=self._arn)
        elif self._is_first:
            self.refuses("cloudformation", "describe_stacks", "ValidationError")
        else:
            self.answers("cloudformation", "describe_stacks", Stacks=[STACK])
        return super().client(service, **settings)

    def get_role(self, *, RoleName: str) -> Any:  # noqa: N803 - as boto3 has it
        return {"Role": {"Arn": ROLE, "RoleName": RoleName}}

    def get_paginator(self, name: str) -> Any:
        assert boto3.client("iam", region_name="eu-central-1").can_paginate(name)
        return self

    def paginate(self, **given: Any) -> list[dict[str, Any]]:
        self.simulations.append(given)
        results = [
            {
                "EvalActionName": action,
                "EvalDecision": "implicitDeny" if action in self._denied else "allowed",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": self._by_organisation},
            }
            for action in given["ActionNames"]
        ]
        return [{"EvaluationResults": results}]


STACK = {"StackName": "CDKToolkit", "StackStatus": "CREATE_COMPLETE", "CreationTime": datetime(2026, 1, 1, tzinfo=UTC)}


def account(aws: Services) -> Account:
    return aws.account(outputs={}, persons=(), unanswered=State.WARNING)


def test_an_owner_who_may_do_all_is_well() -> None:
    aws = Simulated(is_first=True)
    assert permissions.deploying(account(aws))[0] is State.OK
    assert permissions.commands(account(aws))[0] is State.OK
    actions = {action for simulation in aws.simulations for action in simulation["ActionNames"]}
    assert actions == {action for statement in permissions.statements() for action in statement["Action"]}


def test_iam_is_asked_about_resources_and_never_about_patterns() -> None:
    aws = Simulated(is_first=True)
    permissions.deploying(account(aws))
    resources = {arn for simulation in aws.simulations for arn in simulation["ResourceArns"]}
    assert f"arn:aws:iam::{ME}:role/cdk-hnb659fds-x" in resources
    assert [arn for arn in resources - {"*"} if "*" in arn] == []


def test_what_lacks_for_a_deploy_fails_and_for_a_command_is_a_warning() -> None:
    denied = account(Simulated("s3:ListAllMyBuckets", "lambda:InvokeFunction"))
    for look, state, action in (
        (permissions.deploying, State.FAILED, "s3:ListAllMyBuckets"),
        (permissions.commands, State.WARNING, "lambda:InvokeFunction"),
    ):
        found = look(denied)
        assert (found[0], action in found[1], permissions.MEND in found[1]) == (state, True, True)


def test_what_the_bootstrap_alone_needs_is_not_asked_once_it_is_there() -> None:
    assert permissions.deploying(account(Simulated("iam:CreateRole")))[0] is State.OK
    assert permissions.deploying(account(Simulated("iam:CreateRole", is_first=True)))[0] is State.FAILED


@pytest.mark.parametrize(
    ("denied", "state"),
    [
        ((), State.OK),
        (("sts:AssumeRole",), State.WARNING),
        (("sts:AssumeRole", "iam:PassRole"), State.FAILED),
        (("iam:PassRole",), State.OK),
    ],
)
def test_the_cdk_s_roles_must_be_taken_or_passed(denied: tuple[str, ...], state: State) -> None:
    found = permissions.roles(account(Simulated(*denied)))
    assert (found[0], "iam:PassRole" in found[1]) == (state, state is State.FAILED)


def test_a_role_of_single_sign_on_is_simulated_by_its_own_arn() -> None:
    aws = Simulated(arn=f"arn:aws:sts::{ME}:assumed-role/Admin/ada@example.com")
    permissions.roles(account(aws))
    assert aws.simulations[0]["PolicySourceArn"] == ROLE


def test_the_root_user_is_not_simulated() -> None:
    aws = Simulated(arn=f"arn:aws:iam::{ME}:root")
    for look in (permissions.deploying, permissions.commands, permissions.roles):
        assert look(account(aws)) == permissions.NO_ONE
    assert permissions.public_address(account(aws), WEBHOOKS) == permissions.NO_ONE


@pytest.mark.parametrize(("is_allowed", "state"), [(True, State.OK), (False, State.FAILED)])
def test_an_organisation_that_forbids_public_addresses_fails_webhooks(is_allowed: bool, state: State) -> None:
    aws = Simulated(by_organisation=is_allowed)
    assert permissions.public_address(account(aws), WEBHOOKS)[0] is state
    assert aws.simulations[0]["ContextEntries"] == [permissions.URL_TYPE]
    assert permissions.public_address(account(aws), Wanted())[0] is State.SKIPPED
