"""Webhook subscriptions at Oura, one per event and data type, and their renewal.

They belong to the app and not to a person. Each lasts about 90 days and must be renewed. To make one takes as long
as Oura's challenge to our address takes.
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
ENOUGH_REFUSALS = 7  # more than the events of two data types that Oura no longer has; each may take 10 s

Kind = tuple[str, str]  # event type and data type


class SubscriptionLost(SourceRefused):
    """Oura no longer has a subscription of that id."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """One kind of event, sent to one address until it expires (aware, UTC)."""

    id: str
    kind: Kind
    callback_url: str
    expires: datetime


class Subscriptions(Protocol):
    """The subscriptions of the app at Oura."""

    def all(self) -> list[Subscription]:
        """Subscriptions of every address; raises SourceError."""
        ...

    def create(self, kind: Kind, callback_url: str) -> Subscription:
        """Make a subscription, after the challenge; raises SourceError."""
        ...

    def renew(self, subscription: Subscription) -> Subscription:
        """Prolong a subscription; raises SubscriptionLost."""
        ...

    def remove(self, subscription: Subscription) -> None:
        """End a subscription; one that has ended already is no error."""
        ...


@dataclass(kw_only=True)
class EnsureResult:
    """The counts of `ensure`, and its failures; `soonest` is the next end of an active subscription."""

    created: int = 0
    renewed: int = 0
    removed: int = 0
    active: int = 0
    soonest: datetime | None = None
    failures: list[SourceError] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """True where a failure is not temporary."""
        return any(isinstance(failure, SourceRefused) for failure in self.failures)


def kinds(persons: Iterable[Person]) -> list[Kind]:
    """Kinds of events of all collections that a person wants."""
    everyone = list(persons)
    wanted = [e.webhook for e in ENDPOINTS if e.webhook and any(person.wants(e.name) for person in everyone)]
    return [(event, data_type) for data_type in wanted for event in EVENT_TYPES]


def ensure(subscriptions: Subscriptions, callback_url: str, wanted: Iterable[Kind], now: datetime) -> EnsureResult:
    """Make missing subscriptions, renew those that end within 30 days, remove doubled and unwanted ones.

    Subscriptions of other addresses are not touched. A failure does not stop the others; the seventh does, and so does
    an Oura that cannot be reached at all. Raises SourceUnavailable where not even the list can be read.
    """
    result, kinds_wanted = EnsureResult(), list(wanted)
    try:
        ours = [s for s in subscriptions.all() if s.callback_url == callback_url]
    except SourceRefused as error:
        return EnsureResult(failures=[error])
    best = {s.kind: s for s in sorted(ours, key=lambda s: s.expires)}
    spare = [s for s in ours if best[s.kind] is not s or s.kind not in kinds_wanted]
    try:
        for subscription in spare:
            with _noting_refusals(result):
                subscriptions.remove(subscription)
                result.removed += 1
        for kind in kinds_wanted:
            if len(result.failures) >= ENOUGH_REFUSALS:
                break
            with _noting_refusals(result):
                _keep(subscriptions, kind, callback_url, best.get(kind), now, result)
    except SourceUnavailable as error:  # it would be the same for each of the others
        result.failures.append(error)
    return result


def remove_all(subscriptions: Subscriptions, callback_url: str) -> int:
    """End every subscription of an address; returns their number. Raises SourceError."""
    ours = [s for s in subscriptions.all() if s.callback_url == callback_url]
    for subscription in ours:
        subscriptions.remove(subscription)
    return len(ours)


def _keep(
    subscriptions: Subscriptions,
    kind: Kind,
    callback_url: str,
    subscription: Subscription | None,
    now: datetime,
    result: EnsureResult,
) -> None:
    if subscription and subscription.expires - now < RENEW_BEFORE:
        try:
            subscription = subscriptions.renew(subscription)
            result.renewed += 1
        except SubscriptionLost:
            subscription = None
    if subscription is None:
        subscription = subscriptions.create(kind, callback_url)
        result.created += 1
    result.active += 1
    result.soonest = min(result.soonest or subscription.expires, subscription.expires)


@contextmanager
def _noting_refusals(result: EnsureResult) -> Iterator[None]:
    try:
        yield
    except SourceRefused as error:
        result.failures.append(error)
