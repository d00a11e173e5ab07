"""The time zone of a person's days: a note by `--timezone` for later commands."""

from msgspec import Struct

from oura_lake.lake.keys import zone_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import read, record, update


class HomeZone(Struct, frozen=True):
    """The IANA name of a person's time zone."""

    timezone: str


NOTE = record(HomeZone)


def remember_zone(store: Store, person: str, name: str) -> bool:
    """Store an IANA name; returns whether it changed. Raises StoreUnavailable, WriteConflict, UnreadableObject."""
    return update(store, zone_key(person), NOTE, lambda _: HomeZone(timezone=name))


def remembered_zone(store: Store, person: str) -> str:
    """Read the stored IANA name, empty without one; raises StoreUnavailable and UnreadableObject."""
    note = read(store, zone_key(person), NOTE)
    return note.timezone if note else ""
