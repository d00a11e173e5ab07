"""Mutant: one small change of one file."""

from dataclasses import dataclass
from hashlib import sha256

SEED = "oura-lake"


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one line; `text` is the whole file with it."""

    path: str
    line: int
    before: str
    after: str
    text: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when lines move: the file, the line before and after."""
        return self.path, self.before, self.after

    def __str__(self) -> str:
        """The place, and what was changed there, as one reads a difference."""
        return f"{self.path}:{self.line}\n  - {self.before}\n  + {self.after}"


def rank(*names: object) -> int:
    """A number that follows from what is named and looks drawn: the same on every day."""
    return int.from_bytes(sha256(" ".join(map(str, (SEED, *names))).encode()).digest()[:8], "big")
