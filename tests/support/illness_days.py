"""Days and findings with defaults for the tests of the illness warning: a test writes only the fields that it needs."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.alerts.decision import Moment
from oura_lake.alerts.kind import AlertKind
from oura_lake.alerts.model import HISTORY, OPENED, Alert, Delivery, Entry, Message
from oura_lake.analyses.model import COLUMNS, Driver, Finding, PersonDay
from oura_lake.errors import MessageNotSent
from oura_lake.lake.changes import Change
from oura_lake.monitoring.delivery import AlertRun
from oura_lake.monitoring.judged import outcome_of
from oura_lake.query.model import Result

from support.present import present

FIRST = date(2026, 1, 5)
NOW = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
TODAY = NOW.date()
BERLIN = ZoneInfo("Europe/Berlin")
WOBBLE = (0.0, 0.6, -0.5, 0.3, -0.8, 0.9, -0.2)  # in spreads; a calm week
ILL = {
    "temperature_deviation_c": 0.9,
    "resting_heart_rate_bpm": 62.0,
    "hrv_rmssd_ms": 38.0,
    "respiratory_rate_bpm": 17.0,
}


def calm_day(n: int, **fields: Any) -> PersonDay:
    """Make the n-th day of a calm person."""
    swing = WOBBLE[n % 7]
    usual: dict[str, Any] = {
        "day": FIRST + timedelta(days=n),
        "temperature_deviation_c": 0.15 * swing,
        "hrv_rmssd_ms": 60.0 - 5 * swing,
        "resting_heart_rate_bpm": 52.0 + swing,
        "respiratory_rate_bpm": 15.0 + 0.2 * swing,
        "steps": 9000.0 - 900 * WOBBLE[(n + 3) % 7],
        "non_wear_h": 1.0,
        "sleep_h": 7.5,
        "utc_offset_min": 60,
    }
    return PersonDay(**(usual | fields))


def calm_days(n: int, ill: Sequence[int] = (), **fields: Any) -> list[PersonDay]:
    """Make that many days of a calm person who is ill on some of them."""
    return [calm_day(i, **fields, **(ILL if i in ill else {})) for i in range(n)]


def a_finding(day: date = TODAY, level: str = "none", **fields: Any) -> Finding:
    """Make a finding of one day."""
    usual: dict[str, Any] = {
        "day": day,
        "kind": "illness",
        "status": "ok",
        "level": level,
        "score": 0.8,
        "deviation": 3.1,
        "deviation_low": 2.8,
        "deviation_high": 3.4,
        "n_baseline_nights": 52,
        "coverage": 1.0,
        "drivers": (a_driver(),),
        "confounders": (),
        "method_version": "illness-4",
    }
    return Finding(**(usual | fields))


def a_driver(signal: str = "temperature_deviation_c", value: float = 0.9, z: float = 4.2, **fields: Any) -> Driver:
    """Make a driver: a signal beside its usual range."""
    usual = {"baseline": 0.0, "low": -0.4, "high": 0.4}
    return Driver(signal=signal, value=value, z=z, **(usual | fields))


def an_alert(first: date = TODAY, last: date | None = None, level: str = "minor") -> Alert:
    """Make an alert."""
    return Alert(
        kind="illness",
        level=level,
        onset_day=first - timedelta(days=1),
        first_alert_day=first,
        last_alert_day=last or first,
        method_version="illness-4",
    )


def an_entry(alert: Alert, status: str, claimed_at: datetime | None = None) -> Entry:
    """Make an alert as the ledger stores it: sent by e-mail, or found in history."""
    if status == HISTORY:
        return Entry(id=alert.id, alert=alert, untold=status)
    delivery = Delivery(step=OPENED, way="email", status=status, claimed_at=claimed_at)
    return Entry(id=alert.id, alert=alert, tellings=(delivery,))


def a_moment(now: datetime = NOW, reason: str = "schedule", **fields: Any) -> Moment:
    """Make a run's moment, in a place where UTC is local and today is judged."""
    usual: dict[str, Any] = {"now": now, "today": now.date(), "reason": reason, "judged": now.date()}
    return Moment(**(usual | fields))


def documents(days: list[PersonDay]) -> dict[Any, Any]:
    """Make Oura's documents of the days, per collection."""
    sleep: list[dict[str, Any]] = []
    readiness: list[dict[str, Any]] = []
    activity: list[dict[str, Any]] = []
    for d in days:
        bed = datetime.combine(d.day, time(6, 30), BERLIN)
        stamp: dict[str, Any] = {"id": f"x-{d.day}", "day": d.day.isoformat()}
        sleep.append(
            stamp
            | {
                "type": "long_sleep",
                "bedtime_end": bed.isoformat(),
                "bedtime_start": (bed - timedelta(hours=8)).isoformat(),
                "lowest_heart_rate": int(present(d.resting_heart_rate_bpm)),
                "average_hrv": int(present(d.hrv_rmssd_ms)),
                "average_breath": d.respiratory_rate_bpm,
                "total_sleep_duration": 27000,
                "time_in_bed": 28800,
            }
        )
        readiness.append(stamp | {"temperature_deviation": d.temperature_deviation_c, "score": 80})
        activity.append(
            stamp | {"steps": int(present(d.steps)), "non_wear_time": 3600, "sedentary_time": 30000, "score": 80}
        )
    return {"sleep": sleep, "daily_readiness": readiness, "daily_activity": activity}


class FakeEngine:
    """Engine that answers with the given rows of person_day."""

    def __init__(self, days: Sequence[PersonDay]) -> None:
        self.days = list(days)
        self.asked: list[str] = []

    def query(self, sql: str) -> Result:
        """Return the rows, whatever the query."""
        self.asked.append(sql)
        return Result(columns=COLUMNS, rows=[tuple(getattr(d, c) for c in COLUMNS) for d in self.days])

    def refresh(self, _person: str, _changes: Sequence[Change] | None = None) -> bool:
        """Write nothing: the rows are given."""
        return False


class Outbox:
    """Channel that remembers its messages; `broken` makes it refuse."""

    def __init__(self, broken: bool = False) -> None:
        self.messages: list[Message] = []
        self.broken = broken

    def __call__(self, message: Message) -> None:
        """Take a message, or refuse it."""
        if self.broken:
            raise MessageNotSent("The channel did not take the alert; the next run sends it again.")
        self.messages.append(message)


def messages_of(send: Callable[[Message], None] | None) -> list[Message]:
    """Return the messages that an outbox took."""
    assert isinstance(send, Outbox)
    return send.messages


def deliver(
    run: AlertRun, kind: AlertKind, findings: Sequence[Finding], ill: Sequence[Finding] = ()
) -> tuple[int, list[Message]]:
    """Deliver the alerts of these findings, of which those of an illness explain some."""
    return run.deliver(kind, outcome_of(kind, findings, ill), lambda: kind.unexplained(findings, ill))
