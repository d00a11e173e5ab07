"""Documents that the real API gave, read from the folder of reference material."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

MARK = "/usercollection/"


def recorded_documents(shared: Path) -> dict[str, list[dict[str, Any]]]:
    """Every recorded document by collection as in the path; those written by hand are left out."""
    documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted((shared / "oura" / "recorded").glob("*.json")):
        if not path.name.startswith("handwritten"):
            for exchange in json.loads(path.read_text(encoding="utf-8")):
                _collect(documents, exchange)
    return documents


def _collect(documents: dict[str, list[dict[str, Any]]], exchange: dict[str, Any]) -> None:
    collection = exchange["request"]["url"].partition(MARK)[2].split("?")[0].split("/")[0]
    if collection and exchange["status"] == 200:
        documents[collection] += exchange["body"].get("data", [exchange["body"]])
