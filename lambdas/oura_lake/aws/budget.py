"""Cost of the month from the account's budget, which is free to read, unlike Cost Explorer."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


def month_to_date(client: Callable[..., Any], budget: str = "") -> float | None:
    """Dollars of the whole account this month; None where no budget counts them or none may be read.

    A named budget is the only one that is read, since a function may read no other.
    """
    try:
        account = client("sts").get_caller_identity()["Account"]
        found = _budgets(client("budgets"), account, budget)
    except (ClientError, BotoCoreError):  # no permission, or an emulator: the cost is not known
        return None
    counted = [b["CalculatedSpend"]["ActualSpend"]["Amount"] for b in found if _counts_the_month(b)]
    return float(counted[0]) if counted else None


def _budgets(client: Any, account: str, name: str) -> list[dict[str, Any]]:
    if name:
        return [client.describe_budget(AccountId=account, BudgetName=name)["Budget"]]
    found: list[dict[str, Any]] = client.describe_budgets(AccountId=account).get("Budgets", [])
    return found


def _counts_the_month(budget: dict[str, Any]) -> bool:
    is_whole = budget["BudgetType"] == "COST" and budget["TimeUnit"] == "MONTHLY" and not budget.get("CostFilters")
    return is_whole and "ActualSpend" in budget.get("CalculatedSpend", {})
