"""The outcome of one collection in a run; its errors do not stop the other collections."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oura_lake.errors import NotBroughtIn, OuraLakeError, caught
from oura_lake.lake.documents import Landed
from oura_lake.sources.model import Endpoint


@dataclass(kw_only=True)
class Outcome:
    """Result of a run for one collection; `error` has the sentence for the person, None without an error."""

    endpoint: Endpoint
    landed: Landed = field(default_factory=Landed)
    error: OuraLakeError | None = None
    is_removed: bool = False

    @property
    def is_well(self) -> bool:
        """Whether every record landed; a collection that the provider removed weeks ago counts as complete."""
        return self.problem is None or self.is_removed

    @property
    def n_documents(self) -> int:
        """Records of the requested days, whether they were new or not."""
        return self.landed.n_new + self.landed.n_revised + self.landed.n_unchanged

    @property
    def problem(self) -> str | None:
        """Sentence about the problem, None without one."""
        if self.error:
            return str(self.error)
        if reasons := self.landed.rejected:
            return (
                f"Of {self.endpoint.name}, {' and '.join(f'{n} {reason}' for reason, n in sorted(reasons.items()))}; "
                "what came is kept under rejected/ and not merged: report it with the collection's name."
            )
        return None


@contextmanager
def recorded_in(outcome: Outcome, but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """Record the block's error in the outcome, the first of several; an error of the kind `but` passes."""
    with caught(but) as found:
        yield
    if found.error:
        outcome.error = outcome.error or _as_problem(found.error, outcome.endpoint)


def _as_problem(error: Exception, endpoint: Endpoint) -> OuraLakeError:
    """Convert an error to the project's own; of a mistake in the code only its kind, as its text may have a value."""
    if isinstance(error, OuraLakeError):
        return error
    mistake = NotBroughtIn(
        f"{endpoint.name} was not brought in, by a mistake in the code ({type(error).__name__}), and the other "
        "collections were",
        "update this program, or report it with the collection's name",
    )
    mistake.__cause__ = error
    return mistake
