"""Given what was said of each document over time, what does the lake believe?

One rule, shared by the live merge and the rebuild: of each key the latest line counts; a line that
repeats the one before it is dropped, so `fetched_at` is when the content was first seen. Lines may be
given in any order and any number of times.
"""

from collections.abc import Iterable, Mapping

from oura_lake.lake.raw import Line
from oura_lake.lake.rows import Key, Row, document_row, key_of, naive_utc, tombstone_row
from oura_lake.sources._model import Endpoint


def fold(endpoint: Endpoint, held: Mapping[Key, Row], lines: Iterable[Line]) -> dict[Key, Row]:
    """The rows by key after these lines were said."""
    rows = dict(held)
    for line in sorted(lines, key=_order):
        row = row_of(endpoint, line)
        key = key_of(endpoint, row)
        if _counts(row, rows.get(key)):
            rows[key] = row
    return rows


def row_of(endpoint: Endpoint, line: Line) -> Row:
    """The row that a line alone would make."""
    make = tombstone_row if line.is_deleted else document_row
    return make(endpoint, line.document, line.digest, line.fetched_at)


def _order(line: Line) -> tuple[object, str]:
    return naive_utc(line.fetched_at), line.digest


def _counts(row: Row, held: Row | None) -> bool:
    if held is None:
        return True
    if row["content_hash"] == held["content_hash"]:
        return bool(row["fetched_at"] < held["fetched_at"])
    return bool((row["fetched_at"], row["content_hash"]) > (held["fetched_at"], held["content_hash"]))
