"""The context of a maintenance task, and the task.

A task may run at any time and any number of times: what it tells a person goes through `notices`, so it is sent once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.lake.store import Store
from oura_lake.monitoring.notices import Send
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.settings import MaintainSettings


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """One round over one person: the lake as objects and as views, the moment (aware, UTC), the way to the person.

    `elsewhere` is the way that is left where e-mail does not arrive; it, `settings` and `aws` (a session that makes
    clients) are None on a laptop, where there is no account.
    """

    store: Store
    engine: Engine
    person: Person
    now: datetime
    send: Send
    elsewhere: Send | None = None
    settings: MaintainSettings | None = None
    aws: Any = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the person's days."""
        return ZoneInfo(self.person.timezone)

    @property
    def today(self) -> date:
        """The person's local day."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, kw_only=True)
class MaintenanceTask:
    """A task of the daily maintenance; `run` does it for one person and returns counts for the log."""

    question: str
    run: Callable[[Upkeep], dict[str, int]]
