"""Revisions of a document; the same invariants hold in every version."""

from oura_lake.simulator.source import Document

BLOCK_S = 300  # a revision stages five more minutes of light sleep as deep


def revised(collection: str, document: Document, version: int) -> Document:
    """Document's n-th version; version 0 is the document itself."""
    change = {"daily_activity": _moved, "daily_readiness": _scored, "daily_sleep": _scored, "sleep": _staged}
    if version == 0 or collection not in change:
        return document
    return change[collection](document, version)


def _moved(document: Document, version: int) -> Document:
    return document | {
        "active_calories": document["active_calories"] + 3 * version,
        "steps": document["steps"] + 137 * version,
        "total_calories": document["total_calories"] + 3 * version,
    }


def _scored(document: Document, version: int) -> Document:
    score = document.get("score")
    return document if score is None else document | {"score": max(1, score - version)}


def _staged(document: Document, version: int) -> Document:
    """Stage some light sleep as deep; the totals stay."""
    moved = min(version * BLOCK_S, (document.get("light_sleep_duration") or 0) // BLOCK_S * BLOCK_S)
    if document.get("type") != "long_sleep" or not moved:
        return document
    blocks = moved // BLOCK_S
    strings = {
        name: document[name].replace("2" * width, "1" * width, blocks)
        for name, width in (("sleep_phase_5_min", 1), ("app_sleep_phase_5_min", 1), ("sleep_phase_30_sec", 10))
        if document.get(name)
    }
    return (
        document
        | strings
        | {
            "deep_sleep_duration": (document.get("deep_sleep_duration") or 0) + moved,
            "light_sleep_duration": document["light_sleep_duration"] - moved,
            "sleep_analysis_reason": "bedtime_edit",
        }
    )
