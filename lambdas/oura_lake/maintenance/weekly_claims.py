"""Alerts in the weekly mail: episodes that the budget withheld, and episodes whose end no message reported.

Each is delivered as other steps are: a claim in the ledger before the mail goes out, a mark after it did. An unmarked
claim of a run that died is in the next mail; if its mail did go out, the next run marks it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from oura_lake.alerts.decision import CLEAR_IS_NEWS_DAYS, WEEKLY
from oura_lake.alerts.model import (
    BUS,
    CLEARED,
    DELIVERED,
    LEFT_TO_MAIL,
    OPENED,
    REVISED,
    SENDING,
    SENT,
    Delivery,
    Entry,
)

WEEK = timedelta(weeks=1)


def claimed(entries: Iterable[Entry], now: datetime, today: date) -> list[Entry]:
    """Entries to write: each entry that belongs into the mail, with a claim of its own."""
    return [_with_claim(e, step, now) for e in entries if (step := _pending(e, today))]


def in_the_mail(entries: Iterable[Entry], step: str) -> list[Entry]:
    """Entries with an unmarked claim of the mail."""
    return [e for e in entries if any(t.step == step for t in e.tellings if _is_claim(t))]


def marked(entries: Iterable[Entry], mailed_at: datetime) -> list[Entry]:
    """Entries to write after the mail that was claimed at `mailed_at`: its claims become sent."""
    changed = []
    for entry in entries:
        tellings = tuple(
            replace(t, status=SENT, sent_at=mailed_at) if _is_claim(t) and _is_before(t, mailed_at) else t
            for t in entry.tellings
        )
        if tellings != entry.tellings:
            changed.append(replace(entry, tellings=tellings))
    return changed


def of_the_week(entries: Iterable[Entry], monday: date) -> list[Entry]:
    """Episodes that began, went on or ended in the week of that Monday, oldest first.

    They exclude the episodes of other parts of the mail: those withheld, and those that ended since they were reported.
    """
    found = [e for e in entries if not any(_is_claim(t) for t in e.tellings) and _is_of_the_week(e, monday)]
    return sorted(found, key=lambda e: e.alert.first_alert_day)


def _is_of_the_week(entry: Entry, monday: date) -> bool:
    next_monday, alert = monday + WEEK, entry.alert
    if alert.first_alert_day >= next_monday or entry.untold == LEFT_TO_MAIL:
        return False
    goes_on = entry.cleared_on is None and any(t.status in DELIVERED for t in entry.opening)
    return (
        alert.last_alert_day >= monday
        or (goes_on and alert.last_alert_day >= monday - WEEK)
        or (entry.cleared_on is not None and monday <= entry.cleared_on < next_monday)
    )


def _pending(entry: Entry, today: date) -> str:
    """Step of an episode that the mail has to report: its beginning, its end, or none."""
    if entry.untold == LEFT_TO_MAIL and all(t.way == BUS for t in entry.tellings):
        return OPENED
    by_mail = any(t.way == WEEKLY for t in entry.opening if t.status in DELIVERED)
    is_reported = any(t.status in DELIVERED for t in entry.opening if t.way != BUS)
    is_over = is_reported and (entry.cleared_because == REVISED or (by_mail and entry.cleared_because))
    is_end_reported = any(t.step == CLEARED for t in entry.tellings if t.way != BUS)
    is_news = entry.cleared_on is not None and today - entry.cleared_on <= timedelta(days=CLEAR_IS_NEWS_DAYS)
    return CLEARED if is_over and is_news and not is_end_reported else ""


def _with_claim(entry: Entry, step: str, now: datetime) -> Entry:
    claim = Delivery(step=step, way=WEEKLY, status=SENDING, claimed_at=now)
    return replace(entry, untold="", tellings=(*entry.tellings, claim))


def _is_claim(delivery: Delivery) -> bool:
    return delivery.way == WEEKLY and delivery.status == SENDING


def _is_before(delivery: Delivery, moment: datetime) -> bool:
    return delivery.claimed_at is not None and delivery.claimed_at <= moment
