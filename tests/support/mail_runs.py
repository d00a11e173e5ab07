"""Runs of the weekly mail with defaults: a test writes only the fields that it needs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from oura_lake.alerts.ledger import change
from oura_lake.alerts.model import LEFT_TO_MAIL, Alert, Entry
from oura_lake.analyses.model import PersonDay
from oura_lake.lake.store import MemoryStore, Store
from oura_lake.maintenance.model import Upkeep
from oura_lake.person import Person
from oura_lake.query.model import Result
from oura_lake.settings import MaintainSettings

from support.illness_days import FakeEngine, Outbox, calm_days
from support.present import present

MONDAY = date(2026, 5, 11)
QUIET = (time(22), time(7))
ME = Person(name="me", timezone="Europe/Berlin", quiet_hours=QUIET)
DAYS = [
    replace(d, resting_heart_rate_bpm=present(d.resting_heart_rate_bpm) + (2.6 if d.day.month == 5 else 0))
    for d in calm_days(126)
]
SETTINGS = MaintainSettings(bucket="lake", persons={}, token_secret_prefix="")


class Days(FakeEngine):
    """Engine that gives the days, and no rows for any other query."""

    def query(self, sql: str) -> Result:
        return super().query(sql) if "FROM person_day" in sql else Result(columns=(), rows=[])


def local(day: date = MONDAY, hour: int = 10, minute: int = 40, zone: str = "Europe/Berlin") -> datetime:
    """Moment on a local clock."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


def an_upkeep(
    now: datetime | None = None,
    days: list[PersonDay] = DAYS,
    store: MemoryStore | None = None,
    send: Outbox | Callable[..., None] | None = None,
    person: Person = ME,
) -> Upkeep:
    return Upkeep(
        store=store or MemoryStore(),
        engine=Days(days),
        person=person,
        now=now or local(),
        send=send or Outbox(),
        settings=SETTINGS,
    )


def an_alert(kind: str = "lasting_shift", first: date = date(2026, 5, 4), last: date = date(2026, 5, 10)) -> Alert:
    return Alert(
        kind=kind, level="minor", onset_day=first, first_alert_day=first, last_alert_day=last, method_version="1"
    )


def left(store: Store, alert: Alert | None = None) -> None:
    """Make an episode that the budget muted."""
    alert = alert or an_alert()
    change(store, "me", alert.kind, lambda _: [Entry(id=alert.id, alert=alert, untold=LEFT_TO_MAIL)])
