"""Small JSON documents of a store: read as records, and changed by compare-and-swap.

Every note, claim and notice and every ledger of alerts is one of them. A `Codec` reads and writes one kind.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.json_text import parse_own
from oura_lake.lake.store import Store

TRIES = 8
RESTORE, REMAKE = "restore its previous version", "delete it, a new one is made"
LINES: Mapping[str, Any] = {"ensure_ascii": False, "indent": 0, "sort_keys": True}
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct | int)


@dataclass(frozen=True, kw_only=True)
class Codec(Generic[T]):
    """Codec of one kind of document: `parse` makes its value of JSON values, `flatten` the reverse.

    `nothing` is the text of a document that does not exist. `name` and `advice` are the words about a damaged one.
    A document is signed if no two writers make the same bytes, for example because they contain a moment or an owner.
    """

    parse: Callable[[Any], T]
    flatten: Callable[[T], Any]
    nothing: bytes = b"{}"
    style: Mapping[str, Any] = field(default_factory=lambda: LINES)
    is_signed: bool = False
    name: str = "note"
    advice: str = f"{RESTORE}, or delete it"

    def decode(self, key: str, data: bytes) -> T:
        """Parse a document's bytes; raises UnreadableObject."""
        try:
            return self.parse(parse_own(data))
        except (ValueError, KeyError, TypeError) as cause:
            raise UnreadableObject(f"The {self.name} {key} is damaged", self.advice) from cause

    def encode(self, value: T) -> bytes:
        """Write a value as the bytes of a document."""
        return json.dumps(self.flatten(value), **self.style).encode()


def record(kind: type[R], **how: Any) -> Codec[R | None]:
    """Make the codec of a document that is one record; an empty object, as a missing document, is no record."""
    return Codec(
        parse=lambda value: None if value == {} else msgspec.convert(value, kind),
        flatten=lambda value: {} if value is None else flat(value),
        **how,
    )


def records(kind: type[R], **how: Any) -> Codec[Mapping[str, R]]:
    """Make the codec of a document with records by name."""

    def parse(value: Any) -> Mapping[str, R]:
        named = msgspec.convert(value, dict[str, Any])
        return {name: msgspec.convert(entry, kind) for name, entry in named.items()}

    return Codec(parse=parse, flatten=flat, **how)


def flat(value: Any) -> Any:
    """Convert records to JSON values; days and moments become ISO 8601 texts, with an offset in numbers, never a Z.

    A record is a Struct. Of a dataclass that it parsed, msgspec leaves out each field that stood in no document.
    """
    return _as_texts(msgspec.to_builtins(value, builtin_types=(date, datetime)))


def read(store: Store, key: str, codec: Codec[T]) -> T:
    """Read the value of a document; raises UnreadableObject and StoreUnavailable."""
    return codec.decode(key, stored.data if (stored := store.get(key)) else codec.nothing)


def update(store: Store, key: str, codec: Codec[T], change: Callable[[T], T]) -> bool:
    """Write the value that `change` makes of a document, if it differs; returns whether this call wrote it.

    After a lost race `change` is called again with the other writer's value. A write whose answer was lost looks like a
    lost race, but the stored bytes are those of this call. If the document is signed, nobody else can have written
    them. Otherwise, and after a third writer, `change` is called with its own result and has to recognise it.
    Raises WriteConflict after 8 lost races, UnreadableObject and StoreUnavailable.
    """
    tried: bytes | None = None
    for _ in range(TRIES):
        stored = store.get(key)
        present = stored.data if stored else codec.nothing
        if present == tried and codec.is_signed:
            return True
        before = codec.decode(key, present)
        after = change(before)
        wanted = present if after is before else codec.encode(after)
        if wanted == present:
            return present == tried
        try:
            store.put(key, wanted, replacing=stored.etag if stored else None)
        except WriteConflict:
            tried = wanted
            continue
        return True
    raise WriteConflict(f"Other runs kept changing {key}", "run it again when they are done")


def _as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_texts(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_texts(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
