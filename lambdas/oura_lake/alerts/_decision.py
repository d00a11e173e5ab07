"""Who is told what: which alerts are new, which are old news, which were told already?

An episode is told once, and only while it is news: it has an alert day among the person's last two local days.
Connecting, a backfill, an import and a rebuild tell nobody; what is recent then is left for the next run that
may speak. Everything older enters the ledger as found in history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from oura_lake.alerts._episodes import is_near
from oura_lake.alerts._model import FAILED, HISTORY, SENDING, TOLD, UNCONFIRMED, Alert, Entry

SILENT_REASONS = frozenset({"connect", "backfill", "import", "rebuild"})
RECENT_DAYS = 2  # today and yesterday
CLAIM_LASTS = timedelta(minutes=15)  # longer than any run; a claim older than this was left by a crash


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When and why the question is asked: UTC now, the person's local day, the reason of the run."""

    now: datetime
    today: date
    reason: str

    @property
    def may_speak(self) -> bool:
        """Whether this run may send anything at all."""
        return self.reason not in SILENT_REASONS


def decide(alerts: Iterable[Alert], ledger: Sequence[Entry], moment: Moment) -> list[Entry]:
    """The entries to write: new ones, and held ones that change; a claim to send has the status SENDING."""
    changed = []
    for alert in alerts:
        held = next((e for e in ledger if _same_episode(e.alert, alert)), None)
        entry = _new(alert, moment) if held is None else _next(held, alert, moment)
        if entry is not None and entry != held:
            changed.append(entry)
    return changed


def _same_episode(held: Alert, alert: Alert) -> bool:
    """Whether two runs of days are one episode; revised data may have moved either end."""
    apart = is_near(held.last_alert_day, alert.first_alert_day) and is_near(alert.last_alert_day, held.first_alert_day)
    return held.kind == alert.kind and apart


def _new(alert: Alert, moment: Moment) -> Entry | None:
    if not _is_recent(alert, moment):
        return Entry(id=alert.id, alert=alert, status=HISTORY)
    return Entry(id=alert.id, alert=alert, status=SENDING, claimed_at=moment.now) if moment.may_speak else None


def _next(held: Entry, alert: Alert, moment: Moment) -> Entry:
    """The held entry with the episode's later days, and perhaps a new status."""
    grown = replace(held.alert, level=alert.level, last_alert_day=max(held.alert.last_alert_day, alert.last_alert_day))
    entry = replace(held, alert=grown)
    if held.status in TOLD or _is_fresh(held, moment):
        return entry
    if _is_recent(alert, moment):
        return replace(entry, status=SENDING, claimed_at=moment.now) if moment.may_speak else entry
    return replace(entry, status=UNCONFIRMED) if held.status in (SENDING, FAILED) else entry


def _is_fresh(held: Entry, moment: Moment) -> bool:
    """Whether somebody is sending it right now."""
    return held.status == SENDING and held.claimed_at is not None and moment.now - held.claimed_at < CLAIM_LASTS


def _is_recent(alert: Alert, moment: Moment) -> bool:
    return alert.last_alert_day > moment.today - timedelta(days=RECENT_DAYS)
