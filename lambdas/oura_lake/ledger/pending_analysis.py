"""Pending analysis: a marker that landed data still needs an analysis run that may send alerts.

A backfill and an import land nights and send no alert; a run that died sent none either. The next run finds these
nights in the lake already: nothing is new to it, so by itself it would request no analysis. Without this marker the
alert of this morning's illness would wait for the next new record, or never be sent.
"""

from datetime import datetime

from msgspec import Struct, field

from oura_lake.lake.keys import pending_analysis_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import read, record, update


class PendingAnalysis(Struct, frozen=True):
    """Moment since which an analysis is pending."""

    since: str = field(name="owed_since")


NOTE = record(PendingAnalysis)


def note_pending(store: Store, person: str, now: datetime) -> None:
    """Note that landed data needs an analysis run; raises StoreUnavailable, WriteConflict, UnreadableObject."""
    update(store, pending_analysis_key(person), NOTE, lambda _: PendingAnalysis(since=now.isoformat()))


def pending_since(store: Store, person: str) -> str:
    """Read since when an analysis is pending, empty if none is; raises StoreUnavailable and UnreadableObject."""
    note = read(store, pending_analysis_key(person), NOTE)
    return note.since if note else ""


def settle(store: Store, person: str, since: str) -> None:
    """Close the note once the analysis was requested, unless another run wrote its own meanwhile."""
    update(store, pending_analysis_key(person), NOTE, lambda note: None if note and note.since == since else note)
