"""The checks of an account find what would be in the way of a deploy, and name the mend."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from oura_lake.admin.checks.model import Account, State
from oura_lake.admin.preflight import account as accounts
from oura_lake.admin.preflight.settings import Wanted
from support.verify_account import Services

NUMBER = "+4915112345678"
ME = "123456789012"


@pytest.fixture
def aws() -> Services:
    return Services()


def before_a_deploy(aws: Services) -> Account:
    return aws.account(outputs={}, persons=(), unanswered=State.WARNING)


def caller(aws: Services, arn: str) -> None:
    aws.answers("sts", "get_caller_identity", Account=ME, Arn=arn)


@pytest.mark.parametrize(
    ("arn", "state"), [(f"arn:aws:iam::{ME}:user/ada", State.OK), (f"arn:aws:iam::{ME}:root", State.WARNING)]
)
def test_account_region_and_user_are_named(aws: Services, arn: str, state: State) -> None:
    caller(aws, arn)
    found = accounts.identity(before_a_deploy(aws))
    assert (found[0], found[1].startswith(f"Account {ME}, region eu-central-1, as ")) == (state, True)


@pytest.mark.parametrize(
    ("plan", "state", "words"),
    [
        ({"accountPlanType": "PAID"}, State.OK, "paid plan"),
        ({"accountPlanType": "FREE"}, State.WARNING, "AWS closes it after six months"),
        (
            {"accountPlanType": "FREE", "accountPlanExpirationDate": datetime(2027, 5, 1, tzinfo=UTC)},
            State.WARNING,
            "AWS closes it on 2027-05-01",
        ),
    ],
)
def test_a_free_plan_is_a_warning_with_the_day_on_which_the_account_is_closed(
    aws: Services, plan: dict[str, Any], state: State, words: str
) -> None:
    aws.answers("freetier", "get_account_plan_state", accountId=ME, accountPlanStatus="ACTIVE", **plan)
    found = accounts.plan(before_a_deploy(aws))
    assert (found[0], words in found[1]) == (state, True)


def test_an_account_without_a_plan_is_well(aws: Services) -> None:
    aws.refuses("freetier", "get_account_plan_state", accounts.NO_PLAN)
    assert accounts.plan(before_a_deploy(aws))[0] is State.OK


@pytest.mark.parametrize(
    ("total", "at_once", "state"),
    [
        (1000, 0, State.OK),
        (1000, 10, State.OK),
        (1000, 901, State.FAILED),
        (10, 0, State.WARNING),
        (10, 2, State.FAILED),
    ],
)
def test_places_that_lambda_cannot_reserve_fail(aws: Services, total: int, at_once: int, state: State) -> None:
    limit = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": total}
    aws.answers("lambda", "get_account_settings", AccountLimit=limit)
    found = accounts.functions_at_once(before_a_deploy(aws), Wanted(webhooks_at_once=at_once))
    assert (found[0], "Service Quotas" in found[1]) == (state, state is not State.OK)


def test_the_numbers_of_config_toml_must_be_verified_in_the_sandbox(aws: Services) -> None:
    aws.answers("sns", "get_sms_sandbox_account_status", IsInSandbox=True)
    aws.answers("sns", "list_sms_sandbox_phone_numbers", PhoneNumbers=[])
    state, sentence = accounts.sms_sandbox(before_a_deploy(aws), Wanted(numbers=(NUMBER,)))
    assert (state, "…678 is not verified" in sentence, NUMBER in sentence) == (State.FAILED, True, False)


def test_a_limit_of_nothing_fails(aws: Services) -> None:
    aws.answers("sns", "get_sms_attributes", attributes={"MonthlySpendLimit": "0"})
    assert accounts.sms_limit(before_a_deploy(aws), Wanted(numbers=(NUMBER,)))[0] is State.FAILED


def test_a_number_of_a_country_that_wants_a_sender_is_a_warning(aws: Services) -> None:
    aws.answers("pinpoint-sms-voice-v2", "describe_phone_numbers", PhoneNumbers=[])
    aws.answers("pinpoint-sms-voice-v2", "describe_sender_ids", SenderIds=[])
    assert accounts.sms_sender(before_a_deploy(aws), Wanted(numbers=("+12025550123",)))[0] is State.WARNING


@pytest.mark.parametrize("look", [accounts.sms_sandbox, accounts.sms_limit, accounts.sms_sender])
def test_without_a_number_nothing_is_asked_of_sms(aws: Services, look: Any) -> None:
    assert look(before_a_deploy(aws), Wanted()) == accounts.NO_NUMBERS


@pytest.mark.parametrize(("payer", "state"), [(ME, State.OK), ("210987654321", State.WARNING)])
def test_a_member_of_an_organisation_is_warned_of_its_budget(aws: Services, payer: str, state: State) -> None:
    caller(aws, f"arn:aws:iam::{ME}:user/ada")
    aws.answers("budgets", "describe_budgets", Budgets=[])
    aws.answers("organizations", "describe_organization", Organization={"MasterAccountId": payer})
    assert accounts.budgets(before_a_deploy(aws), Wanted(has_budget=True))[0] is state


def test_an_account_of_its_own_may_have_a_budget(aws: Services) -> None:
    caller(aws, f"arn:aws:iam::{ME}:user/ada")
    aws.answers("budgets", "describe_budgets", Budgets=[])
    aws.refuses("organizations", "describe_organization", accounts.ALONE)
    assert accounts.budgets(before_a_deploy(aws), Wanted(has_budget=True))[0] is State.OK


@pytest.mark.parametrize(
    ("to", "state"), [([], State.WARNING), (["IAM_ALLOWED_PRINCIPALS"], State.OK), (["ada"], State.WARNING)]
)
def test_an_account_whose_new_tables_belong_to_nobody_is_warned(aws: Services, to: list[str], state: State) -> None:
    granted = [{"Principal": {"DataLakePrincipalIdentifier": name}, "Permissions": ["ALL"]} for name in to]
    settings = {"CreateDatabaseDefaultPermissions": granted, "CreateTableDefaultPermissions": granted}
    aws.answers("lakeformation", "get_data_lake_settings", DataLakeSettings=settings)
    assert accounts.lake_formation(before_a_deploy(aws))[0] is state


def test_billing_that_may_not_be_seen_is_a_warning_with_the_permission(aws: Services) -> None:
    caller(aws, f"arn:aws:iam::{ME}:user/ada")
    denied = "User: x is not authorized to perform: budgets:ViewBudget on resource: y"
    aws.refuses("budgets", "describe_budgets", "AccessDeniedException", denied)
    account = before_a_deploy(aws)
    check = account.checked("budget", partial(accounts.budgets, account, Wanted(has_budget=True)))
    assert (check.state, "budgets:ViewBudget" in check.sentence) == (State.WARNING, True)
    assert accounts.budgets(account, Wanted())[0] is State.WARNING
