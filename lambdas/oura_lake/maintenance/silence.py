"""Silence: all records stopped, or those of some collections, and the likely reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oura_lake.ledger.gaps import NOT_SYNCED_YET, NOTHING_RECORDED, RING_FLAT, Gap, Known
from oura_lake.ledger.request_log import API_ERROR, MEMBERSHIP_LAPSED, SCOPE_NOT_GRANTED
from oura_lake.sources.model import Endpoint

SILENCE = timedelta(hours=48)
FEWEST_DAYS = 3  # a lake with fewer days has not begun yet
STOPPED_DAYS = 4  # days of a ring that is worn and synced, without any record of the collection
REGULAR, OF_DAYS = 10, 14  # a collection with rarer records is irregular, so its silence means nothing
WORTH_TELLING = (SCOPE_NOT_GRANTED, MEMBERSHIP_LAPSED, API_ERROR, NOTHING_RECORDED)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Collections that stopped for one reason, and since when each."""

    reason: str
    since: dict[str, date]


def was_requested_lately(known: Known) -> bool:
    """Return whether today or yesterday was requested; while a backfill runs silence means nothing."""
    last = last_requested(known)
    return last is not None and last >= known.today - DAY


def last_requested(known: Known) -> date | None:
    """Newest requested day, whatever Oura answered; None for a person who never connected."""
    return max((requests.spans[-1].last for requests in known.requests.values() if requests.spans), default=None)


def has_begun(known: Known, daily: Iterable[Endpoint]) -> bool:
    """Return whether there are enough days with records for their absence to mean something."""
    return len(set().union(*(known.records.get(e.name, frozenset()) for e in daily))) >= FEWEST_DAYS


def silent_since(newest: datetime | None, now: datetime) -> datetime | None:
    """Time of the newest record, if it is too long ago; both arguments are UTC without a zone."""
    return newest if newest and now - newest > SILENCE else None


def reason_of_silence(gaps: Sequence[Gap], today: date) -> str:
    """Likeliest reason: the state that most collections have for yesterday."""
    states = Counter(gap.state for gap in gaps if gap.day == today - DAY)
    for state in (MEMBERSHIP_LAPSED, API_ERROR, SCOPE_NOT_GRANTED, RING_FLAT):
        if states[state] * 2 > states.total():
            return state
    return RING_FLAT if states[RING_FLAT] else NOT_SYNCED_YET


def stopped(known: Known, gaps: Sequence[Gap], daily: Sequence[Endpoint]) -> list[Stopped]:
    """Return the regular collections without a record on days on which others have one, by reason."""
    by_reason: dict[str, dict[str, date]] = {}
    newest = max((max(days) for e in daily if (days := known.records.get(e.name))), default=None)
    for endpoint in daily:
        days = known.records.get(endpoint.name, frozenset())
        if not newest or not days or not _was_regular(days) or newest - max(days) < STOPPED_DAYS * DAY:
            continue
        reason = _reason(gap.state for gap in gaps if gap.collection == endpoint.name and gap.day > max(days))
        if reason in WORTH_TELLING:
            by_reason.setdefault(reason, {})[endpoint.name] = max(days)
    return [Stopped(reason=reason, since=since) for reason, since in sorted(by_reason.items())]


def _was_regular(days: frozenset[date]) -> bool:
    return sum(max(days) - n * DAY in days for n in range(OF_DAYS)) >= REGULAR


def _reason(states: Iterator[str]) -> str | None:
    """Most frequent state of the days since, without the days still to be synced."""
    counted = Counter(state for state in states if state != NOT_SYNCED_YET).most_common(1)
    return counted[0][0] if counted else None
