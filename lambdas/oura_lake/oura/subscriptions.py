"""Webhook subscriptions at Oura, one per event and data type, and their renewal.

They belong to the app and not to a person. Each lasts about 90 days and must be renewed; to make one takes as long
as Oura's challenge to our address does.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from oura_lake.errors import SourceError, SourceRefused, SourceUnavailable
from oura_lake.oura.webhook_event import EVENT_TYPES
from oura_lake.person import Person
from oura_lake.sources.oura import ENDPOINTS

RENEW_BEFORE = timedelta(days=30)
ENOUGH_REFUSALS = 7  # more than two data types that Oura gave up; each may have taken the 10 s of a challenge

Kind = tuple[str, str]  # event type and data type


class SubscriptionLost(SourceRefused):
    """Oura has no subscription of that id any more."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """One kind of event, sent to one address until it expires (aware, UTC)."""

    id: str
    kind: Kind
    callback_url: str
    expires: datetime


class Subscriptions(Protocol):
    """What the app is subscribed to at Oura."""

    def all(self) -> list[Subscription]:
        """Those of every address; raises SourceError."""
        ...

    def create(self, kind: Kind, callback_url: str) -> Subscription:
        """A new one, after the challenge; raises SourceError."""
        ...

    def renew(self, held: Subscription) -> Subscription:
        """The same, for longer; raises SubscriptionLost."""
        ...

    def remove(self, held: Subscription) -> None:
        """End it; nothing happens where it has ended already."""
        ...


@dataclass(kw_only=True)
class Kept:
    """What `ensure` did, by number, and what it could not, by sentence; `soonest` is the next end of those held."""

    made: int = 0
    renewed: int = 0
    removed: int = 0
    held: int = 0
    soonest: datetime | None = None
    failures: list[SourceError] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether something failed that will not pass by itself."""
        return any(isinstance(failure, SourceRefused) for failure in self.failures)


def kinds(persons: Iterable[Person]) -> list[Kind]:
    """Every kind of event of every collection that anybody wants."""
    everyone = list(persons)
    wanted = [e.webhook for e in ENDPOINTS if e.webhook and any(person.wants(e.name) for person in everyone)]
    return [(event, data_type) for data_type in wanted for event in EVENT_TYPES]


def ensure(subscriptions: Subscriptions, callback_url: str, wanted: Iterable[Kind], now: datetime) -> Kept:
    """Make what is missing, renew what ends within 30 days, remove what is doubled or wanted no more.

    Subscriptions of other addresses are not touched. One that fails does not keep the others from being made,
    but the seventh does, and an Oura that cannot be reached at all. Raises SourceUnavailable where not even the list
    can be read.
    """
    kept, kinds_wanted = Kept(), list(wanted)
    try:
        ours = [s for s in subscriptions.all() if s.callback_url == callback_url]
    except SourceRefused as error:
        return Kept(failures=[error])
    best = {s.kind: s for s in sorted(ours, key=lambda s: s.expires)}
    spare = [s for s in ours if best[s.kind] is not s or s.kind not in kinds_wanted]
    try:
        for held in spare:
            with _noting_refusals(kept):
                subscriptions.remove(held)
                kept.removed += 1
        for kind in kinds_wanted:
            if len(kept.failures) >= ENOUGH_REFUSALS:
                break
            with _noting_refusals(kept):
                _keep(subscriptions, kind, callback_url, best.get(kind), now, kept)
    except SourceUnavailable as error:  # it would be the same for each of the others
        kept.failures.append(error)
    return kept


def remove_all(subscriptions: Subscriptions, callback_url: str) -> int:
    """End every subscription of an address; returns how many. Raises SourceError."""
    ours = [s for s in subscriptions.all() if s.callback_url == callback_url]
    for held in ours:
        subscriptions.remove(held)
    return len(ours)


def _keep(
    subscriptions: Subscriptions, kind: Kind, callback_url: str, held: Subscription | None, now: datetime, kept: Kept
) -> None:
    if held and held.expires - now < RENEW_BEFORE:
        try:
            held = subscriptions.renew(held)
            kept.renewed += 1
        except SubscriptionLost:
            held = None
    if held is None:
        held = subscriptions.create(kind, callback_url)
        kept.made += 1
    kept.held += 1
    kept.soonest = min(kept.soonest or held.expires, held.expires)


@contextmanager
def _noting_refusals(kept: Kept) -> Iterator[None]:
    try:
        yield
    except SourceRefused as error:
        kept.failures.append(error)
