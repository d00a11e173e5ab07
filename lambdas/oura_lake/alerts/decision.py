"""Decision on each episode: new, over, or already delivered, and by which channel.

An episode is told once by each way, and only while it is news: it has an alert day among the person's last two
local days. Once it is over, those who were told hear that once. Connecting, a backfill, an import and a rebuild tell
nobody; what is recent then is left for the next run that may speak. Everything older enters the ledger as found in
history.
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
CLEAR_IS_NEWS_DAYS = 14  # an all-clear later than that is told to nobody
CLAIM_LASTS = timedelta(minutes=15)  # longer than any run; a claim older than this was left by a crash
EMAIL = Way(name="email")
TERMINAL = Way(name="terminal")
WEEKLY = "weekly"  # the weekly mail, which no budget counts
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When, why and where the question is asked: UTC now, the person's local day, the reason of the run.

    `is_quiet`: the person sleeps, so no way that is heard may be used. `judged` is the last day that has a verdict,
    `hour` that of the person's clock. `room` is how many messages the month still has for this kind (None: any number).
    """

    now: datetime
    today: date
    reason: str
    ways: tuple[Way, ...] = (EMAIL,)
    is_quiet: bool = False
    judged: date | None = None
    has_all_clear: bool = True
    hour: int = 12
    room: int | None = None

    @property
    def may_speak(self) -> bool:
        """Whether this run may send anything at all."""
        return self.reason not in SILENT_REASONS

    @property
    def open_ways(self) -> tuple[Way, ...]:
        """Ways that may be used now."""
        return tuple(w for w in self.ways if self.may_speak and not (self.is_quiet and w.is_for_person))


def decide(alerts: Sequence[Alert], ledger: Sequence[Entry], moment: Moment) -> list[Entry]:
    """Entries to write: new ones, and held ones that change; a claim to send is a telling with SENDING."""
    before = {e.id: e for e in ledger}
    entries = dict(before)
    for alert in alerts:
        entry = _entry(alert, _held(entries.values(), alert), moment)
        entries[entry.id] = _opened(entry, alert, moment)
    for entry in list(entries.values()):
        same = [a for a in alerts if is_same_episode(entry.alert, a)]
        entries[entry.id] = _closed(_given_up(entry, same, moment), same, moment)
    return [e for e in entries.values() if e != before.get(e.id) and (e.untold or e.tellings)]


def n_messages_since(ledger: Iterable[Entry], since: date) -> int:
    """How many messages a person got since a day: each beginning and each end, by however many ways."""
    steps = {
        (e.id, t.step == CLEARED)
        for e in ledger
        for t in e.tellings
        if t.way not in (BUS, WEEKLY) and t.claimed_at and t.claimed_at.date() >= since
    }
    return len(steps)


def claims(entries: Iterable[Entry], now: datetime) -> Iterator[tuple[Entry, Delivery]]:
    """What a run that decided at `now` has claimed to send."""
    return ((e, t) for e in entries for t in e.tellings if t.status == SENDING and t.claimed_at == now)


def _held(entries: Iterable[Entry], alert: Alert) -> Entry | None:
    """Entry of the same episode; one that is not over before one that is, then the latest."""
    same = [e for e in entries if is_same_episode(e.alert, alert)]
    return max(same, key=lambda e: (e.cleared_on is None, e.alert.first_alert_day), default=None)


def is_same_episode(held: Alert, alert: Alert) -> bool:
    """Whether two runs of days are one episode; revised data may have moved either end."""
    apart = is_near(held.last_alert_day, alert.first_alert_day) and is_near(alert.last_alert_day, held.first_alert_day)
    return held.kind == alert.kind and apart


def _entry(alert: Alert, held: Entry | None, moment: Moment) -> Entry:
    """Held entry with the episode's later days, or a new one; what goes on after its all-clear is a new episode.

    An all-clear may come before the newest night does, so what it ended is counted by its nights, not by its own day.
    """
    if held and held.cleared_on and alert.last_alert_day > held.alert.last_alert_day:
        alert, held = replace(alert, first_alert_day=max(alert.first_alert_day, held.alert.last_alert_day + DAY)), None
    if held is None:
        return Entry(id=alert.id, alert=alert, untold="" if is_recent(alert, moment) else HISTORY)
    if held.cleared_on:
        return held
    if not held.tellings:
        return replace(held, alert=replace(alert, first_alert_day=held.alert.first_alert_day))
    onset = min(held.alert.onset_day, alert.onset_day)
    last = max(held.alert.last_alert_day, alert.last_alert_day)
    return replace(
        held,
        alert=replace(
            held.alert,
            level=alert.level,
            onset_day=onset,
            last_alert_day=last,
            peak_day=alert.peak_day,
        ),
    )


def _opened(entry: Entry, alert: Alert, moment: Moment) -> Entry:
    """Entry with a claim for each way that has to tell of the episode now."""
    if entry.cleared_on or not is_recent(alert, moment):
        return entry
    is_of_the_mail = any(t.way == WEEKLY for t in entry.opening)
    owed = {w.name: _beginning(entry, w, moment) for w in moment.open_ways if RANK[alert.level] >= RANK[w.least]}
    steps = {way: step for way, step in owed.items() if step}
    is_left = moment.room is not None and moment.room < 1 and all(t.way == BUS for t in entry.opening)
    if is_left or is_of_the_mail:
        told = _claimed(entry, {way: step for way, step in steps.items() if way == BUS}, moment)
        return replace(told, untold=LEFT_TO_MAIL) if is_left else told
    return _claimed(entry, steps, moment)


def _beginning(entry: Entry, way: Way, moment: Moment) -> str:
    """What a way has to tell of the beginning now; empty if nothing. What failed is told as the step that it was."""
    own = [t for t in entry.opening if t.way == way.name]
    done = [t for t in own if t.status in DELIVERED or _is_fresh(t, moment)]
    if done:
        has_risen = all(t.level and RANK[t.level] < RANK[entry.alert.level] and t.status in DELIVERED for t in done)
        return RAISED if way.reports_rise and has_risen else ""
    if own:
        return own[-1].step
    heard = {w.name for w in moment.ways if w.is_for_person}
    is_known = any(t.way in heard and (t.status in DELIVERED or _is_fresh(t, moment)) for t in entry.opening)
    return RAISED if way.is_for_person and is_known else OPENED


def _closed(entry: Entry, same: Sequence[Alert], moment: Moment) -> Entry:
    """Entry, over if it is, with a claim for each way that told of it and has to say so now."""
    told = {t.way for t in entry.opening if t.status in DELIVERED}
    because = entry.cleared_because or _why_over(same, moment)
    if not told or not because or any(_is_fresh(t, moment) or _is_later(t, moment) for t in entry.tellings):
        return entry
    done = {t.way for t in entry.tellings if t.step == CLEARED and t.status in DELIVERED}
    owed = [w for w in moment.ways if w.name in told - done and w.reports_end and _is_clear_news(entry, moment)]
    steps = {w.name: CLEARED for w in owed if w in moment.open_ways}
    if owed and not steps:
        return entry  # it is night there, or this run may not speak: a later one sees that it is over
    over = replace(entry, cleared_on=entry.cleared_on or moment.today, cleared_because=because)
    return _claimed(over, steps, moment)


def _why_over(same: Sequence[Alert], moment: Moment) -> str:
    """Why an episode is over: no run of alert days is it any more, or the nights since are as usual."""
    if not same:
        return REVISED
    last = max(a.last_alert_day for a in same)
    return BACK if moment.judged and not is_near(last, moment.judged + DAY) else ""


def _is_clear_news(entry: Entry, moment: Moment) -> bool:
    since = entry.cleared_on or entry.alert.last_alert_day
    return moment.has_all_clear and (moment.today - since).days <= CLEAR_IS_NEWS_DAYS


def _claimed(entry: Entry, steps: Mapping[str, str], moment: Moment) -> Entry:
    """Entry with a fresh claim for a step of some ways, in the place of one that failed or was left by a crash."""
    if not steps:
        return entry
    kept = [t for t in entry.tellings if steps.get(t.way) != t.step]
    made = [
        Delivery(step=step, way=way, status=SENDING, claimed_at=moment.now, level=entry.alert.level)
        for way, step in steps.items()
    ]
    untold = entry.untold if steps.keys() == {BUS} else ""
    return replace(entry, untold=untold, tellings=(*kept, *made))


def _given_up(entry: Entry, same: Sequence[Alert], moment: Moment) -> Entry:
    """Entry, its claims that a crash left given up where the episode is no news any more."""
    if any(is_recent(a, moment) for a in same):
        return entry
    return replace(
        entry,
        tellings=tuple(replace(t, status=UNCONFIRMED) if _is_left_by_a_crash(t, moment) else t for t in entry.tellings),
    )


def _is_left_by_a_crash(delivery: Delivery, moment: Moment) -> bool:
    """Whether nobody will send what was claimed; what is claimed for the weekly mail is in the next one."""
    is_claim = delivery.status == SENDING and delivery.step != CLEARED and delivery.way != WEEKLY
    return is_claim and not _is_fresh(delivery, moment)


def _is_fresh(delivery: Delivery, moment: Moment) -> bool:
    """Whether somebody is sending it right now."""
    claimed = delivery.claimed_at
    return delivery.status == SENDING and claimed is not None and moment.now - claimed < CLAIM_LASTS


def _is_later(delivery: Delivery, moment: Moment) -> bool:
    """Whether a run that began after this one told of it: that run saw days which this one may not have seen."""
    return delivery.claimed_at is not None and delivery.claimed_at > moment.now


def is_recent(alert: Alert, moment: Moment) -> bool:
    """Whether an episode is news: it has an alert day among the person's last two local days."""
    return alert.last_alert_day > moment.today - timedelta(days=RECENT_DAYS)
