"""Detection of deletions: stored documents that an answer no longer contains.

Each is requested by its id. If the provider has no such document, it gets a tombstone. Otherwise its present revision
lands in its present partition, and its former place gets a tombstone.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from oura_lake.errors import DocumentMissing
from oura_lake.lake.documents import Landed, Table, add_tombstones, is_placeable, land, tombstone_fields
from oura_lake.lake.keys import period_of
from oura_lake.sources.model import Endpoint

BY_ID = "asked for by id"
Document = dict[str, Any]


def ask_for(
    table: Table,
    rows: Iterable[Document],
    document_of: Callable[[Endpoint, str], Document],
    moment: datetime,
    newest: date,
) -> Landed:
    """Request stored documents by id, then land them or write tombstones, all of a partition at once.

    `newest` is the latest possible day. Raises SourceError, with nothing written: the next run requests them again.
    """
    deleted: list[Document] = []
    moved: list[Document] = []
    present: list[Document] = []
    for row in rows:
        if not row.get("id"):
            continue
        old = tombstone_fields(table.endpoint, row)
        try:
            present.append(document_of(table.endpoint, row["id"]))
        except DocumentMissing:
            deleted.append(old)
            continue
        if is_placeable(table.endpoint, present[-1], newest) and _has_moved(table.endpoint, old, present[-1]):
            moved.append(old)
    landed = add_tombstones(table, deleted, moment, f"{BY_ID}: 404")
    landed.add(land(table, present, moment, BY_ID, newest_day=newest))
    landed.add_objects(add_tombstones(table, moved, moment, "moved to another place"))
    return landed


def _has_moved(endpoint: Endpoint, old: Document, new: Document) -> bool:
    """Whether a document has another partition now, or another key."""
    return period_of(endpoint, old) != period_of(endpoint, new) or any(old[k] != str(new[k]) for k in endpoint.key)
