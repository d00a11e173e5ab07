"""A value that may be absent by its type, and is not in a test."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """The value; fails the test where it is absent."""
    assert value is not None
    return value
