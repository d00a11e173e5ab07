"""Analysis: bedtimes away from the usual ones.

Method: bedtimes 1.5 hours and 1.5 spreads earlier or later than the person's own middle of the 56 days before, on 4 of
the last 7 nights, by the clock of the place (streak.py). "Not enough data" below 14 nights.
"""

from collections.abc import Iterable

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import BEDTIME
from oura_lake.analyses.streak import Rule, judged

KIND = "irregular_nights"
METHOD_VERSION = "irregular_nights-1"
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(BEDTIME,),
    spreads=1.5,
    least={BEDTIME.column: 1.5},
    days=4,
    of=7,
)


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each night with a bedtime, oldest first."""
    return judged(days, RULE)


ANALYSIS = Analysis(
    name=KIND,
    question="Have bedtimes slipped from what is usual?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=False,
    analyse=analyse,
)
