"""Recorded pages of the real API, served again.

A folder holds files, each a list of {"request": {"method", "url"}, "status", "body"}. The longest successful list page
of each collection is served. Files with `handwritten` in the name are skipped: their pages are not the API's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oura_lake.errors import SettingsWrong
from oura_lake.simulator.given_documents import GivenDocuments
from oura_lake.simulator.routes import COLLECTIONS
from oura_lake.simulator.source import Document

PREFIX = "/v2/usercollection/"


class Recorded(GivenDocuments):
    """One recorded person; raises SettingsWrong where the folder holds no pages."""

    def __init__(self, folder: Path) -> None:
        pages = _fullest(folder)
        if not pages:
            raise SettingsWrong(f"{folder} holds no recorded page", "name a folder of recorded responses")
        super().__init__(pages)
        self.counts = {name: len(documents) for name, documents in pages.items()}


def _fullest(folder: Path) -> dict[str, list[Document]]:
    """Longest list of each collection; the later file wins a tie."""
    found: dict[str, list[Document]] = {}
    for collection, documents in _pages(folder):
        if len(documents) >= len(found.get(collection, [])):
            found[collection] = documents
    return found


def _pages(folder: Path) -> Iterator[tuple[str, list[Document]]]:
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("handwritten"):
            continue
        try:
            yield from [page for exchange in json.loads(path.read_bytes()) if (page := _page(exchange))]
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsWrong(
                f"{path} is not a list of recorded exchanges (request, status, body)", "remove it or record it again"
            ) from error


def _page(exchange: dict[str, Any]) -> tuple[str, list[Document]] | None:
    """Read the collection and documents of a good list page; None for any other exchange."""
    collection, _, identity = urlsplit(exchange["request"]["url"]).path.removeprefix(PREFIX).partition("/")
    if exchange["status"] != 200 or identity or collection not in COLLECTIONS:
        return None
    body = exchange["body"]
    return collection, [body] if collection == "personal_info" else body["data"]
