"""Analysis: resting heart rate high, or readiness low, for days.

Method: 1.5 spreads and 2 bpm above, or 1.5 spreads and 8 points below, the person's own middle on 4 of the last 5
days (streak.py). "Not enough data" below 14 days.
"""

from collections.abc import Iterable

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import READINESS, RESTING_HEART_RATE
from oura_lake.analyses.streak import Rule, judged

KIND = "lasting_shift"
METHOD_VERSION = "lasting_shift-1"
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(RESTING_HEART_RATE, READINESS),
    spreads=1.5,
    least={RESTING_HEART_RATE.column: 2.0, READINESS.column: 8.0},
    days=4,
    of=5,
)


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each day with a resting heart rate or a readiness, oldest first."""
    return judged(days, RULE)


ANALYSIS = Analysis(
    name=KIND,
    question="Has the resting heart rate been high, or readiness low, for days?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=False,
    analyse=analyse,
)
