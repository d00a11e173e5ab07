"""Analysis: several days of more strain than usual by day.

Method: the minutes that Oura counts as high stress (heart rate, HRV and temperature while at rest and awake), 2
spreads and 60 minutes above the person's own middle on 3 of the last 4 days that are over (streak.py). It is a
measure of the body: it does not know whether anybody felt stressed, and studies find next to no relation.
"""

from collections.abc import Iterable

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import Signal, plain
from oura_lake.analyses.streak import Rule, judged

KIND = "day_strain"
METHOD_VERSION = "day_strain-1"
MINUTES = Signal(
    name="stress_high_min",
    read=plain("stress_high_min"),
    show=float,
    sign=1,
    floor=15.0,
    most=5.0,
    lag_days=1,
    least=0.0,
)
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(MINUTES,),
    spreads=2.0,
    least={"stress_high_min": 60.0},
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
