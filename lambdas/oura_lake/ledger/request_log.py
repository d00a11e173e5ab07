"""Request log: the requested days and their outcome, one note per person.

Each day has the outcome of its last request; days without a request are in no span. So a second run on the same day
changes nothing, and a lake with a hole knows the days that were never requested.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, field, structs

from oura_lake.errors import CollectionAbsent, MembershipLapsed, OuraLakeError, ScopeMissing, SourceError
from oura_lake.lake.keys import request_log_key
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.ledger.document import REMAKE, Moment, read, records, update
from oura_lake.sources.model import Endpoint, Window

ANSWERED = "answered"
SCOPE_NOT_GRANTED = "scope_not_granted"
MEMBERSHIP_LAPSED = "membership_lapsed"
API_ERROR = "api_error"
DAY = timedelta(days=1)
GONE_AFTER = timedelta(days=14)  # after so long an absence the provider has removed the collection


class Span(Struct, frozen=True, kw_only=True, array_like=True):
    """Days in a row, both ends included, that got the same answer; written as an array."""

    first: date
    last: date
    state: str


class Trouble(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reason why the provider gave no collection, since when, and (once it is over) until when; moments are UTC."""

    state: str
    text: str = field(name="says")
    since: Moment
    until: Moment | None  # without a default, because it is written as null
    is_absence: bool = False  # the provider has no such collection


class RequestLog(Struct, frozen=True, kw_only=True):
    """Requests for one collection and their outcome; `trouble` is the latest one."""

    spans: tuple[Span, ...] = ()
    trouble: Trouble | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the last request failed."""
        return self.trouble is not None and self.trouble.until is None

    def is_removed(self, now: datetime) -> bool:
        """Whether the provider has lacked the collection for so long that it counts as removed."""
        trouble = self.trouble
        return trouble is not None and self.is_refused and trouble.is_absence and now - trouble.since >= GONE_AFTER

    @property
    def first_day(self) -> date | None:
        """Oldest requested day."""
        return self.spans[0].first if self.spans else None

    def on(self, day: date) -> str | None:
        """Look up the outcome of a day; None without a request."""
        return next((span.state for span in self.spans if span.first <= day <= span.last), None)

    def after(self, first: date | None, last: date, error: OuraLakeError | None, now: datetime) -> "RequestLog":
        """Add a request for some days (`first` None: an undated collection) and its outcome."""
        state = state_of(error)
        trouble = _next_trouble(self.trouble, state, error, now)
        if first is None or first > last:
            return RequestLog(spans=self.spans, trouble=trouble)
        return RequestLog(spans=_laid_over(self.spans, Span(first=first, last=last, state=state)), trouble=trouble)


NOTE = records(RequestLog, advice=REMAKE)


def state_of(error: OuraLakeError | None) -> str:
    """Map a provider's error to a state."""
    match error:
        case None:
            return ANSWERED
        case ScopeMissing():
            return SCOPE_NOT_GRANTED
        case MembershipLapsed():
            return MEMBERSHIP_LAPSED
        case _:
            return API_ERROR


def note_requests(store: Store, person: str, days: Days, outcomes: Mapping[Endpoint, OuraLakeError | None]) -> bool:
    """Note the outcome of the requests for these collections; returns whether the log changed.

    An error of our own store is no answer of the provider and is not noted. Raises WriteConflict, UnreadableObject
    and StoreUnavailable.
    """
    now = days.now.replace(microsecond=0)
    last = min(days.last, days.now.astimezone(days.zone).date())

    def noted(before: Mapping[str, RequestLog]) -> dict[str, RequestLog]:
        known = dict(before)
        for endpoint, error in outcomes.items():
            if error is None or isinstance(error, SourceError):
                first = None if endpoint.window is Window.NONE else days.first_of(endpoint)
                known[endpoint.name] = known.get(endpoint.name, RequestLog()).after(first, last, error, now)
        return known

    return update(store, request_log_key(person), NOTE, noted)


def read_request_log(store: Store, person: str) -> Mapping[str, RequestLog]:
    """Read the request log by collection; raises UnreadableObject and StoreUnavailable."""
    return read(store, request_log_key(person), NOTE)


def _laid_over(spans: Iterable[Span], new: Span) -> tuple[Span, ...]:
    """Lay a new span over the others; neighbours of one state become one span."""
    left = [Span(first=s.first, last=min(s.last, new.first - DAY), state=s.state) for s in spans]
    right = [Span(first=max(s.first, new.last + DAY), last=s.last, state=s.state) for s in spans]
    pieces = sorted({s for s in (*left, *right, new) if s.first <= s.last}, key=lambda s: s.first)
    joined: list[Span] = []
    for piece in pieces:
        if joined and joined[-1].state == piece.state and joined[-1].last + DAY >= piece.first:
            piece = Span(first=joined.pop().first, last=piece.last, state=piece.state)
        joined.append(piece)
    return tuple(joined)


def _next_trouble(before: Trouble | None, state: str, error: OuraLakeError | None, now: datetime) -> Trouble | None:
    """Update the trouble: the same one keeps its beginning and its text, a good answer ends it."""
    is_open = before is not None and before.until is None
    if error is None:
        return structs.replace(before, until=now) if before and is_open else before
    is_absence = isinstance(error, CollectionAbsent)
    if before and is_open and before.state == state and before.is_absence == is_absence:
        return before
    return Trouble(state=state, text=str(error), since=now, until=None, is_absence=is_absence)
