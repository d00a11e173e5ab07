"""Notices on the lake itself, such as a broken token, each sent once.

One small object per person and kind, changed by compare-and-swap: whoever gets the claim into it may send. A
notice stays open until its trouble is settled, and an open notice is told once, however often the trouble is
seen. Two runs at once send one message; only a crash between the channel's answer and the mark repeats one.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from oura_lake.alerts.decision import CLAIM_LASTS
from oura_lake.alerts.model import FAILED, SENDING, SENT, Message
from oura_lake.errors import MessageNotSent, UnreadableObject, WriteConflict
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.keys import notice_key
from oura_lake.lake.store import Store

SETTLED = "settled"
Send = Callable[[Message], None]
State = dict[str, Any]


def tell_once(store: Store, person: str, notice: Message, send: Send, now: datetime) -> bool:
    """Send a notice unless one of its kind is open; returns whether this run sent it. `now` is aware, UTC.

    One that names an episode, such as a week's mail, is told once for each, and for an earlier one never again.
    Raises MessageNotSent after noting that it failed (the next run tries again), StoreUnavailable, UnreadableObject.
    """
    held, etag = _read(store, notice_key(person, notice.kind))
    if not _is_news(held, notice.episode, now):
        return False
    claim = {"status": SENDING, "claimed_at": now.isoformat(), "subject": notice.subject}
    claim |= {"episode": notice.episode} if notice.episode else {}
    try:
        etag = _write(store, person, notice.kind, claim, etag)
    except WriteConflict:  # another run claimed it meanwhile, or settled it: the next run sees which
        return False
    try:
        send(notice)
    except MessageNotSent:
        _write(store, person, notice.kind, claim | {"status": FAILED}, etag)
        raise
    _write(store, person, notice.kind, claim | {"status": SENT, "sent_at": now.isoformat()}, etag)
    return True


def settle(store: Store, person: str, kind: str, now: datetime) -> bool:
    """Close an open notice, since its trouble is over: the next one of its kind is news again."""
    held, etag = _read(store, notice_key(person, kind))
    if not held or held["status"] == SETTLED:
        return False
    _write(store, person, kind, held | {"status": SETTLED, "settled_at": now.isoformat()}, etag)
    return True


def is_open(store: Store, person: str, kind: str) -> bool:
    """Whether a person was told of a trouble that is not over."""
    held, _ = _read(store, notice_key(person, kind))
    return bool(held) and held["status"] != SETTLED


def told_at(store: Store, person: str, kind: str, episode: str) -> datetime | None:
    """When the notice of an episode, or of a later one, was claimed that went out; None if none did."""
    held, _ = _read(store, notice_key(person, kind))
    is_told = held.get("status") == SENT and held.get("episode", "") >= episode
    return datetime.fromisoformat(held["claimed_at"]) if is_told else None


def open_notices(store: Store, person: str) -> list[State]:
    """What troubles a person was told of that are not over: kind, subject, status, moments."""
    found = []
    for key in store.keys(notice_key(person, "").removesuffix(".json")):
        held, _ = _read(store, key)
        if held and held["status"] != SETTLED and "episode" not in held:
            found.append({"kind": key.rpartition("/")[2].removesuffix(".json"), **held})
    return found


def _is_news(held: State, episode: str, now: datetime) -> bool:
    if (told_of := held.get("episode", "")) != episode:
        return bool(told_of < episode)
    match held.get("status"):
        case None | "settled" | "failed":
            return True
        case "sending":
            return now - datetime.fromisoformat(held["claimed_at"]) >= CLAIM_LASTS
        case _:
            return False


def _read(store: Store, key: str) -> tuple[State, str | None]:
    stored = store.get(key)
    if stored is None:
        return {}, None
    try:
        return _checked(parse_own(stored.data)), stored.etag
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"The notice {key} is damaged", "restore its previous version") from cause


def _checked(held: State) -> State:
    """The notice, once it has what every reader asks it for; raises ValueError, KeyError and TypeError."""
    is_aware = datetime.fromisoformat(held["claimed_at"]).tzinfo is not None
    if not (is_aware and isinstance(held["status"], str) and isinstance(held.get("episode", ""), str)):
        raise ValueError("A field is not as it was written.")
    return held


def _write(store: Store, person: str, kind: str, state: State, etag: str | None) -> str:
    return store.put(notice_key(person, kind), json.dumps(state, sort_keys=True).encode(), replacing=etag)
