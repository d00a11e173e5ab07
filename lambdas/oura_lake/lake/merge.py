"""Merge of a document's revisions into its present state.

One rule, shared by the live merge and the rebuild: of each key the latest row counts; one that repeats
the one before it is dropped, so `fetched_at` is when the content was first seen. Rows may be given in
any order and any number of times.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from oura_lake.lake.drift import Drift
from oura_lake.lake.raw import Line, parse_line
from oura_lake.lake.rows import Key, Row, document_row, key_of, tombstone_row
from oura_lake.sources.model import Endpoint


def fold(endpoint: Endpoint, stored: Mapping[Key, Row], revisions: Iterable[Row]) -> dict[Key, Row]:
    """Merge revisions into the stored rows; returns the rows by key."""
    rows = dict(stored)
    for row in sorted(revisions, key=lambda row: (row["fetched_at"], row["content_hash"])):
        key = key_of(endpoint, row)
        if counts(row, rows.get(key)):
            rows[key] = row
    return rows


def rows_of(endpoint: Endpoint, entries: Iterable[dict[str, Any]]) -> list[Row]:
    """Convert raw lines to rows."""
    return [row_of(endpoint, parse_line(entry), set()) for entry in entries]


def row_of(endpoint: Endpoint, line: Line, drift: set[Drift]) -> Row:
    """Convert one line to a row; values that did not fit are added to `drift`."""
    if line.is_deleted:
        return tombstone_row(endpoint, line.document, line.digest, line.fetched_at)
    return document_row(endpoint, line.document, line.digest, line.fetched_at, drift)


def counts(row: Row, stored: Row | None) -> bool:
    """Whether a row replaces the stored one: it is newer, or has the same content and was fetched earlier."""
    if stored is None:
        return True
    if row["content_hash"] == stored["content_hash"]:
        return bool(row["fetched_at"] < stored["fetched_at"])
    return bool((row["fetched_at"], row["content_hash"]) > (stored["fetched_at"], stored["content_hash"]))


def can_become_tombstone(endpoint: Endpoint, row: Row) -> bool:
    """Whether a stored row is no tombstone yet, and has the key and the day for one.

    Earlier versions accepted keys and days of another type than declared, which are NULL in the table.
    """
    return not row["is_deleted"] and all(row[name] is not None for name in _of_tombstone(endpoint))


def tombstone_fields(endpoint: Endpoint, row: Row) -> dict[str, str]:
    """Take the key and the day of a stored row for its tombstone, as the provider writes them."""
    return {name: str(row[name]) for name in _of_tombstone(endpoint)}


def _of_tombstone(endpoint: Endpoint) -> set[str]:
    return {*endpoint.key, *([endpoint.day] if endpoint.day else [])}
