"""Pending analysis: a marker that landed data still needs an analysis run that may send alerts.

A backfill and an import bring nights, and tell nobody of them; a run that died told nobody either. The run after them
finds these nights in the lake already: nothing is new to it, so by itself it would have nothing judged, and an
illness of this morning would be told with whatever lands next, or never.
"""

from datetime import datetime

from msgspec import Struct

from oura_lake.lake.keys import owed_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import read, record, update


class PendingAnalysis(Struct, frozen=True):
    """Since when a judgement is owed."""

    owed_since: str


NOTE = record(PendingAnalysis)


def note_owed(store: Store, person: str, now: datetime) -> None:
    """Note that what landed may be left untold; raises StoreUnavailable, WriteConflict, UnreadableObject."""
    update(store, owed_key(person), NOTE, lambda _: PendingAnalysis(owed_since=now.isoformat()))


def owed_since(store: Store, person: str) -> str:
    """Since when a judgement is owed, empty if none is; raises StoreUnavailable and UnreadableObject."""
    note = read(store, owed_key(person), NOTE)
    return note.owed_since if note else ""


def settle(store: Store, person: str, since: str) -> None:
    """Close the note once the judgement was asked for, unless another run noted its own meanwhile."""
    update(store, owed_key(person), NOTE, lambda note: None if note and note.owed_since == since else note)
