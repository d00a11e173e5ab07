"""What can go wrong, split by what the caller does about it.

    OuraLakeError
    ├── SettingsWrong        the user mends a setting or an argument
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
    │       │       └── AppRefused           the app is refused, not the token: its owner gives its secret anew
    │       ├── CollectionAbsent     the provider has no such collection (any more)
    │       ├── DocumentMissing      the provider has no document of that id
    │       └── NotBroughtIn         what came met a mistake in the code: the other collections go on
    ├── StoreError
    │   ├── WriteConflict        another writer was first: read again and merge
    │   ├── StoreUnavailable     the store cannot be read or written
    │   └── UnreadableObject     an object of the lake is damaged
    ├── NotErased            something of a person is left; run it again
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
    """Anything the project raises on purpose; its words are written for the person who reads them.

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
    """A setting, file or argument is missing or wrong, and the text says which and how to mend it."""


class NothingStored(SettingsWrong):
    """The lake has no record of the person asked for."""


class SourceError(OuraLakeError):
    """The provider did not give what was asked for."""


class SourceUnavailable(SourceError):
    """The provider cannot answer now; the next run asks again."""


class NotThereYet(SourceUnavailable):
    """A webhook told of a document that Oura does not give (404) so soon after; nothing is wrong yet."""


class SourceRefused(SourceError):
    """The provider will not answer this request however often it is asked."""


class ScopeMissing(SourceRefused):
    """The token may not read this collection; only a new consent mends it, a refresh does not."""


class MembershipLapsed(SourceRefused):
    """Oura answers 403: the membership lapsed or the data type is not shared."""


class TokenRejected(SourceRefused):
    """The token is expired, revoked or wrong and no refresh could mend it."""


class NotConnected(TokenRejected):
    """Nobody said yes at Oura so far; a schedule waits for it in silence."""


class ChainBroken(TokenRejected):
    """The stored refresh token is used up or revoked; `version` is the mark of the stored token it is about."""

    def __init__(self, problem: str, advice: str | None = None, *, version: str = "") -> None:
        super().__init__(problem, advice)
        self.version = version


class AppRefused(ChainBroken):
    """Oura refuses the registered app: no refresh token was used up, and the app's right credentials mend it."""


class CollectionAbsent(SourceRefused):
    """Oura answers 404 for a list: it has no such collection any more, or the base address is wrong."""


class DocumentMissing(SourceRefused):
    """Oura has no document of that id (404): it was deleted, or does not exist yet."""


class NotBroughtIn(SourceRefused):
    """What the provider gave could not be brought in, by a mistake in the code; its cause is what was raised."""


class StoreError(OuraLakeError):
    """The place where the lake lies did not do what was asked."""


class WriteConflict(StoreError):
    """The object changed between read and write; read it again."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, read or written."""


class UnreadableObject(StoreError):
    """An object of the lake cannot be parsed; it is left as it is."""


class MessageNotSent(OuraLakeError):
    """A channel did not take a message; the text names the channel, never the message."""


class NotErased(OuraLakeError):
    """Something of a person is still there after all was removed: it was written meanwhile."""

    def __init__(self, left: Mapping[str, int]) -> None:
        what = ", ".join(f"{n:,} {kind}" for kind, n in left.items())
        super().__init__(f"Left are {what}, written while the rest was removed", "run it again.")


class QueryFailed(OuraLakeError):
    """The engine refused the SQL or could not run it."""


@dataclass
class Caught:
    """What a block raised; None where it raised nothing."""

    error: Exception | None = None


@contextmanager
def caught(but: type[Exception] | tuple[()] = ()) -> Iterator[Caught]:
    """Catch what the block raises, a mistake in the code too, so that the work around it goes on.

    What ends the program passes, as an interruption, and so does an error of the kind `but`.
    """
    found = Caught()
    try:
        yield found
    except but:
        raise
    except Exception as error:  # noqa: BLE001 - one document, task or person must not keep the others
        found.error = error
