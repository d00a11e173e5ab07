"""Objects of stored views: how each is written and read, and whether it is up to date.

An object names what it was made from: a digest of the views' SQL, and the version of each source object. So a reader
knows whether it is up to date, whoever changed the lake. `query/refresh.py` makes it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec
import pyarrow as pa

from oura_lake.errors import UnreadableObject
from oura_lake.lake.keys import parsed_key, stored_view_key, stored_view_prefix
from oura_lake.lake.parquet import encoded, metadata_of, read_table
from oura_lake.lake.schema import arrow_type
from oura_lake.lake.store import Store
from oura_lake.query.stored_declaration import PERSON, stored_columns
from oura_lake.query.views import View

MADE_FROM = b"oura_lake.made_from"
VERSION_LENGTH = 16  # characters of an etag that tell two versions of one object apart


@dataclass(frozen=True, kw_only=True)
class MadeFrom:
    """Origin of a stored view's object: a digest of the SQL, and the version of each source by table and period."""

    digest: str
    sources: Mapping[str, Mapping[str, str]]


NOTHING = MadeFrom(digest="", sources={})


@dataclass(frozen=True, kw_only=True)
class StoredRows:
    """Object of one person's stored view at the time of its reading."""

    data: bytes
    table: pa.Table
    made_from: MadeFrom
    etag: str


def digest_of(views: Mapping[str, View]) -> str:
    """Digest of all views' SQL and declarations: rows that another SQL made, or of other types, are made again."""
    return sha256("\0".join(views[name].digest for name in sorted(views)).encode()).hexdigest()[:VERSION_LENGTH]


def version_of(etag: str) -> str:
    """Version of a source object from its etag."""
    return etag.strip('"')[:VERSION_LENGTH]


def read_stored(store: Store, view: str, person: str) -> StoredRows | None:
    """Read a person's stored rows; None without any. Raises StoreUnavailable.

    A damaged object has no rows and is made from nothing: the next refresh replaces it.
    """
    key = stored_view_key(view, person)
    found = store.get(key)
    if found is None:
        return None
    try:
        table, made_from = read_table(key, found.data), _made_from(key, found.data)
    except UnreadableObject:
        table, made_from = pa.table({}), NOTHING
    return StoredRows(data=found.data, table=table, made_from=made_from, etag=found.etag)


def encode(table: pa.Table, made_from: MadeFrom) -> bytes:
    """Encode rows in the order of their days, with their origin; same rows of the same origin are same bytes."""
    origin = {"digest": made_from.digest, "sources": made_from.sources}
    return encoded(table, {MADE_FROM: json.dumps(origin, sort_keys=True, separators=(",", ":")).encode()})


def arrow_schema(view: View) -> pa.Schema:
    """Arrow schema of a stored view's object."""
    return pa.schema([pa.field(c.name, arrow_type(c.type)) for c in stored_columns(view)])


def versions(store: Store, tables: Iterable[str], person: str) -> dict[str, dict[str, str]]:
    """List the version of each object of a person's tables, by table and period; one LIST a table."""
    return {table: _listed(store, f"lake/{table}/{PERSON}={person}/") for table in sorted(tables)}


def differences(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> set[tuple[str, str]]:
    """Tables and periods whose objects have another version, are new, or are gone."""
    before = {(table, period, version) for table, of in old.items() for period, version in of.items()}
    after = {(table, period, version) for table, of in new.items() for period, version in of.items()}
    return {(table, period) for table, period, _ in before ^ after}


def is_up_to_date(store: Store, view: View, views: Mapping[str, View], person: str | None) -> bool:
    """Whether the stored rows of a person (None: of everybody) are what the view's SELECT would give.

    Raises StoreUnavailable.
    """
    digest = digest_of(views)
    origins = dict(_origins(store, view.name, person))
    if not origins or any(made_from.digest != digest for made_from in origins.values()):
        return False
    tables = sorted({table for made_from in origins.values() for table in made_from.sources})
    if not person and not set(origins) >= _persons(key for t in tables for key in store.keys(f"lake/{t}/")):
        return False
    return all(versions(store, tables, name) == made_from.sources for name, made_from in origins.items())


def _made_from(key: str, data: bytes) -> MadeFrom:
    """Origin that an object names; NOTHING where another release wrote it in another form."""
    try:
        return msgspec.json.decode(metadata_of(data, key).get(MADE_FROM, b""), type=MadeFrom)
    except msgspec.DecodeError:
        return NOTHING


def _origins(store: Store, view: str, person: str | None) -> Iterator[tuple[str, MadeFrom]]:
    for name in [person] if person else sorted(_persons(store.keys(stored_view_prefix(view)))):
        key = stored_view_key(view, name)
        if found := store.get(key):
            try:
                yield name, _made_from(key, found.data)
            except UnreadableObject:
                yield name, NOTHING


def _listed(store: Store, prefix: str) -> dict[str, str]:
    found = ((parsed_key(key), etag) for key, etag in store.etags(prefix))
    return {parsed.period: version_of(etag) for parsed, etag in found if parsed}


def _persons(keys: Iterable[str]) -> set[str]:
    return {parsed.person for key in keys if (parsed := parsed_key(key))}
