"""Gaps: one state per collection and day, from evidence of the ring and the requests.

The first that holds counts:

1. Oura refused the day when it was last asked for: scope, membership, error.
2. Nobody asked for the day (since Oura rejects the token: an error).
3. No record of the ring after the day has come, or it is not over: the battery, else the sync.
4. The battery was flat. 5. The ring was not worn. 6. Oura recorded nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from oura_lake.ledger.request_log import ANSWERED, API_ERROR, MEMBERSHIP_LAPSED, SCOPE_NOT_GRANTED, Asked
from oura_lake.sources.model import Endpoint

STORED = "stored"
NOT_WORN = "not_worn"
RING_FLAT = "ring_flat"
NOT_SYNCED_YET = "not_synced_yet"
NOT_ASKED = "not_asked"
NOTHING_RECORDED = "nothing_recorded"
NOT_JUDGED_YET = "not_judged_yet"  # said by the view `gap_days` alone, of what came or went since the last round
WORDS = {
    NOT_WORN: "not worn",
    RING_FLAT: "ring flat",
    NOT_SYNCED_YET: "not synced yet",
    SCOPE_NOT_GRANTED: "scope not granted",
    MEMBERSHIP_LAPSED: "membership lapsed",
    API_ERROR: "API error",
    NOT_ASKED: "not asked for",
    NOTHING_RECORDED: "nothing recorded by Oura",
}
OF_THE_RING = (NOT_WORN, RING_FLAT, NOTHING_RECORDED)  # normal on any day for what is not daily
NIGHTLY = ("sleep", "daily_sleep", "daily_readiness", "daily_spo2", "sleep_time")
SERIES = ("heartrate", "ring_battery_level")
FLAT_PCT = 5  # Oura warns long before; at this the ring measures no night any more
UNWORN_DAY_S = 12 * 3600
UNWORN_NIGHT_S = 5 * 3600  # of the ten hours to 08:00: what is left is no night to Oura
FEW_HEARTBEATS = 0.25  # of what the person's days usually have: the rest of a day on the charger or in a drawer
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What a day says of the ring; None where nothing is known."""

    non_wear_s: int | None = None
    night_non_wear_s: int | None = None
    lowest_battery_pct: int | None = None
    last_battery_pct: int | None = None
    n_heartbeats: int | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A day of a collection without a record, and why."""

    collection: str
    day: date
    state: str
    evidence: str

    def document(self) -> dict[str, Any]:
        """The gap as a document of the table `gaps`."""
        return {"id": f"{self.collection}-{self.day}", **vars(self), "day": self.day.isoformat()}


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Days in a row that lack records of some collections for one reason."""

    state: str
    first_day: date
    last_day: date
    collections: tuple[str, ...]

    @property
    def n_days(self) -> int:
        """How many days."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that is known of one person: the days with records and what was asked, by collection; the ring by day."""

    today: date
    records: Mapping[str, frozenset[date]]
    asked: Mapping[str, Asked]
    traces: Mapping[date, Trace]
    rejected_since: date | None = None

    @property
    def first_day(self) -> date | None:
        """The first day of any document, else the first that was asked for: before it there was no ring.

        Rows of a time series have no day of their own; by UTC days they may begin a day earlier.
        """
        of_documents = [min(days) for name, days in self.records.items() if days and name not in SERIES]
        of_rows = [min(days) for name, days in self.records.items() if days and name in SERIES]
        asked = [asked.first_day for asked in self.asked.values() if asked.first_day]
        return min(of_documents or of_rows or asked, default=None)

    @property
    def newest_day(self) -> date | None:
        """The newest local day, up to today, of a document or a heartbeat; None for an empty lake."""
        documents = (day for name, days in self.records.items() if name not in SERIES for day in days)
        beats = (day for day, trace in self.traces.items() if trace.n_heartbeats)
        return max((day for day in (*documents, *beats) if day <= self.today), default=None)


def find_gaps(known: Known, endpoints: tuple[Endpoint, ...]) -> Iterator[Gap]:
    """Every day without a record up to today that needs a word; collections never asked for have none."""
    if (first := known.first_day) is None:
        return
    judge = _Judge(known, endpoints)
    for endpoint in endpoints:
        days = known.records.get(endpoint.name, frozenset())
        if not (endpoint.day or endpoint.is_series) or not (days or endpoint.name in known.asked):
            continue
        for n in range((known.today - first).days + 1):
            if (day := first + n * DAY) not in days:
                gap = judge.gap(endpoint, day)
                if endpoint.is_daily or gap.state not in OF_THE_RING:
                    yield gap


def missing(gaps: Sequence[Gap]) -> list[Missing]:
    """Gaps of one reason on days in a row, whichever collections they are of; the newest first."""
    collections: dict[tuple[str, date], set[str]] = {}
    for gap in gaps:
        collections.setdefault((gap.state, gap.day), set()).add(gap.collection)
    runs: list[Missing] = []
    for (state, day), names in sorted(collections.items()):
        first = day
        if runs and runs[-1].state == state and runs[-1].last_day + DAY == day:
            before = runs.pop()
            first, names = before.first_day, names | set(before.collections)
        runs.append(Missing(state=state, first_day=first, last_day=day, collections=tuple(sorted(names))))
    return sorted(runs, key=lambda run: run.last_day, reverse=True)


class _Judge:
    """Judges the days of one person; what holds for every collection is worked out once."""

    def __init__(self, known: Known, endpoints: tuple[Endpoint, ...]) -> None:
        self._known = known
        daily = {e.name: known.records.get(e.name, frozenset()) for e in endpoints if e.is_daily}
        self._newest = replace(known, records=daily).newest_day  # a tag is no sign of the ring
        beats = {day: trace.n_heartbeats for day, trace in known.traces.items() if trace.n_heartbeats}
        self._beats = (min(beats), max(beats)) if beats else None
        self._few_beats = FEW_HEARTBEATS * median(beats.values()) if beats else 0.0
        self._read_days = sorted(day for day, trace in known.traces.items() if trace.last_battery_pct is not None)

    def gap(self, endpoint: Endpoint, day: date) -> Gap:
        state, evidence = self._of_asking(endpoint, day) or self._of_the_ring(endpoint, day)
        return Gap(collection=endpoint.name, day=day, state=state, evidence=evidence)

    def _of_asking(self, endpoint: Endpoint, day: date) -> tuple[str, str] | None:
        asked = self._known.asked.get(endpoint.name, Asked())
        answer = asked.on(day) or (ANSWERED if self._was_asked_before_notes(endpoint, asked, day) else None)
        match answer:
            case None if self._known.rejected_since and day >= self._known.rejected_since:
                return API_ERROR, f"Oura has rejected the token since {self._known.rejected_since}."
            case None:
                return NOT_ASKED, "Nobody asked Oura for this day."
            case "scope_not_granted":
                return SCOPE_NOT_GRANTED, f"The scope '{endpoint.scope}' was not granted when the day was asked for."
            case "membership_lapsed":
                return MEMBERSHIP_LAPSED, "Oura did not share it (403): no membership, or not shared in the app."
            case "api_error":
                return API_ERROR, "Oura answered with an error when the day was last asked for."
        return None

    def _was_asked_before_notes(self, endpoint: Endpoint, asked: Asked, day: date) -> bool:
        """Days that a version stored which took no notes: from the first record to the first day noted."""
        stored = self._known.records.get(endpoint.name, frozenset())
        return bool(stored) and min(stored) <= day < (asked.first_day or self._known.today)

    def _of_the_ring(self, endpoint: Endpoint, day: date) -> tuple[str, str]:
        known, trace = self._known, self._known.traces.get(day, Trace())
        if day >= known.today:
            return NOT_SYNCED_YET, "The day is not over."
        if self._was_flat(day):
            return RING_FLAT, "The battery was nearly empty when it was last read."
        if self._newest is None or day >= self._newest:  # of its newest day a part may have been synced
            return NOT_SYNCED_YET, "No record of the ring after this day has come."
        if endpoint.name in NIGHTLY and (trace.night_non_wear_s or 0) >= UNWORN_NIGHT_S:
            return NOT_WORN, "Oura counts most of the night as not worn."
        if (trace.non_wear_s or 0) >= UNWORN_DAY_S:
            return NOT_WORN, "Oura counts most of the day as not worn."
        if self._has_few_heartbeats(day):
            return NOT_WORN, "There is hardly any heart rate on this day."
        return NOTHING_RECORDED, "The ring was synced later, and Oura has nothing of this day."

    def _was_flat(self, day: date) -> bool:
        """Whether the battery was read as empty on the day, or at its last reading before."""
        n_before = bisect_right(self._read_days, day)
        if not n_before:
            return False
        read = self._read_days[n_before - 1]
        trace = self._known.traces[read]
        level = trace.lowest_battery_pct if read == day else trace.last_battery_pct
        return level is not None and level <= FLAT_PCT

    def _has_few_heartbeats(self, day: date) -> bool:
        """Whether heart rate, which comes in all worn hours, lacks on the day but not before and after it."""
        if self._beats is None or not self._beats[0] < day < self._beats[1]:
            return False
        trace = self._known.traces.get(day, Trace())
        return (trace.n_heartbeats or 0) < self._few_beats
