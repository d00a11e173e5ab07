"""Record of a call, for a lambda that stands in for a function."""

from typing import TypeVar

T = TypeVar("T")
Answer = TypeVar("Answer")


def noting(seen: list[T], item: T, answer: Answer) -> Answer:
    """Append an item to a list; return the answer."""
    seen.append(item)
    return answer
