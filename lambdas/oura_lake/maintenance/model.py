"""Context of a maintenance task, and the task.

A task may run at any time and any number of times: its messages go through `notices`, so each is sent once.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from oura_lake.lake.store import Store
from oura_lake.ledger.gaps import Gap, Known, find_gaps
from oura_lake.monitoring.completeness import known_of
from oura_lake.monitoring.notices import Send
from oura_lake.oura.subscriptions import Subscriptions
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.settings import MaintainSettings
from oura_lake.sources.oura import ENDPOINTS


class Account(Protocol):
    """AWS account of a deployed lake, as far as the tasks need it."""

    def subscriptions(self) -> AbstractContextManager[Subscriptions] | None:
        """Oura's webhook subscriptions of the app; None while nobody connected a ring. Raises OuraLakeError."""

    def month_cost(self) -> float | None:
        """Dollars of the whole account this month; None where no budget counts them."""

    def n_confirmed_mails(self, person: str) -> int:
        """Return the number of a person's confirmed addresses; raises StoreUnavailable."""

    def has_phone(self, person: str) -> bool:
        """Return whether a person gets SMS; raises StoreUnavailable."""


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """One round over one person: the lake as objects and as views, the time (aware, UTC), the way to the person.

    `refresh` brings the stored rows of the person's views up to date, and returns whether any were written.
    `elsewhere` is the way to use where e-mail does not arrive. It, `settings` and `account` are None on a laptop, where
    there is no account.
    """

    store: Store
    engine: Engine
    person: Person
    now: datetime
    send: Send
    refresh: Callable[[], bool] = lambda: False
    elsewhere: Send | None = None
    settings: MaintainSettings | None = None
    account: Account | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Zone of the person's days."""
        return ZoneInfo(self.person.timezone)

    @property
    def today(self) -> date:
        """Person's local day."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def known(self) -> Known:
        """Person's records, requests and traces of the ring, once for all tasks; raises QueryFailed and StoreError."""
        return known_of(self.engine, self.store, self.person.name, self.now, self.zone)

    @cached_property
    def gaps(self) -> list[Gap]:
        """Every day without a record and its reason, once for all tasks; raises as `known` does."""
        return list(find_gaps(self.known, ENDPOINTS))


@dataclass(frozen=True, kw_only=True)
class MaintenanceTask:
    """Task of the daily maintenance; `run` does it for one person and returns counts for the log."""

    question: str
    run: Callable[[Upkeep], dict[str, int]]
