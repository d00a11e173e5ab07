"""Is the permission of a person gone for good? Noted once, so that nobody asks Oura in vain until a new consent.

The note names the version of the stored token that was refused: any other version is another chain, and whole.
"""

from dataclasses import dataclass
from datetime import datetime

from oura_lake.errors import UnreadableObject
from oura_lake.lake.layout import token_state_key
from oura_lake.lake.note import Note, change_note, read_note
from oura_lake.lake.store import Store


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Which stored token was refused, and since when nothing is fetched (UTC)."""

    version: str
    since: datetime


def broken(store: Store, person: str) -> Broken | None:
    """The note of a broken chain; None where all is well."""
    said = read_note(store, token_state_key(person))
    if not said:
        return None
    try:
        return Broken(version=said["broken_version"], since=datetime.fromisoformat(said["since"]))
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"{token_state_key(person)} is damaged; restore its previous version.") from cause


def note_broken(store: Store, person: str, version: str, now: datetime) -> bool:
    """Note that the token of this version was refused for good, and return whether that is news."""

    def noted(said: Note) -> Note:
        is_known = said.get("broken_version") == version
        return said if is_known else {"broken_version": version, "since": now.isoformat()}

    return change_note(store, token_state_key(person), noted)


def mend(store: Store, person: str) -> None:
    """Close the note: there is a new consent."""
    change_note(store, token_state_key(person), lambda _: {})


def is_still_broken(store: Store, person: str, version: str) -> bool:
    """Whether the token of this version is known to be refused; a note about an older one is closed."""
    noted = broken(store, person)
    if noted and noted.version != version:
        mend(store, person)
    return noted is not None and noted.version == version
