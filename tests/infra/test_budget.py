"""The budget has a stack of its own, counts what is spent, and has no name that another lake of the account has."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from support.templates import of_type, one_named, statements

from infra import config, target
from infra.budget import LakeBudget

Template = dict[str, Any]
OWNED = config.parsed(
    {"lake": {"budget_email": "owner@example.com"}, "persons": {"ada": {"timezone": "Europe/London"}}}
)
NAME = {"Fn::Join": ["", ["oura-lake-", {"Ref": "AWS::Region"}]]}


@pytest.fixture(scope="module")
def budget(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Properties of the one resource of the budget's stack."""
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("budget")))
    LakeBudget(app, "OuraLakeBudget", config=OWNED)
    template = app.synth().get_stack_by_name("OuraLakeBudget").template
    [made] = of_type(template, "AWS::Budgets::Budget").values()
    assert len(template["Resources"]) == 1
    return made


def test_the_lake_is_deployed_without_a_budget(aws_template: Template) -> None:
    assert of_type(aws_template, "AWS::Budgets::Budget") == {}


def test_the_budget_is_the_configured_one_whatever_credits_pay(budget: Template) -> None:
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 5, "Unit": "USD"}
    assert budget["Budget"]["CostTypes"] == {"IncludeCredit": False, "IncludeRefund": False}


def test_the_owner_hears_of_what_was_spent_and_of_what_is_forecast(budget: Template) -> None:
    mails = [
        (n["Notification"]["NotificationType"], n["Notification"]["Threshold"], n["Subscribers"][0]["Address"])
        for n in budget["NotificationsWithSubscribers"]
    ]
    assert mails == [(kind, percent, "owner@example.com") for kind, percent in
                    (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))]  # fmt: skip


def test_maintain_may_read_the_one_budget_and_knows_its_name(aws_template: Template, budget: Template) -> None:
    maintain = one_named(aws_template, "AWS::Lambda::Function", "Maintain")
    assert budget["Budget"]["BudgetName"] == NAME
    assert maintain["Environment"]["Variables"]["OURA_LAKE_BUDGET"] == NAME
    [may] = statements(aws_template, "MaintenanceCost")
    parts = may["Resource"]["Fn::Join"][1]
    assert (may["Action"], parts[-2:]) == ("budgets:ViewBudget", [":budget/oura-lake-", {"Ref": "AWS::Region"}])


def test_without_an_address_maintain_reads_no_budget(app_of: Any, tmp_path: Path) -> None:
    template = app_of(target.AWS, tmp_path, budget_email="").synth().get_stack_by_name("OuraLake").template
    assert "OURA_LAKE_BUDGET" not in str(template)
    assert "budgets:" not in str(template)
