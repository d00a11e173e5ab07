"""What becomes of a stored document that a complete answer for its day lacks?

It is asked for by its id. If the provider has none of that id, it is buried; else it is taken as it is now, wherever it
lies now, and where it lay it gets a tombstone.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from oura_lake.errors import DocumentMissing
from oura_lake.lake.landing import Landed, Table, bury, land, remains
from oura_lake.lake.layout import period_of
from oura_lake.sources._model import Endpoint

BY_ID = "asked for by id"
Document = dict[str, Any]


def ask_for(
    table: Table, row: Document, document_of: Callable[[Endpoint, str], Document], moment: datetime, newest: date
) -> Landed:
    """Land or bury one stored document; `newest` is the latest day that can be. Raises SourceError."""
    old = remains(table.endpoint, row)
    if not row.get("id"):
        return Landed()
    try:
        document = document_of(table.endpoint, row["id"])
    except DocumentMissing:
        return bury(table, [old], moment, f"{BY_ID}: 404")
    landed = land(table, [document], moment, BY_ID, newest_day=newest)
    if not landed.n_rejected and _place(table.endpoint, document) != _place(table.endpoint, old):
        landed.n_objects += bury(table, [old], moment, "moved to another place").n_objects
    return landed


def _place(endpoint: Endpoint, document: Document) -> tuple[str, ...]:
    """What tells a stored row: its partition, and its key within it."""
    return (period_of(endpoint, document), *(str(document[name]) for name in endpoint.key))
