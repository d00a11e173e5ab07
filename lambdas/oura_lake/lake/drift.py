"""Schema drift of one value: how a field differs from its declaration."""

from dataclasses import dataclass
from enum import StrEnum

OF_ANOTHER_FORM = "of another form"  # stands for a value that is not repeated; a repeated value has no blank


class DriftKind(StrEnum):
    """Kinds of difference between a field and its declaration."""

    UNKNOWN = "unknown"  # nobody declared it
    TYPE = "type"  # its value does not fit
    FRACTION = "fraction"  # its value was rounded
    CHARACTER = "character"  # its text has a character that could not be read
    VALUE = "value"  # its values are listed, and this one is not
    OTHER = ""  # a note of another version, whole in `value`


@dataclass(frozen=True, order=True)
class Drift:
    """A field that differs from its declaration; `value` is the new one of a field whose values are listed."""

    field: str
    kind: DriftKind
    value: str = ""

    @property
    def problem(self) -> str:
        """Kind, and behind a blank the value: the text that notes and logs have."""
        return f"{self.kind} {self.value}".strip()


def parsed_drift(field: str, problem: str) -> Drift:
    """Parse the drift of a field from the text of a note."""
    kind, _, value = problem.partition(" ")
    return Drift(field, DriftKind(kind), value) if kind in set(DriftKind) else Drift(field, DriftKind.OTHER, problem)
