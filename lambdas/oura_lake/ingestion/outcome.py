"""The outcome of one collection in a run; its errors keep no other from landing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oura_lake.errors import NotBroughtIn, OuraLakeError, caught
from oura_lake.lake.documents import Landed
from oura_lake.sources.model import Endpoint


@dataclass(kw_only=True)
class Outcome:
    """What a run did to one collection; `error` is the sentence for the person, None when all went well."""

    endpoint: Endpoint
    landed: Landed = field(default_factory=Landed)
    error: OuraLakeError | None = None
    is_gone: bool = False

    @property
    def is_well(self) -> bool:
        """Whether all that there is came: also of a collection that the provider removed weeks ago."""
        return self.problem is None or self.is_gone

    @property
    def n_documents(self) -> int:
        """Records of the days asked for, whether they were new or not."""
        return self.landed.n_new + self.landed.n_revised + self.landed.n_unchanged

    @property
    def problem(self) -> str | None:
        """The sentence that says what went wrong, None where nothing did."""
        if self.error:
            return str(self.error)
        if reasons := self.landed.rejected:
            return (
                f"Of {self.endpoint.name}, {' and '.join(f'{n} {reason}' for reason, n in sorted(reasons.items()))}; "
                "what came is kept under rejected/ and not merged: report it with the collection's name."
            )
        return None


@contextmanager
def kept_in(outcome: Outcome, but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """Make what the block raises the error of a collection, the first of several; an error of the kind `but` passes."""
    with caught(but) as found:
        yield
    if found.error:
        outcome.error = outcome.error or _said(found.error, outcome.endpoint)


def _said(error: Exception, endpoint: Endpoint) -> OuraLakeError:
    """An error in words; of a mistake in the code only its kind is said, as its text may hold a measurement."""
    if isinstance(error, OuraLakeError):
        return error
    mistake = NotBroughtIn(
        f"{endpoint.name} was not brought in, by a mistake in the code ({type(error).__name__}), and the other "
        "collections were",
        "update this program, or report it with the collection's name",
    )
    mistake.__cause__ = error
    return mistake
