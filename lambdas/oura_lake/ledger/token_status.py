"""Token status: a permission that is gone for good, noted so that no run calls Oura in vain.

The note names the version of the refused stored token: any other version belongs to another chain, which is intact. A
refusal of the app, not of the token, is noted too; each run calls Oura again, since the app's owner can correct it.
"""

from datetime import datetime

from msgspec import Struct, field

from oura_lake.lake.keys import token_state_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import RESTORE, Moment, read, record, update


class Broken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Version of the refused stored token, since when nothing is fetched (UTC), and whether Oura refused the app."""

    version: str = field(name="broken_version")
    since: Moment
    is_app: bool = False


NOTE = record(Broken, advice=RESTORE)


def broken(store: Store, person: str) -> Broken | None:
    """Read the note of a broken chain; None without one."""
    return read(store, token_state_key(person), NOTE)


def note_broken(store: Store, person: str, version: str, now: datetime, *, is_app: bool = False) -> bool:
    """Note a final refusal of this version of the token, or of its app; returns whether the note changed."""

    def noted(before: Broken | None) -> Broken:
        since = before.since if before and before.version == version else now
        return Broken(version=version, since=since, is_app=is_app)

    return update(store, token_state_key(person), NOTE, noted)


def mend(store: Store, person: str) -> None:
    """Close the note after a new consent."""
    update(store, token_state_key(person), NOTE, lambda _: None)


def is_still_broken(store: Store, person: str, version: str) -> bool:
    """Whether this version of the token is noted as refused; closes a note about an older one."""
    noted = broken(store, person)
    if noted and noted.version != version:
        mend(store, person)
    return noted is not None and noted.version == version and not noted.is_app


def connect_command(person: str) -> str:
    """Command that restores a broken permission of the deployed lake."""
    return f"oura-lake connect --deployed --person {person}"
