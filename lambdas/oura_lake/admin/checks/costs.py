"""Check of the budget alarm."""

from oura_lake.admin.checks.model import Account, Finding, State


def budget(account: Account) -> Finding:
    """Check that there is a budget that warns."""
    if account.is_emulator:
        return State.SKIPPED, "Not checked here: the emulator has no budgets."
    owner = account.client("sts").get_caller_identity()["Account"]
    found = account.client("budgets").describe_budgets(AccountId=owner).get("Budgets", [])
    if not found:
        return State.WARNING, "No budget warns you; set budget_email in config.toml and run `make deploy`."
    return State.OK, f"The account is watched by {len(found)} budget{'s' if len(found) > 1 else ''}."
