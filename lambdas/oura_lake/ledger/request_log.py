"""Request log: the requested days and their outcome, one note per person.

Each day has the answer of the last time it was asked for; days that nobody asked for are in no span. So a second run
on the same day changes nothing, and a lake with a hole knows which days were never asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, structs

from oura_lake.errors import CollectionAbsent, MembershipLapsed, OuraLakeError, ScopeMissing, SourceError
from oura_lake.lake.keys import asked_key
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.ledger.document import REMAKE, Moment, read, records, update
from oura_lake.sources.model import Endpoint, Window

ANSWERED = "answered"
SCOPE_NOT_GRANTED = "scope_not_granted"
MEMBERSHIP_LAPSED = "membership_lapsed"
API_ERROR = "api_error"
DAY = timedelta(days=1)
GONE_AFTER = timedelta(days=14)  # a collection that is absent for so long was removed by the provider


class Span(Struct, frozen=True, kw_only=True, array_like=True):
    """Days in a row, both ends included, that got the same answer; written as an array."""

    first: date
    last: date
    state: str


class Trouble(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a collection was not given, since when, and (once it was given again) until when; moments are UTC."""

    state: str
    says: str
    since: Moment
    until: Moment | None  # without a default, for it is written as null
    is_absence: bool = False  # the provider has no such collection


class Asked(Struct, frozen=True, kw_only=True):
    """What is known of asking for one collection; `trouble` is the latest there was."""

    spans: tuple[Span, ...] = ()
    trouble: Trouble | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the last answer was a trouble."""
        return self.trouble is not None and self.trouble.until is None

    def is_gone(self, now: datetime) -> bool:
        """Whether the provider has had no such collection for so long that nobody waits for it."""
        trouble = self.trouble
        return trouble is not None and self.is_refused and trouble.is_absence and now - trouble.since >= GONE_AFTER

    @property
    def first_day(self) -> date | None:
        """The oldest day that was asked for."""
        return self.spans[0].first if self.spans else None

    def on(self, day: date) -> str | None:
        """What became of a day; None where nobody asked."""
        return next((span.state for span in self.spans if span.first <= day <= span.last), None)

    def after(self, first: date | None, last: date, error: OuraLakeError | None, now: datetime) -> "Asked":
        """What is known after some days (`first` None: an undated collection) were asked for and this came of it."""
        state = state_of(error)
        trouble = _next_trouble(self.trouble, state, error, now)
        if first is None or first > last:
            return Asked(spans=self.spans, trouble=trouble)
        return Asked(spans=_laid_over(self.spans, Span(first=first, last=last, state=state)), trouble=trouble)


NOTE = records(Asked, advice=REMAKE)


def state_of(error: OuraLakeError | None) -> str:
    """The word for what a provider's error means."""
    match error:
        case None:
            return ANSWERED
        case ScopeMissing():
            return SCOPE_NOT_GRANTED
        case MembershipLapsed():
            return MEMBERSHIP_LAPSED
        case _:
            return API_ERROR


def note_asked(store: Store, person: str, days: Days, came: Mapping[Endpoint, OuraLakeError | None]) -> bool:
    """Note what came of asking for these collections; returns whether that was news.

    An error of our own store says nothing of the provider and is not noted. Raises WriteConflict, UnreadableObject
    and StoreUnavailable.
    """
    now = days.now.replace(microsecond=0)
    last = min(days.last, days.now.astimezone(days.zone).date())

    def noted(before: Mapping[str, Asked]) -> dict[str, Asked]:
        known = dict(before)
        for endpoint, error in came.items():
            if error is None or isinstance(error, SourceError):
                first = None if endpoint.window is Window.NONE else days.first_of(endpoint)
                known[endpoint.name] = known.get(endpoint.name, Asked()).after(first, last, error, now)
        return known

    return update(store, asked_key(person), NOTE, noted)


def read_asked(store: Store, person: str) -> Mapping[str, Asked]:
    """What is known of asking, by collection; raises UnreadableObject and StoreUnavailable."""
    return read(store, asked_key(person), NOTE)


def _laid_over(spans: Iterable[Span], new: Span) -> tuple[Span, ...]:
    """The spans with a new one laid over them; neighbours that say the same become one."""
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
    """The same trouble keeps its beginning and its words; a good answer ends it."""
    is_open = before is not None and before.until is None
    if error is None:
        return structs.replace(before, until=now) if before and is_open else before
    is_absence = isinstance(error, CollectionAbsent)
    if before and is_open and before.state == state and before.is_absence == is_absence:
        return before
    return Trouble(state=state, says=str(error), since=now, until=None, is_absence=is_absence)
