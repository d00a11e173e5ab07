"""Alert ledger: one small object per person and kind, changed by compare-and-swap.

A run whose claim is in the ledger may send; every other run sees the claim and sends nothing. So two analyses at
once send one message, and a message is repeated only after a crash between the channel's answer and the mark.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from oura_lake.alerts.decision import EMAIL, TERMINAL
from oura_lake.alerts.model import HISTORY, OPENED, SHOWN, Entry
from oura_lake.lake.keys import ledger_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import RESTORE, Codec, flat, read, update

BY_TOPIC = (EMAIL.name, "sms")
Entries = Mapping[str, Entry]
Change = Callable[[Sequence[Entry]], list[Entry]]


def change(store: Store, person: str, kind: str, wanted: Change) -> list[Entry]:
    """Write the entries that `wanted` returns for the stored entries, again after a lost race; return them.

    Raises WriteConflict after 8 lost races, UnreadableObject and StoreUnavailable.
    """
    entries: list[Entry] = []

    def changed(before: Entries) -> Entries:
        entries[:] = wanted(tuple(before.values()))
        return {**before, **{e.id: e for e in entries}} if entries else before

    update(store, ledger_key(person, kind), LEDGER, changed)
    return entries


def stored_entries(store: Store, person: str, kind: str) -> list[Entry]:
    """All entries of one ledger; raises UnreadableObject and StoreUnavailable."""
    return list(read(store, ledger_key(person, kind), LEDGER).values())


def document(entry: Entry) -> dict[str, Any]:
    """Entry as a document of the table `alerts`, without the level of each delivery."""
    whole = _flat(entry)
    for delivery in whole["tellings"]:
        del delivery["level"]
    return whole


def _flat(entry: Entry) -> dict[str, Any]:
    derived = {name: flat(getattr(entry, name)) for name in ("status", "claimed_at", "sent_at")}
    whole = flat(asdict(entry))
    return {**whole.pop("alert"), **whole, **derived}


def _flatten(entries: Entries) -> list[dict[str, Any]]:
    return [_flat(entry) for _, entry in sorted(entries.items())]


def _parse(documents: Iterable[dict[str, Any]]) -> Entries:
    entries = (msgspec.convert(_older(known) | known | {"alert": known}, Entry) for known in documents)
    return {entry.id: entry for entry in entries}


def _older(known: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that an entry of older versions lacks: there one topic delivered to all ways at once."""
    topic = {name: known[name] for name in ("status", "claimed_at", "sent_at")}
    if known["status"] == HISTORY:
        return {"untold": HISTORY, "tellings": []}
    ways = (TERMINAL.name,) if known["status"] == SHOWN else BY_TOPIC
    return {"tellings": [{"step": OPENED, "way": way, **topic} for way in ways]}


LEDGER = Codec(parse=_parse, flatten=_flatten, nothing=b"[]", is_signed=True, name="alert ledger", advice=RESTORE)
