"""Maintenance task: the weekly mail, due on Monday, whatever else happens.

It depends on the schedule alone, never on new data. A run of any later day of the week sends it if Monday's run did
not. Each week is claimed before it is sent, so that the mail goes out once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from oura_lake.alerts.decision import is_same_episode
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import labels_of
from oura_lake.alerts.ledger import change, stored_entries
from oura_lake.alerts.model import CLEARED, OPENED, RANK, Alert, Entry, Message
from oura_lake.alerts.quiet_hours import is_quiet, where
from oura_lake.analyses.model import ILLNESS, Finding, PersonDay
from oura_lake.analyses.usual_range import past_of
from oura_lake.analyses.weekly_comparison import compared
from oura_lake.maintenance import weekly_claims as carried
from oura_lake.maintenance.lake_state import goals_of, lake_of
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.maintenance.weekly_wording import KIND, Week, message
from oura_lake.monitoring.feedback import feedback_labels
from oura_lake.monitoring.findings import verdicts_of
from oura_lake.monitoring.notices import delivered_at, send_once
from oura_lake.monitoring.run import days_of
from oura_lake.registry import plugins

FROM_HOUR = 7
WEEK = timedelta(weeks=1)


def run(upkeep: Upkeep) -> dict[str, int]:
    """Send this week's mail unless it went out; raises MessageNotSent, and the next run tries again."""
    if upkeep.settings is None or not upkeep.person.has_weekly_mail:
        return {}  # on a laptop no schedule runs, and `oura-lake report` shows more
    store, name = upkeep.store, upkeep.person.name
    if mailed_at := delivered_at(store, name, KIND, f"{KIND}-{_monday(upkeep)}"):
        _mark(upkeep, mailed_at)  # also for a run that died right after it had sent
        return {"n_sent": 0}
    days = days_of(upkeep.engine, name)
    if not is_due(upkeep, days):
        return {"n_sent": 0}
    for kind in plugins(ALERT_KINDS, AlertKind):
        change(store, name, kind, lambda entries: carried.claimed(entries, upkeep.now, upkeep.today))
    if not send_once(store, name, message(_week(upkeep, days)), upkeep.send, upkeep.now):
        return {"n_sent": 0}
    _mark(upkeep, upkeep.now)
    return {"n_sent": 1}


def _monday(upkeep: Upkeep) -> date:
    """Monday of the person's current week."""
    return upkeep.today - timedelta(days=upkeep.today.weekday())


def is_due(upkeep: Upkeep, days: Sequence[PersonDay]) -> bool:
    """Return whether the mail may go out now: on Monday by day at the person's place, from Tuesday on at once."""
    if upkeep.today.weekday() > 0:
        return True
    there = upkeep.now.astimezone(where(days, upkeep.zone))
    is_night = is_quiet(upkeep.now, upkeep.person.quiet_hours, days, upkeep.zone)
    return there.date() >= upkeep.today and there.hour >= FROM_HOUR and not is_night


def _mark(upkeep: Upkeep, mailed_at: datetime) -> None:
    """Mark in each ledger the steps that the mail delivered."""
    for kind in plugins(ALERT_KINDS, AlertKind):
        change(upkeep.store, upkeep.person.name, kind, lambda entries: carried.marked(entries, mailed_at))


def _week(upkeep: Upkeep, days: Sequence[PersonDay]) -> Week:
    """Everything that the mail of this week reports about the seven days before its Monday."""
    monday = _monday(upkeep) - WEEK
    ledgers = {kind: stored_entries(upkeep.store, upkeep.person.name, kind) for kind in plugins(ALERT_KINDS, AlertKind)}
    lasting = [ledger for kind, ledger in ledgers.items() if _lasts(kind)]
    verdicts = verdicts_of(upkeep.store, upkeep.person, days)
    withheld, withdrawn = _withheld(upkeep, days, ledgers, verdicts)
    return Week(
        monday=monday,
        compared=compared(days, monday, past_of(verdicts[ILLNESS], days)),
        lake=lake_of(upkeep, monday),
        withheld=withheld,
        withdrawn=withdrawn,
        alerts=carried.of_the_week([entry for ledger in lasting for entry in ledger], monday),
        over=[e for ledger in lasting for e in carried.in_the_mail(ledger, CLEARED)],
        goals=goals_of(upkeep, monday),
        has_numbers=upkeep.person.numbers_in_messages,
        options=upkeep.person.options,
    )


def _withheld(
    upkeep: Upkeep, days: Sequence[PersonDay], ledgers: Mapping[str, list[Entry]], verdicts: Mapping[str, list[Finding]]
) -> tuple[list[Message], list[Entry]]:
    """Messages that the budget withheld, the strongest first, and the episodes that no rule finds any more."""
    pending = {kind: found for kind, ledger in ledgers.items() if (found := carried.in_the_mail(ledger, OPENED))}
    ranked: list[tuple[tuple[int, float], Message]] = []
    withdrawn = []
    for kind, episodes in pending.items():
        findings = plugins(ALERT_KINDS, AlertKind)[kind].unexplained(verdicts[kind], verdicts[ILLNESS])
        alerts = plugins(ALERT_KINDS, AlertKind)[kind].evaluate(findings)
        for entry in episodes:
            alert = next((a for a in alerts if is_same_episode(entry.alert, a)), None)
            if alert is None:
                withdrawn += [entry] if _lasts(kind) else []
            else:
                message = replace(_message(upkeep, days, alert, findings), episode=entry.id)
                ranked.append((_strength(alert, findings), message))
    return [message for _, message in sorted(ranked, key=lambda pair: pair[0], reverse=True)], withdrawn


def _lasts(kind: str) -> bool:
    """Return whether the end of an episode of a kind is worth a line; that of a low battery is not."""
    return plugins(ALERT_KINDS, AlertKind)[kind].reports_end


def _message(upkeep: Upkeep, days: Sequence[PersonDay], alert: Alert, findings: Sequence[Finding]) -> Message:
    kind = plugins(ALERT_KINDS, AlertKind)[alert.kind]
    known = labels_of(kind.evaluate(findings), days, feedback_labels(upkeep.store, upkeep.person.name))
    labels = {id_: label.words(alert.kind) for id_, label in known.items()}
    message: Message = kind.message(alert, findings, upkeep.person.numbers_in_messages, labels)
    return message


def _strength(alert: Alert, findings: Sequence[Finding]) -> tuple[int, float]:
    """Rank of a message in the mail: the higher level first, then the larger deviation."""
    days = [f.deviation or 0.0 for f in findings if alert.first_alert_day <= f.day <= alert.last_alert_day]
    return RANK[alert.level], max(days, default=0.0)


TASK = MaintenanceTask(question="How was the week, and is the lake alive?", run=run)
