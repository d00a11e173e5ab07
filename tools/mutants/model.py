"""Mutant: one small change of one file."""

from dataclasses import dataclass
from hashlib import sha256

SEED = "oura-lake"


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """Change of one line; `text` is the whole file with it."""

    path: str
    line: int
    before: str
    after: str
    text: str

    @property
    def name(self) -> tuple[str, str, str]:
        """Name that stays the same when lines move: the file, the line before and after."""
        return self.path, self.before, self.after

    def __str__(self) -> str:
        """Place and change, as one reads a difference."""
        return f"{self.path}:{self.line}\n  - {self.before}\n  + {self.after}"


def rank(*names: object) -> int:
    """Derive a number from the parts that looks random and is the same on every day."""
    return int.from_bytes(sha256(" ".join(map(str, (SEED, *names))).encode()).digest()[:8], "big")
