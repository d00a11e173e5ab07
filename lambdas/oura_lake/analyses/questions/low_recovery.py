"""Analysis: heart rate variability low for days, so that rest seems not to restore.

Method: ln rMSSD at least 1.25 spreads and 8 % below the person's own middle on 4 of the last 5 nights (streak.py). The
analysis does not know the cause, and a single night never suffices. "Not enough data" below 14 nights.
"""

from collections.abc import Iterable
from math import log

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import HRV
from oura_lake.analyses.streak import Rule, judged

KIND = "low_recovery"
METHOD_VERSION = "low_recovery-1"
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(HRV,),
    spreads=1.25,
    least={HRV.column: -log(0.92)},
    days=4,
    of=5,
)


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each night with an HRV, oldest first."""
    return judged(days, RULE)


ANALYSIS = Analysis(
    name=KIND,
    question="Has the heart rate variability of the nights been low for days?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=False,
    analyse=analyse,
)
