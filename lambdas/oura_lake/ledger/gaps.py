"""Gaps: one state per collection and day, from evidence of the ring and the requests.

The first state that applies counts:

1. Oura refused the last request for the day: scope, membership, error.
2. No run requested the day (an error, if Oura rejects the token).
3. The lake has no later record of the ring, or the day is not over: the battery, else the sync.
4. The battery was flat. 5. The ring was not worn. 6. Oura recorded nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from oura_lake.ledger.request_log import ANSWERED, API_ERROR, MEMBERSHIP_LAPSED, SCOPE_NOT_GRANTED, RequestLog
from oura_lake.sources.model import Endpoint

NOT_WORN = "not_worn"
RING_FLAT = "ring_flat"
NOT_SYNCED_YET = "not_synced_yet"
NOT_REQUESTED = "not_asked"
NOTHING_RECORDED = "nothing_recorded"
WORDS = {
    NOT_WORN: "not worn",
    RING_FLAT: "ring flat",
    NOT_SYNCED_YET: "not synced yet",
    SCOPE_NOT_GRANTED: "scope not granted",
    MEMBERSHIP_LAPSED: "membership lapsed",
    API_ERROR: "API error",
    NOT_REQUESTED: "not asked for",
    NOTHING_RECORDED: "nothing recorded by Oura",
}
OF_THE_RING = (NOT_WORN, RING_FLAT, NOTHING_RECORDED)  # normal on any day for a collection that is not daily
NIGHTLY = ("sleep", "daily_sleep", "daily_readiness", "daily_spo2", "sleep_time")
SERIES = ("heartrate", "ring_battery_level")
FLAT_PCT = 5  # Oura warns long before; with so little the ring measures no whole night
UNWORN_DAY_S = 12 * 3600
UNWORN_NIGHT_S = 5 * 3600  # of the ten hours to 08:00: Oura makes no night of the rest
FEW_HEARTBEATS = 0.25  # share of the person's usual count: fewer mean a charger or a drawer
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Evidence of one day about the ring; None where nothing is known."""

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
        """Gap as a document of the table `gaps`."""
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
        """Number of days, both ends included."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, kw_only=True)
class Known:
    """Records and requests of one person by collection, and traces of the ring by day."""

    today: date
    records: Mapping[str, frozenset[date]]
    requests: Mapping[str, RequestLog]
    traces: Mapping[date, Trace]
    rejected_since: date | None = None

    @property
    def first_day(self) -> date | None:
        """First day of any document, else the first requested day: before it there was no ring.

        Rows of a time series have no day of their own; by UTC days they may begin a day earlier.
        """
        of_documents = [min(days) for name, days in self.records.items() if days and name not in SERIES]
        of_rows = [min(days) for name, days in self.records.items() if days and name in SERIES]
        requested = [log.first_day for log in self.requests.values() if log.first_day]
        return min(of_documents or of_rows or requested, default=None)

    @property
    def newest_day(self) -> date | None:
        """Newest local day, up to today, of a document or a heartbeat; None for an empty lake."""
        documents = (day for name, days in self.records.items() if name not in SERIES for day in days)
        beats = (day for day, trace in self.traces.items() if trace.n_heartbeats)
        return max((day for day in (*documents, *beats) if day <= self.today), default=None)


def find_gaps(known: Known, endpoints: tuple[Endpoint, ...]) -> Iterator[Gap]:
    """Find every day up to today without a record and its reason; collections never requested have none."""
    if (first := known.first_day) is None:
        return
    judge = _Judge(known, endpoints)
    for endpoint in endpoints:
        days = known.records.get(endpoint.name, frozenset())
        if not (endpoint.day or endpoint.is_series) or not (days or endpoint.name in known.requests):
            continue
        for n in range((known.today - first).days + 1):
            if (day := first + n * DAY) not in days:
                gap = judge.gap(endpoint, day)
                if endpoint.is_daily or gap.state not in OF_THE_RING:
                    yield gap


def missing(gaps: Sequence[Gap]) -> list[Missing]:
    """Join gaps of one reason on days in a row, of any collections; the newest first."""
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
    """Judges the days of one person; facts of all collections are computed once."""

    def __init__(self, known: Known, endpoints: tuple[Endpoint, ...]) -> None:
        self._known = known
        daily = {e.name: known.records.get(e.name, frozenset()) for e in endpoints if e.is_daily}
        self._newest = replace(known, records=daily).newest_day  # a tag is no evidence of the ring
        beats = {day: trace.n_heartbeats for day, trace in known.traces.items() if trace.n_heartbeats}
        self._beats = (min(beats), max(beats)) if beats else None
        self._few_beats = FEW_HEARTBEATS * median(beats.values()) if beats else 0.0
        self._read_days = sorted(day for day, trace in known.traces.items() if trace.last_battery_pct is not None)

    def gap(self, endpoint: Endpoint, day: date) -> Gap:
        state, evidence = self._of_requests(endpoint, day) or self._of_the_ring(endpoint, day)
        return Gap(collection=endpoint.name, day=day, state=state, evidence=evidence)

    def _of_requests(self, endpoint: Endpoint, day: date) -> tuple[str, str] | None:
        log = self._known.requests.get(endpoint.name, RequestLog())
        answer = log.on(day) or (ANSWERED if self._is_older_than_log(endpoint, log, day) else None)
        match answer:
            case None if self._known.rejected_since and day >= self._known.rejected_since:
                return API_ERROR, f"Oura has rejected the token since {self._known.rejected_since}."
            case None:
                return NOT_REQUESTED, "Nobody asked Oura for this day."
            case "scope_not_granted":
                return SCOPE_NOT_GRANTED, f"The scope '{endpoint.scope}' was not granted when the day was asked for."
            case "membership_lapsed":
                return MEMBERSHIP_LAPSED, "Oura did not share it (403): no membership, or not shared in the app."
            case "api_error":
                return API_ERROR, "Oura answered with an error when the day was last asked for."
        return None

    def _is_older_than_log(self, endpoint: Endpoint, log: RequestLog, day: date) -> bool:
        """Whether a version without a request log stored the day: from the first record to the first logged day."""
        stored = self._known.records.get(endpoint.name, frozenset())
        return bool(stored) and min(stored) <= day < (log.first_day or self._known.today)

    def _of_the_ring(self, endpoint: Endpoint, day: date) -> tuple[str, str]:
        known, trace = self._known, self._known.traces.get(day, Trace())
        if day >= known.today:
            return NOT_SYNCED_YET, "The day is not over."
        if self._was_flat(day):
            return RING_FLAT, "The battery was nearly empty when it was last read."
        if self._newest is None or day >= self._newest:  # the newest day may be synced in part
            return NOT_SYNCED_YET, "No record of the ring after this day has come."
        if endpoint.name in NIGHTLY and (trace.night_non_wear_s or 0) >= UNWORN_NIGHT_S:
            return NOT_WORN, "Oura counts most of the night as not worn."
        if (trace.non_wear_s or 0) >= UNWORN_DAY_S:
            return NOT_WORN, "Oura counts most of the day as not worn."
        if self._has_few_heartbeats(day):
            return NOT_WORN, "There is hardly any heart rate on this day."
        return NOTHING_RECORDED, "The ring was synced later, and Oura has nothing of this day."

    def _was_flat(self, day: date) -> bool:
        """Whether the battery was empty on the day, or at its last reading before."""
        n_before = bisect_right(self._read_days, day)
        if not n_before:
            return False
        read = self._read_days[n_before - 1]
        trace = self._known.traces[read]
        level = trace.lowest_battery_pct if read == day else trace.last_battery_pct
        return level is not None and level <= FLAT_PCT

    def _has_few_heartbeats(self, day: date) -> bool:
        """Whether the day lacks heart rate, which all worn hours have, while earlier and later days have it."""
        if self._beats is None or not self._beats[0] < day < self._beats[1]:
            return False
        trace = self._known.traces.get(day, Trace())
        return (trace.n_heartbeats or 0) < self._few_beats
