"""Ids of documents that encode the day.

An id looks like a random UUID. Eight hex digits are the day, scrambled by an odd multiplier that depends on
seed and collection and has an inverse; the others are a digest.
"""

import hashlib
from datetime import date

SPAN = 2**32


def document_id(seed: int, collection: str, day: date, number: int = 0) -> str:
    """Id of the n-th document of a collection on a day; the same for ever."""
    factor, offset = _scramble(seed, collection)
    head = (day.toordinal() * factor + offset) % SPAN
    tail = hashlib.sha256(f"{seed}/{collection}/{day}/{number}".encode()).hexdigest()
    return f"{head:08x}-{tail[:4]}-4{tail[4:7]}-a{tail[7:10]}-{tail[10:22]}"


def day_of(seed: int, collection: str, identity: str) -> date | None:
    """Day of an id; None for a text that is no id. The document need not exist."""
    try:
        head = int(identity.split("-")[0], 16)
        factor, offset = _scramble(seed, collection)
        return date.fromordinal((head - offset) * pow(factor, -1, SPAN) % SPAN)
    except (ValueError, OverflowError):
        return None


def _scramble(seed: int, collection: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"{seed}/{collection}".encode()).digest()
    return int.from_bytes(digest[:4]) | 1, int.from_bytes(digest[4:8])
