"""Streak rule of all slow kinds: most of the last days are unusual.

Each value is compared with the person's own middle and spread of the 56 days before (without the judged day, at least
14 values). A day is unusual beyond both a number of spreads and a least change in plain units, so that a small change
counts neither after a quiet month nor after a wild one. An alert day is unusual itself, and so were enough of the last
days. A day without a measurement is not unusual.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oura_lake.analyses.baseline import Trailing, Usual
from oura_lake.analyses.confounders import confounders
from oura_lake.analyses.model import MINOR, NONE, NOT_ENOUGH_DATA, OK, Driver, Finding, PersonDay
from oura_lake.analyses.signal_description import SignalDescription, value_of
from oura_lake.analyses.usual_range import driver_of


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Rule of a slow kind: its signals, any of which counts, and the change from which on a day is unusual.

    `spreads` and `least` (plain units of the signal's scale) are that change; `days` of the last `of` days must be
    unusual. A signal with direction 0 is unusual to either side.
    """

    kind: str
    version: str
    signals: tuple[SignalDescription, ...]
    spreads: float
    least: Mapping[str, float]
    days: int
    of: int

    def is_unusual(self, signal: SignalDescription, value: float, usual: Usual) -> bool:
        """Return whether a value differs enough, on the side that counts."""
        change = value - usual.middle
        towards = abs(change) if signal.direction == 0 else signal.direction * change
        return towards >= self.spreads * usual.spread and towards >= self.least.get(signal.column, 0.0)


def judged(days: Iterable[PersonDay], rule: Rule) -> list[Finding]:
    """Judge each day on which one of the rule's signals was measured, oldest first."""
    by_day = {d.day: d for d in days}
    trailing = {s.column: Trailing(s.floor) for s in rule.signals}
    unusual: dict[str, set[date]] = {s.column: set() for s in rule.signals}
    findings = []
    for day in sorted(by_day):
        drivers, counts, n_known = [], [0], [0]
        for signal in rule.signals:
            value = value_of(signal, by_day, day)
            if value is None:
                continue
            usual = trailing[signal.column].usual(day)
            n_known.append(trailing[signal.column].n_nights(day))
            trailing[signal.column].add(day, value)
            if usual is None:
                continue
            drivers.append(driver_of(signal, value, usual))
            if rule.is_unusual(signal, value, usual):
                unusual[signal.column].add(day)
                counts.append(_count(unusual[signal.column], day, rule.of))
        if len(n_known) > 1:
            findings.append(_finding(day, rule, drivers, max(counts), max(n_known), by_day))
    return findings


def _count(unusual: set[date], day: date, of: int) -> int:
    return sum(day - timedelta(days=n) in unusual for n in range(of))


def _finding(
    day: date, rule: Rule, drivers: Sequence[Driver], count: int, n_known: int, days: Mapping[date, PersonDay]
) -> Finding:
    ranked = tuple(sorted(drivers, key=lambda d: -abs(d.z)))
    return Finding(
        day=day,
        kind=rule.kind,
        status=OK if drivers else NOT_ENOUGH_DATA,
        level=MINOR if count >= rule.days else NONE,
        score=round(count / rule.of, 4) if drivers else None,
        deviation=max((abs(d.z) for d in drivers), default=None),
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=n_known,
        coverage=round(len(drivers) / len(rule.signals), 2),
        drivers=ranked,
        confounders=confounders(day, days),
        method_version=rule.version,
    )
