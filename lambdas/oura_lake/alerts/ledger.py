"""Alert ledger: one small object per person and kind, changed by compare-and-swap.

Whoever gets a claim into it may publish; everybody else sees the claim and keeps still. So two analyses at
once send one message, and a message is repeated only after a crash between the channel's answer and the mark.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from oura_lake.alerts.decision import EMAIL, TERMINAL
from oura_lake.alerts.model import HISTORY, OPENED, SHOWN, Alert, Entry, Telling
from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.keys import ledger_key
from oura_lake.lake.store import Store

TRIES = 8
BY_TOPIC = (EMAIL.name, "sms")
Change = Callable[[Sequence[Entry]], list[Entry]]


def change(store: Store, person: str, kind: str, wanted: Change) -> list[Entry]:
    """Ask `wanted` for the entries to write, given those held, until they are written; returns them.

    Raises WriteConflict after 8 lost races, UnreadableObject and StoreUnavailable.
    """
    key = ledger_key(person, kind)
    tried, entries = b"", list[Entry]()
    for _ in range(TRIES):
        stored = store.get(key)
        if stored and stored.data == tried:
            return entries  # refused, yet stored: the answer to the first try was lost, and it was tried twice
        before = {e.id: e for e in _read(key, stored.data)} if stored else {}
        entries = wanted(tuple(before.values()))
        if not entries:
            return []
        tried = _written({**before, **{e.id: e for e in entries}}.values())
        try:
            store.put(key, tried, replacing=stored.etag if stored else None)
        except WriteConflict:
            continue
        return entries
    raise WriteConflict(f"Other runs kept changing {key}", "run it again when they are done")


def held(store: Store, person: str, kind: str) -> list[Entry]:
    """All entries of one ledger; raises UnreadableObject and StoreUnavailable."""
    key = ledger_key(person, kind)
    stored = store.get(key)
    return _read(key, stored.data) if stored else []


def document(entry: Entry) -> dict[str, Any]:
    """An entry as a document of the table `alerts`, which has no need of the level at which each step was told."""
    held = {name: value for name, value in vars(entry).items() if name not in ("alert", "tellings")}
    derived = {name: getattr(entry, name) for name in ("status", "claimed_at", "sent_at")}
    tellings = [{name: value for name, value in vars(t).items() if name != "level"} for t in entry.tellings]
    return {**_texts({**asdict(entry.alert), **held, **derived}), "tellings": [_texts(t) for t in tellings]}


def _texts(flat: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in flat.items()}


def _written(entries: Iterable[Entry]) -> bytes:
    ordered = sorted(entries, key=lambda e: e.id)
    whole = [{**document(e), "tellings": [_texts(asdict(t)) for t in e.tellings]} for e in ordered]
    return json.dumps(whole, ensure_ascii=False, indent=0, sort_keys=True).encode()


def _read(key: str, data: bytes) -> list[Entry]:
    try:
        return [_entry(flat) for flat in parse_own(data)]
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"The alert ledger {key} is damaged", "restore its previous version") from cause


def _entry(flat: dict[str, Any]) -> Entry:
    days = {n: date.fromisoformat(flat[n]) for n in ("onset_day", "first_alert_day", "last_alert_day")}
    alert = Alert(
        kind=flat["kind"],
        level=flat["level"],
        method_version=flat["method_version"],
        peak_day=_day(flat.get("peak_day")),
        **days,
    )
    tellings = flat["tellings"] if "tellings" in flat else _older(flat)
    return Entry(
        id=flat["id"],
        alert=alert,
        untold=flat.get("untold", HISTORY if flat["status"] == HISTORY else ""),
        tellings=tuple(_telling(t) for t in tellings),
        subject=flat["subject"],
        message=flat["message"],
        cleared_on=_day(flat.get("cleared_on")),
        cleared_because=flat.get("cleared_because", ""),
    )


def _older(flat: dict[str, Any]) -> list[dict[str, Any]]:
    """The tellings of an entry that was written before each way had its own: a topic told by all ways at once."""
    said = {name: flat[name] for name in ("status", "claimed_at", "sent_at")}
    ways = (TERMINAL.name,) if flat["status"] == SHOWN else BY_TOPIC
    return [] if flat["status"] == HISTORY else [{"step": OPENED, "way": way, **said} for way in ways]


def _telling(flat: dict[str, Any]) -> Telling:
    moments = {name: _moment(flat[name]) for name in ("claimed_at", "sent_at")}
    return Telling(step=flat["step"], way=flat["way"], status=flat["status"], level=flat.get("level", ""), **moments)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
