"""Budget of the account, in a stack of its own: where AWS refuses one, the lake is deployed all the same.

    python -m infra.budget    # the CDK app of that stack

AWS refuses a budget in an account of a day, in a member account of an organisation that has none, and by policy.
"""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from constructs import Construct
from oura_lake.contract import BUDGET_STACK

from infra.config import Config, ConfigWrong, load

# AWS makes no forecast in the first five weeks, so what was spent counts too.
NOTIFICATIONS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))  # kind, per cent of the budget
# While credits pay, the bill is zero; the budget counts what the account would cost without them.
COST_TYPES = {"includeCredit": False, "includeRefund": False}


class LakeBudget(cdk.Stack):
    """Monthly budget of the whole account, which mails the owner."""

    def __init__(self, scope: Construct, name: str, *, config: Config) -> None:
        super().__init__(scope, name, description="Mails when the account costs more than its budget.")
        subscribers = [{"subscriptionType": "EMAIL", "address": config.budget_email}]
        budgets.CfnBudget(
            self,
            "Budget",
            budget={
                "budgetName": budget_name(self, config),
                "budgetType": "COST",
                "timeUnit": "MONTHLY",
                "budgetLimit": {"amount": config.budget_usd, "unit": "USD"},
                "costTypes": COST_TYPES,
            },
            notifications_with_subscribers=[
                {"notification": _notification(*given), "subscribers": subscribers} for given in NOTIFICATIONS
            ],
        )


def budget_name(scope: Construct, config: Config) -> str:
    """Name of the lake's budget; an account has one list of budgets for all regions, so the region is part of it."""
    return f"{config.name}-{cdk.Stack.of(scope).region}"


def _notification(kind: str, percent: int) -> dict[str, Any]:
    return {
        "notificationType": kind,
        "comparisonOperator": "GREATER_THAN",
        "threshold": percent,
        "thresholdType": "PERCENTAGE",
    }


def main() -> None:
    """Synthesize; a mistake in the configuration ends in one sentence."""
    app = cdk.App()
    try:
        config = load(Path(app.node.try_get_context("config") or "config.toml"))
    except ConfigWrong as error:
        raise SystemExit(f"oura-lake: {error}") from error
    LakeBudget(app, BUDGET_STACK, config=config)
    app.synth()


if __name__ == "__main__":
    main()
