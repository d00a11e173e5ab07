"""Check of the budget alarm."""

from botocore.exceptions import ClientError

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.aws.refusals import is_denied

HIDDEN = (
    "You may not see the billing, so nobody checked whether a budget warns you; the root user opens it to IAM users in "
    "the account's settings, and then you need the permission budgets:ViewBudget."
)


def budget(account: Account) -> Finding:
    """Check that there is a budget that warns."""
    if account.is_emulator:
        return State.SKIPPED, "Not checked here: the emulator has no budgets."
    owner = account.client("sts").get_caller_identity()["Account"]
    try:
        found = account.client("budgets").describe_budgets(AccountId=owner).get("Budgets", [])
    except ClientError as error:
        if not is_denied(error):
            raise
        return State.WARNING, HIDDEN
    if not found:
        return State.WARNING, (
            "No budget warns you; set budget_email in config.toml and run `make deploy`; wait a day if AWS refused one."
        )
    return State.OK, f"The account is watched by {len(found)} budget{'s' if len(found) > 1 else ''}."
