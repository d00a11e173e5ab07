"""Accepted survivors: mutants that no test needs to catch, each with its reason, in accepted.yml.

An entry whose mutant is caught, or is not made any more, is to be removed.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from tools.mutants.judging import Judged

FILE = Path(__file__).with_name("accepted.yml")
Name = tuple[str, str, str]


def accepted(file: Path = FILE) -> dict[Name, str]:
    """Reason of each accepted survivor by the mutant's name."""
    entries = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    return {(entry["path"], entry["before"], entry["after"]): entry["reason"] for entry in entries}


def not_needed(reasons: Iterable[Name], judged: Sequence[Judged]) -> list[str]:
    """Entries to remove, among those of files that this run mutated."""
    paths, made = {j.mutant.path for j in judged}, {j.mutant.name for j in judged}
    survived = {j.mutant.name for j in judged if not j.is_caught}
    return [
        f"Remove from {FILE.name}, it {'is caught' if name in made else 'is not made any more'}: {name[0]}: {name[2]}"
        for name in reasons
        if name[0] in paths and name not in survived
    ]
