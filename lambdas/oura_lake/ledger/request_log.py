"""Request log: the requested days and their outcome, one note per person.

Each day has the answer of the last time it was asked for; days that nobody asked for are in no span. So a second run
on the same day changes nothing, and a lake with a hole knows which days were never asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from oura_lake.errors import (
    CollectionAbsent,
    MembershipLapsed,
    OuraLakeError,
    ScopeMissing,
    SourceError,
    UnreadableObject,
)
from oura_lake.lake.keys import asked_key
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import Store
from oura_lake.ledger.note import change_note, read_note
from oura_lake.sources.model import Endpoint, Window

ANSWERED = "answered"
SCOPE_NOT_GRANTED = "scope_not_granted"
MEMBERSHIP_LAPSED = "membership_lapsed"
API_ERROR = "api_error"
DAY = timedelta(days=1)
GONE_AFTER = timedelta(days=14)  # a collection that is absent for so long was removed by the provider


@dataclass(frozen=True, kw_only=True)
class Span:
    """Days in a row, both ends included, that got the same answer."""

    first: date
    last: date
    state: str


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a collection was not given, since when, and (once it was given again) until when; moments are UTC."""

    state: str
    says: str
    since: datetime
    until: datetime | None = None
    is_absence: bool = False  # the provider has no such collection


@dataclass(frozen=True, kw_only=True)
class Asked:
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

    def noted(note: dict[str, Any]) -> dict[str, Any]:
        held = _parsed(person, note)
        for endpoint, error in came.items():
            if error is None or isinstance(error, SourceError):
                first = None if endpoint.window is Window.NONE else days.first_of(endpoint)
                held[endpoint.name] = held.get(endpoint.name, Asked()).after(first, last, error, now)
        return {name: _flat(asked) for name, asked in held.items()}

    return change_note(store, asked_key(person), noted)


def read_asked(store: Store, person: str) -> dict[str, Asked]:
    """What is known of asking, by collection; raises UnreadableObject and StoreUnavailable."""
    return _parsed(person, read_note(store, asked_key(person)))


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
        return Trouble(**{**vars(before), "until": now}) if before and is_open else before
    is_absence = isinstance(error, CollectionAbsent)
    if before and is_open and before.state == state and before.is_absence == is_absence:
        return before
    return Trouble(state=state, says=str(error), since=now, is_absence=is_absence)


def _flat(asked: Asked) -> dict[str, Any]:
    spans = [[span.first.isoformat(), span.last.isoformat(), span.state] for span in asked.spans]
    said = vars(asked.trouble) if asked.trouble else {}
    trouble = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
    if not said.get("is_absence"):
        trouble.pop("is_absence", None)
    return {"spans": spans, "trouble": trouble or None}


def _parsed(person: str, note: dict[str, Any]) -> dict[str, Asked]:
    try:
        return {name: _asked(flat) for name, flat in note.items()}
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"The note {asked_key(person)} is damaged", "delete it, a new one is made") from cause


def _asked(flat: dict[str, Any]) -> Asked:
    spans = (Span(first=date.fromisoformat(a), last=date.fromisoformat(b), state=s) for a, b, s in flat["spans"])
    if not (trouble := flat["trouble"]):
        return Asked(spans=tuple(spans))
    until = datetime.fromisoformat(trouble["until"]) if trouble["until"] else None
    since = datetime.fromisoformat(trouble["since"])
    return Asked(spans=tuple(spans), trouble=Trouble(**{**trouble, "since": since, "until": until}))
