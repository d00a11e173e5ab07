"""The time zone of a person's days: a note that `--timezone` leaves for later commands."""

from oura_lake.lake.keys import zone_key
from oura_lake.lake.store import Store
from oura_lake.ledger.note import change_note, read_note

ZONE = "timezone"


def remember_zone(store: Store, person: str, name: str) -> bool:
    """Keep an IANA name; returns whether it was news. Raises StoreUnavailable, WriteConflict, UnreadableObject."""
    return change_note(store, zone_key(person), lambda _: {ZONE: name})


def remembered_zone(store: Store, person: str) -> str:
    """The IANA name that was kept, empty if none was; raises StoreUnavailable and UnreadableObject."""
    return str(read_note(store, zone_key(person)).get(ZONE, ""))
