"""Result of a landing, in counts, objects and what was strange."""

from collections import Counter
from dataclasses import dataclass, field

from oura_lake.lake.changes import Change
from oura_lake.lake.drift import Drift
from oura_lake.lake.rows import Row


@dataclass(kw_only=True)
class Landed:
    """Result of a landing: documents by outcome, objects written under lake/, drift.

    An object counts as written also where a refused write was stored after all, by this run or a racing writer.

    `n_rejected` counts every rejected record; `rejected` counts, by reason, those that no earlier run rejected.
    `missing` are the heads of stored rows that a complete answer for their day lacks. `changes` has each written
    object, except one that was stored though its write was refused.
    """

    n_new: int = 0
    n_revised: int = 0
    n_unchanged: int = 0
    n_rejected: int = 0
    n_objects: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    drift: set[Drift] = field(default_factory=set)
    missing: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, other: "Landed") -> None:
        """Count another landing in."""
        for name in ("n_new", "n_revised", "n_unchanged", "n_rejected", "n_objects"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected += other.rejected
        self.drift |= other.drift
        self.missing += other.missing
        self.changes += other.changes

    def add_objects(self, other: "Landed") -> None:
        """Count only the objects of another landing in, whose documents count elsewhere."""
        self.n_objects += other.n_objects
        self.changes += other.changes
