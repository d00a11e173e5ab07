"""Is the permission of a person gone for good? Noted once, so that nobody asks Oura in vain until a new consent.

The note names the version of the stored token that was refused: any other version is another chain, and whole.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.layout import token_state_key
from oura_lake.lake.store import Store

TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Which stored token was refused, and since when nothing is fetched (UTC)."""

    version: str
    since: datetime


def broken(store: Store, person: str) -> Broken | None:
    """The note of a broken chain; None where all is well."""
    return _read(store, person)[0]


def note_broken(store: Store, person: str, version: str, now: datetime) -> None:
    """Note that the token of this version was refused for good; the first note of a version stays."""
    _change(store, person, Broken(version=version, since=now))


def mend(store: Store, person: str) -> None:
    """Close the note: there is a new consent."""
    _change(store, person, None)


def is_still_broken(store: Store, person: str, version: str) -> bool:
    """Whether the token of this version is known to be refused; a note about an older one is closed."""
    noted = broken(store, person)
    if noted and noted.version != version:
        mend(store, person)
    return noted is not None and noted.version == version


def _change(store: Store, person: str, wanted: Broken | None) -> None:
    for _ in range(TRIES):
        held, etag = _read(store, person)
        if (held.version if held else "") == (wanted.version if wanted else ""):
            return
        said = {"broken_version": wanted.version, "since": wanted.since.isoformat()} if wanted else {}
        try:
            store.put(token_state_key(person), json.dumps(said).encode(), replacing=etag)
        except WriteConflict:
            continue
        return
    raise WriteConflict(f"Other runs kept changing {token_state_key(person)}; run it again when they are done.")


def _read(store: Store, person: str) -> tuple[Broken | None, str | None]:
    stored = store.get(token_state_key(person))
    if stored is None:
        return None, None
    try:
        said = json.loads(stored.data)
        if not said:
            return None, stored.etag
        return Broken(version=said["broken_version"], since=datetime.fromisoformat(said["since"])), stored.etag
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"{token_state_key(person)} is damaged; restore its previous version.") from cause
