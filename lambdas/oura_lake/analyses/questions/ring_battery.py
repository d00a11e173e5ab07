"""Analysis: a ring battery too low for the coming night.

Method: the newest reading of a local day is 25 % or less; a ring loses about 15 % in a day. Days without a reading
have no finding.
"""

from collections.abc import Iterable

from oura_lake.analyses.model import MINOR, NONE, OK, Analysis, Driver, Finding, PersonDay
from oura_lake.analyses.signals import BATTERY

KIND = "ring_battery"
METHOD_VERSION = "ring_battery-1"
LOW_PCT = 25.0


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each day with a reading, oldest first."""
    in_order = sorted(days, key=lambda d: d.day)
    return [_finding(d, d.last_battery_pct) for d in in_order if d.last_battery_pct is not None]


def _finding(day: PersonDay, pct: float) -> Finding:
    reading = Driver(signal=BATTERY.column, value=pct, baseline=LOW_PCT, low=LOW_PCT, high=100.0, z=0.0)
    return Finding(
        day=day.day,
        kind=KIND,
        status=OK,
        level=MINOR if pct <= LOW_PCT else NONE,
        score=round(1 - pct / 100, 4),
        deviation=None,
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=0,
        coverage=1.0,
        drivers=(reading,),
        confounders=(),
        method_version=METHOD_VERSION,
    )


ANALYSIS = Analysis(
    name=KIND,
    question="Is the ring's battery too low for the coming night?",
    method_version=METHOD_VERSION,
    needs_nights=0,
    starts_again=False,
    analyse=analyse,
)
