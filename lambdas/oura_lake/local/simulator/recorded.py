"""Which pages were recorded from the real API, and how are they served again?

A folder of files, each a list of {"request": {"method", "url"}, "status", "body"}. For every collection the
fullest successful list page is served; pages whose file name says `handwritten` were never the API's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oura_lake.errors import SettingsWrong
from oura_lake.local.simulator.held import Held
from oura_lake.local.simulator.routes import COLLECTIONS
from oura_lake.local.simulator.source import Document

PREFIX = "/v2/usercollection/"


class Recorded(Held):
    """One recorded person; raises SettingsWrong where the folder holds no pages."""

    def __init__(self, folder: Path) -> None:
        pages = _fullest(folder)
        if not pages:
            raise SettingsWrong(f"{folder} holds no recorded page; name a folder of recorded responses.")
        super().__init__(pages)
        self.counts = {name: len(documents) for name, documents in pages.items()}


def _fullest(folder: Path) -> dict[str, list[Document]]:
    """The longest list of each collection; the later file wins a tie."""
    found: dict[str, list[Document]] = {}
    for collection, documents in _pages(folder):
        if len(documents) >= len(found.get(collection, [])):
            found[collection] = documents
    return found


def _pages(folder: Path) -> Iterator[tuple[str, list[Document]]]:
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("handwritten"):
            continue
        for exchange in _exchanges(path):
            collection, _, identity = urlsplit(exchange["request"]["url"]).path.removeprefix(PREFIX).partition("/")
            if exchange["status"] != 200 or identity or collection not in COLLECTIONS:
                continue
            body = exchange["body"]
            yield collection, [body] if collection == "personal_info" else body["data"]


def _exchanges(path: Path) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(path.read_bytes())
    except ValueError as error:
        raise SettingsWrong(f"{path} is not JSON; remove it or record it again.") from error
    return found
