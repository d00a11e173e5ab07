"""Progress of a backfill: a note of the oldest day that is done, from which a stopped one continues."""

from datetime import date

from msgspec import Struct

from oura_lake.ingestion.backfill import Backfill, Span, chunks
from oura_lake.lake.keys import backfill_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import read, record, update


class Progress(Struct, frozen=True, kw_only=True):
    """Requested days and collections of a backfill, and the oldest day that is done."""

    first: date
    last: date
    endpoints: tuple[str, ...]
    done_from: date


NOTE = record(Progress)


def left(store: Store, wanted: Backfill) -> list[Span]:
    """List the remaining chunks: all, unless the person's note is of the same days and collections."""
    note = read(store, backfill_key(wanted.person), NOTE)
    done = note.done_from if note and note == _progress(wanted, note.done_from) else None
    return [chunk for chunk in chunks(wanted.first, wanted.last) if done is None or chunk.first < done]


def unfinished_last(store: Store, person: str, first: date, endpoints: tuple[str, ...]) -> date | None:
    """Last day of an unfinished backfill from `first`, also of another day's; None without one."""
    note = read(store, backfill_key(person), NOTE)
    if note is None or (note.first, note.endpoints) != (first, endpoints):
        return None
    return note.last if note.done_from > note.first else None


def note_done(store: Store, wanted: Backfill, chunk: Span) -> None:
    """Note that a chunk, and so all that is newer, is done."""
    update(store, backfill_key(wanted.person), NOTE, lambda _: _progress(wanted, chunk.first))


def _progress(wanted: Backfill, done_from: date) -> Progress:
    return Progress(first=wanted.first, last=wanted.last, endpoints=wanted.endpoints, done_from=done_from)
