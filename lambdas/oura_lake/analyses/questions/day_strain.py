"""Analysis: several days of more strain than usual by day.

Method: the minutes that Oura counts as high stress (heart rate, HRV and temperature while at rest and awake), 2
spreads and 60 minutes above the person's own middle on 3 of the last 4 complete days (streak.py). The minutes measure
the body. They do not show whether a person felt stressed, and studies find almost no relation.
"""

from collections.abc import Iterable

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import HIGH_STRAIN
from oura_lake.analyses.streak import Rule, judged

KIND = "day_strain"
METHOD_VERSION = "day_strain-1"
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(HIGH_STRAIN,),
    spreads=2.0,
    least={HIGH_STRAIN.column: 60.0},
    days=3,
    of=4,
)


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each morning after a day with stress data, oldest first."""
    return judged(days, RULE)


ANALYSIS = Analysis(
    name=KIND,
    question="Was the body under more strain than usual by day, for days?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=False,
    analyse=analyse,
)
