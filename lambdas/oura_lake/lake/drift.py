"""Schema drift of one value: how a field differs from its declaration."""

from dataclasses import dataclass
from enum import StrEnum

OF_ANOTHER_FORM = "of another form"  # in the place of a new value that is not repeated; no value that is has a blank


class DriftKind(StrEnum):
    """How a field differs from its declaration."""

    UNKNOWN = "unknown"  # nobody declared it
    TYPE = "type"  # its value does not fit
    FRACTION = "fraction"  # its value was rounded
    CHARACTER = "character"  # its text has a character that could not be read
    VALUE = "value"  # its values are listed, and this is none of them
    OTHER = ""  # what another version noted, whole in `value`


@dataclass(frozen=True, order=True)
class Drift:
    """A field that differs from its declaration; `value` is the new one of a field whose values are listed."""

    field: str
    kind: DriftKind
    value: str = ""

    @property
    def problem(self) -> str:
        """The kind, and behind a blank the value: the text that notes and logs have."""
        return f"{self.kind} {self.value}".strip()


def parsed_drift(field: str, problem: str) -> Drift:
    """The drift of a field from the text that a note has of it."""
    kind, _, value = problem.partition(" ")
    return Drift(field, DriftKind(kind), value) if kind in set(DriftKind) else Drift(field, DriftKind.OTHER, problem)
