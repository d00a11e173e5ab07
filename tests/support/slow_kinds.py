"""Days of steady signals, but for some, for the slower kinds of alert; and the results of a kind over them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.model import Message
from oura_lake.analyses.model import QUESTIONS, Analysis, Finding, PersonDay
from oura_lake.registry import plugins

from support.illness_days import FIRST, a_driver, a_finding, calm_days

N = 100
STEADY = {"readiness_score": 80.0, "met_min": 300.0, "stress_high_min": 60.0, "last_battery_pct": 70.0}
DAY = timedelta(days=1)


def steady_days(bad: Collection[int] = (), **fields: Any) -> list[PersonDay]:
    """Make a hundred calm days; those of `bad` differ in these fields."""
    return [replace(d, **(STEADY | (fields if n in bad else {}))) for n, d in enumerate(calm_days(N))]


def analyses_of(kind: str, history: list[PersonDay]) -> list[Finding]:
    """Judge the days by a kind."""
    return plugins(QUESTIONS, Analysis)[kind].analyse(history)


def alert_days(kind: str, history: list[PersonDay]) -> list[int]:
    """Days, counted from the first, on which a kind raises an alert."""
    return [(f.day - FIRST).days for f in analyses_of(kind, history) if f.is_alert]


def kind_of_alert(kind: str) -> AlertKind:
    """Kind of alert by its name."""
    return plugins(ALERT_KINDS, AlertKind)[kind]


def an_illness(day: date, **spreads: float) -> Finding:
    """Make the illness warning's finding of a day on which these signals lie so many spreads off."""
    return a_finding(day, "minor", drivers=tuple(a_driver(signal, z=z) for signal, z in spreads.items()))


def last_message(kind: str, history: list[PersonDay], numbers: bool = False) -> Message:
    """Message about a kind's last episode."""
    findings = analyses_of(kind, history)
    alert = kind_of_alert(kind)
    return alert.message(alert.evaluate(findings)[-1], findings, numbers)


def days_silenced(kind: str, history: list[PersonDay], ill: Finding) -> list[int]:
    """Days from an illness on, counted from its first, on which it silences an alert of a kind."""
    findings = analyses_of(kind, history)
    delivered = {f.day for f in kind_of_alert(kind).unexplained(findings, [ill]) if f.is_alert}
    return [(f.day - ill.day) // DAY for f in findings if f.is_alert and f.day not in delivered]
