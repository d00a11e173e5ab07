"""Track record of a rule over a history: alerts a month, quiet time, hits.

A hit is an alert within three days of a known onset. Chance is the share of healthy days with an alert in the same
window; a healthy day lies more than 21 days before and 28 days after any onset. Lift is hits minus chance: over a wide
window most "sensitivity" is chance (detection.py of the benchmarks uses the same rules).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from oura_lake.alerts.episodes import episodes
from oura_lake.analyses.model import OK, Finding

MONTH_DAYS = 30.0
REACH_DAYS = 3
BEFORE_DAYS, AFTER_DAYS = 21, 28
SAME_ILLNESS_DAYS = 7  # days of rest mode this close are one illness
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Record:
    """Counts of one kind over the judged days; rates are per 30 judged days."""

    kind: str
    n_judged: int
    n_events: int
    n_alert_days: int
    longest_quiet_days: int

    @property
    def events_a_month(self) -> float:
        """Episodes in 30 judged days."""
        return self.n_events / self.n_judged * MONTH_DAYS if self.n_judged else 0.0

    @property
    def alert_days_a_month(self) -> float:
        """Alert days in 30 judged days."""
        return self.n_alert_days / self.n_judged * MONTH_DAYS if self.n_judged else 0.0


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Number of judged onsets, number of hits, and the share of healthy days that would be hits too."""

    n_onsets: int
    n_hit: int
    chance: float | None

    @property
    def lift(self) -> float | None:
        """Share of hits minus chance; None without onsets or healthy days."""
        return None if self.chance is None or not self.n_onsets else self.n_hit / self.n_onsets - self.chance


def record_of(kind: str, findings: Sequence[Finding]) -> Record:
    """Record of a kind by its findings."""
    judged = [f.day for f in findings if f.status == OK]
    alerts = [f.day for f in findings if f.is_alert]
    return Record(
        kind=kind,
        n_judged=len(judged),
        n_events=len(episodes(findings)),
        n_alert_days=len(alerts),
        longest_quiet_days=_longest_quiet(judged, alerts),
    )


def hits_of(findings: Sequence[Finding], ill_days: Iterable[date]) -> Hits | None:
    """Hits among the onsets of the known ill days; None without a known onset."""
    onsets = onsets_of(ill_days)
    if not onsets:
        return None
    alerts = {f.day for f in findings if f.is_alert}
    judged = {f.day for f in findings if f.status == OK}
    seen = [onset for onset in onsets if _is_hit(onset, judged)]
    healthy = [d for d in judged if all(not -BEFORE_DAYS <= (d - onset).days <= AFTER_DAYS for onset in onsets)]
    chance = sum(_is_hit(d, alerts) for d in healthy) / len(healthy) if healthy else None
    return Hits(n_onsets=len(seen), n_hit=sum(_is_hit(onset, alerts) for onset in seen), chance=chance)


def onsets_of(ill_days: Iterable[date]) -> list[date]:
    """First day of each illness."""
    onsets: list[date] = []
    last: date | None = None
    for day in sorted(set(ill_days)):
        if last is None or (day - last).days > SAME_ILLNESS_DAYS:
            onsets.append(day)
        last = day
    return onsets


def _is_hit(day: date, alerts: Collection[date]) -> bool:
    return any(day + n * DAY in alerts for n in range(-REACH_DAYS, REACH_DAYS + 1))


def _longest_quiet(judged: Sequence[date], alerts: Sequence[date]) -> int:
    if not judged:
        return 0
    edges = [judged[0] - DAY, *alerts, judged[-1] + DAY]
    return max((b - a).days - 1 for a, b in pairwise(edges))
