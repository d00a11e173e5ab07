"""Checks of the account: who asks, its plan, its Lambda quota, its SMS and its budgets."""

from botocore.exceptions import ClientError

from oura_lake.admin.checks import sms
from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.preflight.settings import Wanted

US_ONLY = "us-east-1"  # the free plan is asked there alone
FREE = "FREE"
UNRESERVED = 100  # Lambda keeps as many places for all functions together
FEW = 10  # a new account's places
NO_NUMBERS: Finding = (State.SKIPPED, "Not asked: config.toml names no number.")
NO_PLAN = "ResourceNotFoundException"
EVERYBODY = "IAM_ALLOWED_PRINCIPALS"
ALONE = "AWSOrganizationsNotInUseException"


def identity(account: Account) -> Finding:
    """Check that AWS knows the credentials, and name account and region."""
    sts = account.client("sts")
    who = sts.get_caller_identity()
    name = who["Arn"].rpartition(":")[2]
    where = f"Account {who['Account']}, region {sts.meta.region_name}, as {name}"
    if name == "root":
        return State.WARNING, f"{where}; the root user may do everything, so sign in as another for daily work."
    return State.OK, f"{where}."


def plan(account: Account) -> Finding:
    """Check that the account is on the paid plan: AWS closes one of the free plan after six months."""
    try:
        found = account.client("freetier", region_name=US_ONLY).get_account_plan_state()
    except ClientError as error:
        if error.response["Error"]["Code"] != NO_PLAN:
            raise
        return State.OK, "The account is older than Amazon's free plan."
    if found.get("accountPlanType") == FREE:
        ends = found.get("accountPlanExpirationDate")
        when = f"on {ends:%Y-%m-%d}" if ends else "after six months"
        return State.WARNING, (
            f"The account is on the free plan, and AWS closes it {when}, or when the credits are used, with the lake "
            "in it; choose the paid plan in the console under Billing, which keeps the credits."
        )
    return State.OK, "The account is on the paid plan."


def functions_at_once(account: Account, found: Wanted) -> Finding:
    """Check that Lambda runs enough functions at once, and can reserve what `webhooks_at_once` asks for."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    total, free = int(limits["ConcurrentExecutions"]), int(limits["UnreservedConcurrentExecutions"])
    ask = "ask for 1,000 in the console under Service Quotas, AWS Lambda, Concurrent executions"
    if found.webhooks_at_once and free - found.webhooks_at_once < UNRESERVED:
        return State.FAILED, (
            f"webhooks_at_once = {found.webhooks_at_once} cannot be reserved: {free} of {total} places are free, and "
            f"Lambda keeps {UNRESERVED}; set it to 0 in config.toml, or {ask}."
        )
    if total <= FEW:
        return State.WARNING, f"The account runs {total} functions at once, enough for a few persons; for more {ask}."
    return State.OK, f"The account runs {total:,} functions at once."


def sms_sandbox(account: Account, found: Wanted) -> Finding:
    """Check that the account may send SMS to the numbers of config.toml."""
    return sms.sandbox(found.numbers, account.client("sns")) if found.numbers else NO_NUMBERS


def sms_limit(account: Account, found: Wanted) -> Finding:
    """Check the account's limit of spending on SMS in a month."""
    return sms.spend_limit(account.client("sns")) if found.numbers else NO_NUMBERS


def sms_sender(account: Account, found: Wanted) -> Finding:
    """Check that a country which wants a registered sender finds one."""
    if not found.numbers:
        return NO_NUMBERS
    return sms.sender_or_warning(found.numbers, account.client("pinpoint-sms-voice-v2"))


def budgets(account: Account, found: Wanted) -> Finding:
    """Check that the account may have a budget: a member of an organisation may only if its payer allows it."""
    if not found.has_budget:
        return State.WARNING, "config.toml wants no budget, so nothing warns you of costs; set budget_email."
    number = account.client("sts").get_caller_identity()["Account"]
    account.client("budgets").describe_budgets(AccountId=number)
    if (payer := _payer(account)) and payer != number:
        return State.WARNING, (
            f"Account {payer} pays for this one; if the deploy says that AWS refused the budget, ask its owner to "
            'enable budgets for members, or set budget_email = "".'
        )
    return State.OK, "The account may have budgets; one less than a day old is sometimes refused."


def lake_formation(account: Account) -> Finding:
    """Check that IAM alone decides on new tables; else Athena refuses them until somebody grants each."""
    found = account.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    for kind in ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"):
        names = [p["Principal"]["DataLakePrincipalIdentifier"] for p in found.get(kind, [])]
        if EVERYBODY not in names:
            return State.WARNING, (
                "Lake Formation gives new databases or tables to nobody, so Athena would refuse the lake's; choose IAM "
                "access control for both in its console, under Data Catalog settings, before the deploy."
            )
    return State.OK, "IAM alone decides on new tables."


def _payer(account: Account) -> str:
    """Account that pays; empty for an account that belongs to no organisation."""
    try:
        found = account.client("organizations").describe_organization()
    except ClientError as error:
        if error.response["Error"]["Code"] == ALONE:
            return ""
        raise
    return str(found["Organization"]["MasterAccountId"])
