"""Token status: a permission that is gone for good, noted so that nobody asks Oura in vain.

The note names the version of the stored token that was refused: any other version is another chain, and whole. Where
Oura refuses the app and not the token, that is noted too, and Oura is asked again by each run: its owner mends it.
"""

from datetime import datetime

from msgspec import Struct, field

from oura_lake.lake.keys import token_state_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import RESTORE, Moment, read, record, update


class Broken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which stored token was refused, since when nothing is fetched (UTC), and whether it is the app that was."""

    version: str = field(name="broken_version")
    since: Moment
    is_app: bool = False


NOTE = record(Broken, advice=RESTORE)


def broken(store: Store, person: str) -> Broken | None:
    """The note of a broken chain; None where all is well."""
    return read(store, token_state_key(person), NOTE)


def note_broken(store: Store, person: str, version: str, now: datetime, *, is_app: bool = False) -> bool:
    """Note that the token of this version was refused for good, or its app, and return whether that is news."""

    def noted(before: Broken | None) -> Broken:
        since = before.since if before and before.version == version else now
        return Broken(version=version, since=since, is_app=is_app)

    return update(store, token_state_key(person), NOTE, noted)


def mend(store: Store, person: str) -> None:
    """Close the note: there is a new consent."""
    update(store, token_state_key(person), NOTE, lambda _: None)


def is_still_broken(store: Store, person: str, version: str) -> bool:
    """Whether the token of this version is known to be refused; a note about an older one is closed."""
    noted = broken(store, person)
    if noted and noted.version != version:
        mend(store, person)
    return noted is not None and noted.version == version and not noted.is_app


def connect_command(person: str) -> str:
    """The one command that mends a broken permission in the deployed lake."""
    return f"oura-lake connect --deployed --person {person}"
