"""Data readiness: the day since which a kind can judge, and the data that it still lacks.

Readiness follows from the findings. A kind is silent while the newest finding lacks data. It watches since the first
finding from which on all had enough nights. A signal of the illness warning waits while it is measured but not judged;
the days give the reason. The end of a silence is a guess: the lacking nights, at the pace of the last two weeks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from oura_lake.analyses.baseline import LONG_GAP_DAYS, MIN_NIGHTS, WINDOW_DAYS
from oura_lake.analyses.measurement_breaks import Breaks
from oura_lake.analyses.model import OK, Analysis, Finding, PersonDay
from oura_lake.analyses.signal_description import SignalDescription, value_of
from oura_lake.analyses.signals import OF_ILLNESS

RING, ALGORITHM, GAP = "ring", "algorithm", "gap"
PACE_DAYS = 14
DAY = timedelta(days=1)
Days = Mapping[date, PersonDay]


@dataclass(frozen=True, kw_only=True)
class Break:
    """Day from which on the baseline of a signal starts again, and the reason."""

    reason: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Number of nights before the newest one, and the number needed, of the kind or of one `signal`.

    `until` is about the day of the next judgement; None where there are no recent nights.
    """

    n_nights: int
    n_needed: int
    signal: str = ""
    broken: Break | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Readiness of one kind: the day since which it watches (None: it is silent), its newest day, and its waits."""

    kind: str
    watches_since: date | None
    last_day: date | None
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Course:
    """Course of one kind's findings, as far as its readiness depends on it.

    `n_nights` and `signals` are those of the newest finding. `since` is the first day from which on all findings had
    enough nights; None where the newest one lacks them. `recent` are the days of the last findings, oldest first.
    """

    first_day: date
    last_day: date
    since: date | None
    n_nights: int
    signals: tuple[str, ...]
    recent: tuple[date, ...]


def course_of(analysis: Analysis, findings: Sequence[Finding]) -> Course | None:
    """Course of the findings of an analysis; None without any."""
    if not findings:
        return None
    last, needs = findings[-1], analysis.needs_nights
    lacking = [n for n, f in enumerate(findings) if f.status != OK and f.n_baseline_nights < needs]
    return Course(
        first_day=findings[0].day,
        last_day=last.day,
        since=findings[lacking[-1] + 1 if lacking else 0].day if last.status == OK else None,
        n_nights=last.n_baseline_nights,
        signals=tuple(driver.signal for driver in last.drivers),
        recent=tuple(f.day for f in findings[-2 * PACE_DAYS :]),
    )


def readiness_of(analysis: Analysis, findings: Sequence[Finding], days: Sequence[PersonDay], today: date) -> Readiness:
    """Readiness of a kind today, by the findings of its analysis."""
    return readiness(analysis, course_of(analysis, findings), days, today)


def readiness(analysis: Analysis, last: Course | None, days: Sequence[PersonDay], today: date) -> Readiness:
    """Readiness of a kind today, by the course of its findings."""
    kind, needs = analysis.name, analysis.needs_nights
    if last is None or (needs and (today - last.last_day).days > LONG_GAP_DAYS):
        return Readiness(
            kind=kind,
            watches_since=None,
            last_day=last.last_day if last else None,
            waits=(Wait(n_nights=0, n_needed=needs),),
        )
    by_day = {d.day: d for d in days}
    breaks = _breaks(by_day) if analysis.starts_again else {}
    if last.since is None:
        latest = max(breaks.values(), key=lambda b: b.day, default=None)
        until = _until(needs - last.n_nights, last.first_day, last.recent, today)
        wait = Wait(n_nights=last.n_nights, n_needed=needs, broken=latest, until=until)
        return Readiness(kind=kind, watches_since=None, last_day=last.last_day, waits=(wait,))
    waits = tuple(_waits(last, by_day, breaks, today)) if analysis.starts_again else ()
    return Readiness(kind=kind, watches_since=last.since, last_day=last.last_day, waits=waits)


def _breaks(days: Days) -> dict[str, Break]:
    """Last break of each signal that had one."""
    found, last, breaks = dict[str, Break](), dict[str, date](), Breaks()
    for day in sorted(days):
        broken = breaks.broken_by(days[day], OF_ILLNESS)
        reason = ALGORITHM if all(s.is_of_sleep for s in broken) else RING
        found |= {s.column: Break(reason=reason, day=day) for s in broken}
        for name in (s.column for s in OF_ILLNESS if value_of(s, days, day) is not None):
            if (day - last.get(name, day)).days > LONG_GAP_DAYS:
                found[name] = Break(reason=GAP, day=day)
            last[name] = day
    return found


def _waits(last: Course, days: Days, breaks: Mapping[str, Break], today: date) -> Iterator[Wait]:
    """Return the waits of the signals that are measured but lack the nights to be judged."""
    for signal in (s for s in OF_ILLNESS if not {s.column, s.unless} & {*last.signals}):
        broken = breaks.get(signal.column)
        first = last.last_day - timedelta(days=WINDOW_DAYS)
        nights = _nights(signal, days, max(first, broken.day) if broken else first)
        n_before = sum(day < last.last_day for day in nights)
        until = _until(MIN_NIGHTS - n_before, nights[0], nights, today) if nights else None
        if until and n_before < MIN_NIGHTS:
            yield Wait(signal=signal.column, n_nights=n_before, n_needed=MIN_NIGHTS, broken=broken, until=until)


def _nights(signal: SignalDescription, days: Days, first: date) -> list[date]:
    return [day for day in sorted(days) if day >= first and value_of(signal, days, day) is not None]


def _until(n_lacking: int, first: date, nights: Sequence[date], today: date) -> date | None:
    """Estimated day on which `n_lacking` more nights exist; None without a recent night.

    `first` is the first of all nights, `nights` has at least those of the last two weeks.
    """
    recent = [day for day in nights if day > today - PACE_DAYS * DAY]
    if not recent:
        return None
    pace = len(recent) / min(PACE_DAYS, (today - first).days + 1)
    return max(nights[-1] + ceil(n_lacking / pace) * DAY, today + DAY)
