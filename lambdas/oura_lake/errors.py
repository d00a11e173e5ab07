"""Errors of the project, split by what the caller does about them.

    OuraLakeError
    ├── SettingsWrong        the user corrects a setting or an argument
    │   └── NothingStored        the lake has no record of the person: for some commands nothing is wrong
    ├── SourceError
    │   ├── SourceUnavailable    try again later (429, 5xx, no network)
    │   │   └── NotThereYet          the document that a webhook names has not appeared
    │   └── SourceRefused        asking again cannot help
    │       ├── ScopeMissing         skip the collection; a refresh would burn a token for nothing
    │       ├── MembershipLapsed     skip the collection; the membership must be renewed
    │       ├── TokenRejected        the person must connect again
    │       │   ├── NotConnected         the person never connected: nothing is wrong yet
    │       │   └── ChainBroken          the refresh token is gone: quiet until a new consent
    │       │       └── AppRefused           the app is refused, not the token: its owner enters its secret anew
    │       ├── CollectionAbsent     the provider has no such collection (any more)
    │       ├── DocumentMissing      the provider has no document of that id
    │       └── NotBroughtIn         a mistake in the code stopped the collection: the others go on
    ├── StoreError
    │   ├── WriteConflict        another writer was first: read again and merge
    │   ├── StoreUnavailable     the store cannot be read or written
    │   └── UnreadableObject     an object of the lake is damaged
    ├── NotErased            objects of a person remain; run it again
    ├── MessageNotSent       a channel did not take a message; the next run tries again
    └── QueryFailed          the SQL or the engine refused

Every error has two parts: the problem (what happened, to what) and the advice (what to do, or what happens next). A
caller that wants a part reads the field; no caller takes the text apart.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

EXIT_WRONG_INPUT = 2
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells report it
ENDS = (".", "?", "!")


class OuraLakeError(Exception):
    """Base of all errors that the project raises on purpose; the text addresses the person who reads it.

    `str()` makes one sentence of the parts: `problem; advice.`, or two where the problem ends with a full stop.
    """

    def __init__(self, problem: str, advice: str | None = None) -> None:
        super().__init__(problem, advice)
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        text = self.problem
        if self.advice is not None:
            text += f"{' ' if text.endswith(ENDS) else '; '}{self.advice}"
        return text if text.endswith(ENDS) else f"{text}."


class SettingsWrong(OuraLakeError):
    """A setting, file or argument is missing or wrong; the text names it and the correction."""


class NothingStored(SettingsWrong):
    """The lake has no record of the requested person."""


class SourceError(OuraLakeError):
    """The provider did not answer a request with the requested records."""


class SourceUnavailable(SourceError):
    """The provider cannot answer now; the next run repeats the request."""


class NotThereYet(SourceUnavailable):
    """Oura does not have the document of a recent webhook event yet (404); nothing is wrong so far."""


class SourceRefused(SourceError):
    """The provider will not answer this request, however often it is repeated."""


class ScopeMissing(SourceRefused):
    """The token may not read this collection; only a new consent helps, a refresh does not."""


class MembershipLapsed(SourceRefused):
    """Oura answers 403: the membership lapsed or the data type is not shared."""


class TokenRejected(SourceRefused):
    """The token is expired, revoked or wrong, and no refresh can replace it."""


class NotConnected(TokenRejected):
    """The person has not connected to Oura yet; a schedule waits in silence."""


class ChainBroken(TokenRejected):
    """The stored refresh token is used up or revoked; `version` identifies the stored token."""

    def __init__(self, problem: str, advice: str | None = None, *, version: str = "") -> None:
        super().__init__(problem, advice)
        self.version = version


class AppRefused(ChainBroken):
    """Oura refuses the registered app: no refresh token was used up, and correct credentials of the app solve it."""


class CollectionAbsent(SourceRefused):
    """Oura answers 404 for a list: it has no such collection any more, or the base address is wrong."""


class DocumentMissing(SourceRefused):
    """Oura has no document of that id (404): it was deleted, or does not exist yet."""


class NotBroughtIn(SourceRefused):
    """A mistake in the code stopped the landing of a collection; `__cause__` is the error."""


class StoreError(OuraLakeError):
    """The store of the lake did not carry out a request."""


class WriteConflict(StoreError):
    """The object changed between read and write; read it again."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, read or written."""


class UnreadableObject(StoreError):
    """An object of the lake cannot be parsed; it stays unchanged."""


class MessageNotSent(OuraLakeError):
    """A channel did not take a message; the text names the channel, never the message."""


class NotErased(OuraLakeError):
    """Objects of a person remain after the erasure: another run wrote them meanwhile."""

    def __init__(self, remaining: Mapping[str, int]) -> None:
        counts = ", ".join(f"{n:,} {kind}" for kind, n in remaining.items())
        super().__init__(f"{counts} were written during the removal and remain", "run it again")


class QueryFailed(OuraLakeError):
    """The engine refused the SQL or could not run it."""


@dataclass
class Caught:
    """Error that a block raised; None if it raised none."""

    error: Exception | None = None


@contextmanager
def caught(but: type[Exception] | tuple[()] = ()) -> Iterator[Caught]:
    """Catch every error of the block, also a mistake in the code, so that the work around it goes on.

    Interruptions of the program pass, and so does an error of the kind `but`.
    """
    found = Caught()
    try:
        yield found
    except but:
        raise
    except Exception as error:  # noqa: BLE001 - one document, task or person must not keep the others
        found.error = error
