"""Detection of deletions: documents that an answer no longer holds.

Each is asked for by its id. If the provider has none of that id, it is buried; else it is taken as it is now, wherever
it lies now, and where it lay it gets a tombstone.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from oura_lake.errors import DocumentMissing
from oura_lake.lake.documents import Landed, Table, bury, is_placeable, land, remains
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
    """Land or bury stored documents, all of a partition at once; `newest` is the latest day that can be.

    Raises SourceError, with nothing written: the next run asks for them again.
    """
    gone: list[Document] = []
    moved: list[Document] = []
    there: list[Document] = []
    for row in rows:
        if not row.get("id"):
            continue
        old = remains(table.endpoint, row)
        try:
            there.append(document_of(table.endpoint, row["id"]))
        except DocumentMissing:
            gone.append(old)
            continue
        if is_placeable(table.endpoint, there[-1], newest) and _has_moved(table.endpoint, old, there[-1]):
            moved.append(old)
    landed = bury(table, gone, moment, f"{BY_ID}: 404")
    landed.add(land(table, there, moment, BY_ID, newest_day=newest))
    landed.n_objects += bury(table, moved, moment, "moved to another place").n_objects
    return landed


def _has_moved(endpoint: Endpoint, old: Document, new: Document) -> bool:
    """Whether a document lies in another partition now, or there under another key."""
    return period_of(endpoint, old) != period_of(endpoint, new) or any(old[k] != str(new[k]) for k in endpoint.key)
