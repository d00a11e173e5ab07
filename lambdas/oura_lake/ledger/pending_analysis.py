"""Pending analysis: a marker that landed data still needs an analysis run that may send alerts.

A backfill and an import bring nights, and tell nobody of them; a run that died told nobody either. The run after them
finds these nights in the lake already: nothing is new to it, so by itself it would have nothing judged, and an
illness of this morning would be told with whatever lands next, or never.
"""

from datetime import datetime

from oura_lake.lake.keys import owed_key
from oura_lake.lake.store import Store
from oura_lake.ledger.note import change_note, read_note

SINCE = "owed_since"


def note_owed(store: Store, person: str, now: datetime) -> None:
    """Note that what landed may be left untold; raises StoreUnavailable, WriteConflict, UnreadableObject."""
    change_note(store, owed_key(person), lambda _: {SINCE: now.isoformat()})


def owed_since(store: Store, person: str) -> str:
    """Since when a judgement is owed, empty if none is; raises StoreUnavailable and UnreadableObject."""
    return str(read_note(store, owed_key(person)).get(SINCE, ""))


def settle(store: Store, person: str, since: str) -> None:
    """Close the note once the judgement was asked for, unless another run noted its own meanwhile."""
    change_note(store, owed_key(person), lambda note: {} if note.get(SINCE) == since else note)
