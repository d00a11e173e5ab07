"""Erasure of one person; a second call finishes what a first one left undone.

No state is kept on the way. Each holding is a kind of thing: how much of it is there now, and how to remove it. The
removal looks anew at what is there, so a run that died at any step is finished by the next.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from oura_lake.errors import NotErased, OuraLakeError
from oura_lake.oura.tokens import App, StoredToken, Token

Asking = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One kind of thing that a lake holds of a person; `why` explains what its name does not say."""

    kind: str
    count: Callable[[], int]
    remove: Callable[[], None]
    why: str = ""


def survey(holdings: Iterable[Holding]) -> dict[str, int]:
    """How much of each kind there is; no key, no value."""
    return {holding.kind: holding.count() for holding in holdings}


def erase(holdings: Iterable[Holding], say: Callable[[str, int], None]) -> dict[str, int]:
    """Remove all, in order; what is left afterwards is counted anew. Raises NotErased, SourceError, StoreError."""
    every = list(holdings)
    for holding in every:
        if found := holding.count():
            holding.remove()
            say(holding.kind, found)
    left = survey(every)
    if remaining := {kind: n for kind, n in left.items() if n}:
        raise NotErased(remaining)
    return left


def withdraw(
    load: Callable[[], StoredToken | None], app: Callable[[], App], revoke: Callable[[App, Token], None], go_on: Asking
) -> None:
    """Take the permission back at Oura, or ask whether to go on without; raises the reason where the answer is no."""
    try:
        if stored := load():
            revoke(app(), stored.token)
    except OuraLakeError as error:  # a damaged token too: it must be possible to erase it
        _asked(error, go_on, "The permission stays at Oura until it is taken back in your account there.")


def counted(count: Callable[[], int], go_on: Asking, consequence: str) -> int:
    """A count that Oura must tell; none where it does not and the answer is to go on without."""
    try:
        return count()
    except OuraLakeError as error:
        _asked(error, go_on, consequence)
        return 0


def _asked(error: OuraLakeError, go_on: Asking, consequence: str) -> None:
    if not go_on(f"{error} {consequence}"):
        raise error
