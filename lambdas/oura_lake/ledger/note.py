"""A small JSON object of the ledger, changed by compare-and-swap and written only when it changes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.store import Store

TRIES = 8
Note = dict[str, Any]


@contextmanager
def reading(key: str) -> Iterator[None]:
    """Turn whatever is wrong with the fields of a note into UnreadableObject, which names the note."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableObject(f"The note {key} is damaged", "restore its previous version, or delete it") from cause


def read_note(store: Store, key: str) -> Note:
    """What a note says, nothing where there is none; raises UnreadableObject and StoreUnavailable."""
    stored = store.get(key)
    return _parsed(key, stored.data) if stored else {}


def change_note(store: Store, key: str, wanted: Callable[[Note], Note]) -> bool:
    """Write what `wanted` makes of the note, unless that is what it says already; returns whether it was written.

    Raises WriteConflict after 8 lost races, UnreadableObject and StoreUnavailable.
    """
    for _ in range(TRIES):
        stored = store.get(key)
        note = wanted(_parsed(key, stored.data) if stored else {})
        data = json.dumps(note, ensure_ascii=False, indent=0, sort_keys=True).encode()
        if stored.data == data if stored else not note:
            return False
        try:
            store.put(key, data, replacing=stored.etag if stored else None)
        except WriteConflict:
            continue
        return True
    raise WriteConflict(f"Other runs kept changing {key}", "run it again when they are done")


def _parsed(key: str, data: bytes) -> Note:
    with reading(key):
        note = parse_own(data)
        if not isinstance(note, dict):
            raise TypeError("A note is an object.")
        return note
