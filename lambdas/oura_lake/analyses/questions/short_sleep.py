"""Analysis: a sleep debt over the last week.

Method: the mean of the last 7 nights (5 at least), naps included, an hour and one spread of such means below the
person's own middle of the 56 days before: some 7 hours less than usual in a week. The comparison is with the person's
own usual sleep, since nobody measures a person's need. "Not enough data" below 14 such means.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import SLEEP
from oura_lake.analyses.streak import Rule, judged

KIND = "short_sleep"
METHOD_VERSION = "short_sleep-1"
WEEK, LEAST_NIGHTS = 7, 5
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(SLEEP,),
    spreads=1.0,
    least={SLEEP.column: 1.0},
    days=1,
    of=1,
)


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each morning with enough nights behind it, oldest first."""
    return judged(_weekly({d.day: d for d in days}), RULE)


def _weekly(days: Mapping[date, PersonDay]) -> Iterator[PersonDay]:
    """Days whose sleep is the mean of the week that ends on the day."""
    for day, row in days.items():
        week = (days.get(day - timedelta(days=n)) for n in range(WEEK))
        nights = [d.sleep_h for d in week if d is not None and d.sleep_h]
        mean = sum(nights) / len(nights) if len(nights) >= LEAST_NIGHTS and row.sleep_h else None
        yield replace(row, sleep_h=mean)


ANALYSIS = Analysis(
    name=KIND,
    question="Has a debt of sleep grown over the last week?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=False,
    analyse=analyse,
)
