"""Erasure of one person; a second call finishes an interrupted one.

No state is stored on the way. Each holding is a kind of object, with functions that count and remove the present ones.
So the next run finishes one that died at any step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from oura_lake.errors import NotErased, OuraLakeError
from oura_lake.oura.tokens import App, StoredToken, Token

Confirm = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One kind of object of a person in a lake; `why` explains its name where that needs it."""

    kind: str
    count: Callable[[], int]
    remove: Callable[[], None]
    why: str = ""


def survey(holdings: Iterable[Holding]) -> dict[str, int]:
    """Count the objects of each kind; no key, no value."""
    return {holding.kind: holding.count() for holding in holdings}


def erase(holdings: Iterable[Holding], on_removed: Callable[[str, int], None]) -> dict[str, int]:
    """Remove all, in order, and count the rest anew. Raises NotErased, SourceError and StoreError."""
    every = list(holdings)
    for holding in every:
        if found := holding.count():
            holding.remove()
            on_removed(holding.kind, found)
    counts = survey(every)
    if remaining := {kind: n for kind, n in counts.items() if n}:
        raise NotErased(remaining)
    return counts


def withdraw(
    load: Callable[[], StoredToken | None], app: Callable[[], App], revoke: Callable[[App, Token], None], go_on: Confirm
) -> None:
    """Revoke the permission at Oura; after a failure ask whether to go on, and raise it if the answer is no."""
    try:
        if stored := load():
            revoke(app(), stored.token)
    except OuraLakeError as error:  # a damaged token too: it must be possible to erase it
        _confirm(error, go_on, "The permission stays at Oura until it is taken back in your account there.")


def counted(count: Callable[[], int], go_on: Confirm, consequence: str) -> int:
    """Count objects at Oura; 0 if it fails and the user chooses to go on."""
    try:
        return count()
    except OuraLakeError as error:
        _confirm(error, go_on, consequence)
        return 0


def _confirm(error: OuraLakeError, go_on: Confirm, consequence: str) -> None:
    if not go_on(f"{error} {consequence}"):
        raise error
