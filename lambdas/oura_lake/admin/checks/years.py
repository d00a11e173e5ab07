"""Check of the years at which Athena looks."""

from datetime import date

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.lake_years import MEND, last_deployed, unseen, years_in
from oura_lake.contract import Output


def projected(account: Account, today: date) -> Finding:
    """Check that Athena looks at every year that the lake holds, and at the next one."""
    if Output.PROJECTED_YEARS not in account.outputs:
        return State.SKIPPED, f"The stack does not say at which years Athena looks; {MEND}."
    found = years_in(account.outputs[Output.BUCKET], account.client("s3"))
    if missed := unseen(found, account.outputs):
        return State.WARNING, f"Athena does not look at {_named(missed)}, which the lake holds; {MEND}."
    first, last = last_deployed(account.outputs)
    if today.year >= last:
        return State.WARNING, f"Athena looks at no year after {last}; {MEND} before that year ends."
    return State.OK, f"Athena looks at {first} to {last}, in which all data lies."


def _named(years: list[int]) -> str:
    return ", ".join(map(str, years))
