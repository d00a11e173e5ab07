"""Value that its type allows to be absent, and a test does not."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return a value; fail the test where it is absent."""
    assert value is not None
    return value
