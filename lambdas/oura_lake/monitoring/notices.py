"""Notices on the lake itself, such as a broken token, each sent once.

One small object per person and kind, changed by compare-and-swap: the run that writes the claim may send. A notice
stays open until its trouble is settled, and an open notice is sent once, however often a run sees the trouble. Two
concurrent runs send one message; only a crash between the channel's answer and the mark repeats one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from oura_lake.alerts.decision import CLAIM_LASTS
from oura_lake.alerts.model import FAILED, SENDING, SENT, Message
from oura_lake.errors import MessageNotSent
from oura_lake.lake.keys import notice_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import RESTORE, Moment, flat, read, record, update

SETTLED = "settled"
Send = Callable[[Message], None]


class Notice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of the last notice of one kind; the moments are UTC."""

    claimed_at: Moment
    episode: str = ""
    sent_at: Moment | None = None
    settled_at: Moment | None = None
    status: str
    subject: str = ""


NOTICE = record(Notice, name="notice", advice=RESTORE, style={"sort_keys": True})


def send_once(store: Store, person: str, notice: Message, send: Send, now: datetime) -> bool:
    """Send a notice unless one of its kind is open; returns whether this run sent it. `now` is aware, UTC.

    A notice of an episode, such as a week's mail, is sent once for each episode, and never for an earlier one.
    Raises MessageNotSent after noting that it failed (the next run tries again), and StoreError.
    """
    key = notice_key(person, notice.kind)
    claim = Notice(status=SENDING, claimed_at=now, subject=notice.subject, episode=notice.episode)
    if not update(store, key, NOTICE, lambda known: claim if _is_news(known, claim) else known):
        return False
    try:
        send(notice)
    except MessageNotSent:
        _mark(store, key, claim, replace(claim, status=FAILED))
        raise
    _mark(store, key, claim, replace(claim, status=SENT, sent_at=now))
    return True


def settle(store: Store, person: str, kind: str, now: datetime) -> bool:
    """Close an open notice, since its trouble is over: the next one of its kind is news again."""

    def settled(known: Notice | None) -> Notice | None:
        return replace(known, status=SETTLED, settled_at=now) if known and known.status != SETTLED else known

    return update(store, notice_key(person, kind), NOTICE, settled)


def is_open(store: Store, person: str, kind: str) -> bool:
    """Whether a notice of this kind is open: sent, and its trouble not over."""
    known = read(store, notice_key(person, kind), NOTICE)
    return known is not None and known.status != SETTLED


def delivered_at(store: Store, person: str, kind: str, episode: str) -> datetime | None:
    """Read when the sent notice of an episode, or of a later one, was claimed; None without one."""
    known = read(store, notice_key(person, kind), NOTICE)
    return known.claimed_at if known and known.status == SENT and known.episode >= episode else None


def open_notices(store: Store, person: str) -> list[dict[str, Any]]:
    """List the open notices of a person: kind, subject, status, moments."""
    keys = store.keys(notice_key(person, "").removesuffix(".json"))
    known = {key.rpartition("/")[2].removesuffix(".json"): read(store, key, NOTICE) for key in keys}
    return [{"kind": k, **flat(n)} for k, n in known.items() if n and n.status != SETTLED and not n.episode]


def _mark(store: Store, key: str, claim: Notice, marked: Notice) -> None:
    """Write the outcome of a claim, unless another run has taken it over or settled it."""
    update(store, key, NOTICE, lambda known: marked if known == claim else known)


def _is_news(known: Notice | None, claim: Notice) -> bool:
    if known is None or known.episode != claim.episode:
        return known is None or known.episode < claim.episode
    if known.status == SENDING:
        return claim.claimed_at - known.claimed_at >= CLAIM_LASTS
    return known.status in (SETTLED, FAILED)
