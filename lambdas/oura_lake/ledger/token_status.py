"""Token status: a permission that is gone for good, noted so that nobody asks Oura in vain.

The note names the version of the stored token that was refused: any other version is another chain, and whole. Where
Oura refuses the app and not the token, that is noted too, and Oura is asked again by each run: its owner mends it.
"""

from dataclasses import dataclass
from datetime import datetime

from oura_lake.errors import UnreadableObject
from oura_lake.lake.keys import token_state_key
from oura_lake.lake.store import Store
from oura_lake.ledger.note import Note, change_note, read_note, reading


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Which stored token was refused, since when nothing is fetched (UTC), and whether it is the app that was."""

    version: str
    since: datetime
    is_app: bool = False


def broken(store: Store, person: str) -> Broken | None:
    """The note of a broken chain; None where all is well."""
    said = read_note(store, token_state_key(person))
    if not said:
        return None
    try:
        since, is_app = datetime.fromisoformat(said["since"]), bool(said.get("is_app"))
        return Broken(version=said["broken_version"], since=since, is_app=is_app)
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"{token_state_key(person)} is damaged", "restore its previous version") from cause


def note_broken(store: Store, person: str, version: str, now: datetime, *, is_app: bool = False) -> bool:
    """Note that the token of this version was refused for good, or its app, and return whether that is news."""

    def noted(said: Note) -> Note:
        is_known = said.get("broken_version") == version
        if is_known and bool(said.get("is_app")) is is_app:
            return said
        with reading(token_state_key(person)):
            since = said["since"] if is_known else now.isoformat()
        return {"broken_version": version, "since": since} | ({"is_app": True} if is_app else {})

    return change_note(store, token_state_key(person), noted)


def mend(store: Store, person: str) -> None:
    """Close the note: there is a new consent."""
    change_note(store, token_state_key(person), lambda _: {})


def is_still_broken(store: Store, person: str, version: str) -> bool:
    """Whether the token of this version is known to be refused; a note about an older one is closed."""
    noted = broken(store, person)
    if noted and noted.version != version:
        mend(store, person)
    return noted is not None and noted.version == version and not noted.is_app


def connect_command(person: str) -> str:
    """The one command that mends a broken permission in the deployed lake."""
    return f"oura-lake connect --deployed --person {person}"
