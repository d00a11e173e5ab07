"""Decision on each episode: new, over, or already delivered, and by which way.

Each way delivers an episode once, and only while it is news: it has an alert day among the person's last two local
days. Once it is over, the ways that delivered it send one all-clear. Connecting, a backfill, an import and a rebuild
send nothing; a recent episode then waits for the next run that may send. Every older episode enters the ledger as found
in history.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from oura_lake.alerts.episodes import is_near
from oura_lake.alerts.model import (
    BACK,
    BUS,
    CLEARED,
    DELIVERED,
    HISTORY,
    LEFT_TO_MAIL,
    OPENED,
    RAISED,
    RANK,
    REVISED,
    SENDING,
    UNCONFIRMED,
    Alert,
    Delivery,
    Entry,
    Way,
)
from oura_lake.contract import SILENT_REASONS

RECENT_DAYS = 2  # today and yesterday
CLEAR_IS_NEWS_DAYS = 14  # no way sends an all-clear later than that
CLAIM_LASTS = timedelta(minutes=15)  # longer than any run; an older claim is that of a crashed run
EMAIL = Way(name="email")
TERMINAL = Way(name="terminal")
WEEKLY = "weekly"  # the weekly mail, which the message budget does not count
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Time, reason and place of a decision: UTC now, the person's local day, the reason of the run.

    `is_quiet`: the person sleeps, so no way to a person may be used. `judged` is the last day that has a verdict,
    `hour` that of the person's clock. `remaining_messages` is the month's budget left for this kind (None: no limit).
    """

    now: datetime
    today: date
    reason: str
    ways: tuple[Way, ...] = (EMAIL,)
    is_quiet: bool = False
    judged: date | None = None
    has_all_clear: bool = True
    hour: int = 12
    remaining_messages: int | None = None

    @property
    def may_speak(self) -> bool:
        """Return whether this run may send messages."""
        return self.reason not in SILENT_REASONS

    @property
    def open_ways(self) -> tuple[Way, ...]:
        """Ways that may be used now."""
        return tuple(w for w in self.ways if self.may_speak and not (self.is_quiet and w.is_for_person))


def decide(alerts: Sequence[Alert], ledger: Sequence[Entry], moment: Moment) -> list[Entry]:
    """Entries to write: new ones, and stored ones that change; a claim to send is a delivery with SENDING."""
    before = {e.id: e for e in ledger}
    entries = dict(before)
    for alert in alerts:
        entry = _entry(alert, _entry_of(entries.values(), alert), moment)
        entries[entry.id] = _opened(entry, alert, moment)
    for entry in list(entries.values()):
        same = [a for a in alerts if is_same_episode(entry.alert, a)]
        entries[entry.id] = _closed(_given_up(entry, same, moment), same, moment)
    return [e for e in entries.values() if e != before.get(e.id) and (e.untold or e.tellings)]


def n_messages_since(ledger: Iterable[Entry], since: date) -> int:
    """Return the number of messages to a person since a day; several ways of one step count once."""
    steps = {
        (e.id, t.step == CLEARED)
        for e in ledger
        for t in e.tellings
        if t.way not in (BUS, WEEKLY) and t.claimed_at and t.claimed_at.date() >= since
    }
    return len(steps)


def claims(entries: Iterable[Entry], now: datetime) -> Iterator[tuple[Entry, Delivery]]:
    """Claims of the run that decided at `now`."""
    return ((e, t) for e in entries for t in e.tellings if t.status == SENDING and t.claimed_at == now)


def _entry_of(entries: Iterable[Entry], alert: Alert) -> Entry | None:
    """Return the stored entry of the same episode: one that is not over first, then the latest."""
    same = [e for e in entries if is_same_episode(e.alert, alert)]
    return max(same, key=lambda e: (e.cleared_on is None, e.alert.first_alert_day), default=None)


def is_same_episode(stored: Alert, alert: Alert) -> bool:
    """Return whether two runs of days are one episode; revised data may have moved either end."""
    apart = is_near(stored.last_alert_day, alert.first_alert_day) and is_near(
        alert.last_alert_day, stored.first_alert_day
    )
    return stored.kind == alert.kind and apart


def _entry(alert: Alert, stored: Entry | None, moment: Moment) -> Entry:
    """Return the stored entry with later days, or a new one; an episode that goes on after its all-clear is new.

    An all-clear may precede the newest night, so the nights of the ended episode count, not the day of the all-clear.
    """
    if stored and stored.cleared_on and alert.last_alert_day > stored.alert.last_alert_day:
        alert, stored = (
            replace(alert, first_alert_day=max(alert.first_alert_day, stored.alert.last_alert_day + DAY)),
            None,
        )
    if stored is None:
        return Entry(id=alert.id, alert=alert, untold="" if is_recent(alert, moment) else HISTORY)
    if stored.cleared_on:
        return stored
    if not stored.tellings:
        return replace(stored, alert=replace(alert, first_alert_day=stored.alert.first_alert_day))
    onset = min(stored.alert.onset_day, alert.onset_day)
    last = max(stored.alert.last_alert_day, alert.last_alert_day)
    return replace(
        stored,
        alert=replace(
            stored.alert,
            level=alert.level,
            onset_day=onset,
            last_alert_day=last,
            peak_day=alert.peak_day,
        ),
    )


def _opened(entry: Entry, alert: Alert, moment: Moment) -> Entry:
    """Entry with a claim for each way that has to deliver the episode now."""
    if entry.cleared_on or not is_recent(alert, moment):
        return entry
    is_of_the_mail = any(t.way == WEEKLY for t in entry.opening)
    pending = {w.name: _beginning(entry, w, moment) for w in moment.open_ways if RANK[alert.level] >= RANK[w.least]}
    steps = {way: step for way, step in pending.items() if step}
    is_used_up = moment.remaining_messages is not None and moment.remaining_messages < 1
    is_left = is_used_up and all(t.way == BUS for t in entry.opening)
    if is_left or is_of_the_mail:
        delivered = _claimed(entry, {way: step for way, step in steps.items() if way == BUS}, moment)
        return replace(delivered, untold=LEFT_TO_MAIL) if is_left else delivered
    return _claimed(entry, steps, moment)


def _beginning(entry: Entry, way: Way, moment: Moment) -> str:
    """Step of the beginning that a way has to deliver now, or empty; a failed step is delivered as it was."""
    own = [t for t in entry.opening if t.way == way.name]
    done = [t for t in own if t.status in DELIVERED or _is_fresh(t, moment)]
    if done:
        has_risen = all(t.level and RANK[t.level] < RANK[entry.alert.level] and t.status in DELIVERED for t in done)
        return RAISED if way.reports_rise and has_risen else ""
    if own:
        return own[-1].step
    to_person = {w.name for w in moment.ways if w.is_for_person}
    is_known = any(t.way in to_person and (t.status in DELIVERED or _is_fresh(t, moment)) for t in entry.opening)
    return RAISED if way.is_for_person and is_known else OPENED


def _closed(entry: Entry, same: Sequence[Alert], moment: Moment) -> Entry:
    """Entry, marked as over if it is, with a claim for each way that has to send the all-clear now."""
    delivered = {t.way for t in entry.opening if t.status in DELIVERED}
    because = entry.cleared_because or _why_over(same, moment)
    if not delivered or not because or any(_is_fresh(t, moment) or _is_later(t, moment) for t in entry.tellings):
        return entry
    done = {t.way for t in entry.tellings if t.step == CLEARED and t.status in DELIVERED}
    pending = [w for w in moment.ways if w.name in delivered - done and w.reports_end and _is_clear_news(entry, moment)]
    steps = {w.name: CLEARED for w in pending if w in moment.open_ways}
    if pending and not steps:
        return entry  # it is night there, or this run may not send: a later run sees that the episode is over
    over = replace(entry, cleared_on=entry.cleared_on or moment.today, cleared_because=because)
    return _claimed(over, steps, moment)


def _why_over(same: Sequence[Alert], moment: Moment) -> str:
    """Reason why an episode is over: no run of alert days matches it now, or the nights since are as usual."""
    if not same:
        return REVISED
    last = max(a.last_alert_day for a in same)
    return BACK if moment.judged and not is_near(last, moment.judged + DAY) else ""


def _is_clear_news(entry: Entry, moment: Moment) -> bool:
    since = entry.cleared_on or entry.alert.last_alert_day
    return moment.has_all_clear and (moment.today - since).days <= CLEAR_IS_NEWS_DAYS


def _claimed(entry: Entry, steps: Mapping[str, str], moment: Moment) -> Entry:
    """Entry with a fresh claim for a step of some ways; it replaces a failed delivery or the claim of a crashed run."""
    if not steps:
        return entry
    others = [t for t in entry.tellings if steps.get(t.way) != t.step]
    fresh = [
        Delivery(step=step, way=way, status=SENDING, claimed_at=moment.now, level=entry.alert.level)
        for way, step in steps.items()
    ]
    untold = entry.untold if steps.keys() == {BUS} else ""
    return replace(entry, untold=untold, tellings=(*others, *fresh))


def _given_up(entry: Entry, same: Sequence[Alert], moment: Moment) -> Entry:
    """Entry; if its episode is no news any more, the claims of crashed runs become unconfirmed."""
    if any(is_recent(a, moment) for a in same):
        return entry
    return replace(
        entry,
        tellings=tuple(replace(t, status=UNCONFIRMED) if _is_left_by_a_crash(t, moment) else t for t in entry.tellings),
    )


def _is_left_by_a_crash(delivery: Delivery, moment: Moment) -> bool:
    """Return whether no run will deliver the claim; a claim of the weekly mail is delivered with the next one."""
    is_claim = delivery.status == SENDING and delivery.step != CLEARED and delivery.way != WEEKLY
    return is_claim and not _is_fresh(delivery, moment)


def _is_fresh(delivery: Delivery, moment: Moment) -> bool:
    """Return whether a run is sending the delivery right now."""
    claimed = delivery.claimed_at
    return delivery.status == SENDING and claimed is not None and moment.now - claimed < CLAIM_LASTS


def _is_later(delivery: Delivery, moment: Moment) -> bool:
    """Return whether a later run claimed the delivery; it may have seen newer days than this run."""
    return delivery.claimed_at is not None and delivery.claimed_at > moment.now


def is_recent(alert: Alert, moment: Moment) -> bool:
    """Return whether an episode is news: it has an alert day among the person's last two local days."""
    return alert.last_alert_day > moment.today - timedelta(days=RECENT_DAYS)
