"""Analysis: bedtimes away from the usual ones.

Method: to bed 1.5 hours and 1.5 spreads earlier or later than the person's own middle of the 56 days before, on 4 of
the last 7 nights, on the clock of where they are (streak.py). "Not enough data" below 14 nights.
"""

from collections.abc import Iterable

from oura_lake.analyses.baseline import MIN_NIGHTS
from oura_lake.analyses.model import Analysis, Finding, PersonDay
from oura_lake.analyses.signals import Signal
from oura_lake.analyses.streak import Rule, judged

KIND = "irregular_nights"
METHOD_VERSION = "irregular_nights-1"
NOON_H = 12.0


def _bedtime(day: PersonDay) -> float | None:
    """Hours after noon, so that a night has no midnight in it."""
    begin = day.bedtime_start_local
    return None if begin is None else (begin.hour + begin.minute / 60 - NOON_H) % 24


def _clock(hours: float) -> float:
    """The hour of the clock: 25.5 is half past one."""
    return (hours + NOON_H) % 24


BEDTIME = Signal(name="bedtime_h", read=_bedtime, show=_clock, sign=0, floor=0.25, most=5.0)
RULE = Rule(
    kind=KIND,
    version=METHOD_VERSION,
    signals=(BEDTIME,),
    spreads=1.5,
    least={"bedtime_h": 1.5},
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
