"""Table of a mutation run: per package what was made, caught, survived and timed out."""

from collections.abc import Mapping, Sequence

from tools.mutants.accepted import Name
from tools.mutants.judging import Judged
from tools.mutants.plan import package_of

LEAST_CAUGHT_PCT = 90.0


def table(judged: Sequence[Judged], reasons: Mapping[Name, str]) -> str:
    """Format the counts by package, and each survivor with the reason why it is accepted."""
    rows = ["| package | made | caught | of these by time | survived | caught in % |", "|---|--:|--:|--:|--:|--:|"]
    rows += [_row(package, members) for package, members in _by_package(judged).items()]
    survivors = sorted((j.mutant for j in judged if not j.is_caught), key=lambda m: (m.path, m.line))
    listed = [f"{mutant}\n    {reasons.get(mutant.name, 'no reason yet')}" for mutant in survivors]
    return "\n".join([*rows, "", "Survivors:", *listed])


def faults_of(judged: Sequence[Judged]) -> list[str]:
    """Name the packages of which too few were caught."""
    return [
        f"{package}: {_share(members):.0f} % caught, of {LEAST_CAUGHT_PCT:.0f} %."
        for package, members in _by_package(judged).items()
        if _share(members) < LEAST_CAUGHT_PCT
    ]


def _by_package(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for one in judged:
        found.setdefault(package_of(one.mutant.path), []).append(one)
    return dict(sorted(found.items()))


def _row(package: str, members: Sequence[Judged]) -> str:
    n_caught, n_timed_out = sum(j.is_caught for j in members), sum(j.is_timed_out for j in members)
    n = len(members)
    return f"| {package} | {n} | {n_caught} | {n_timed_out} | {n - n_caught} | {_share(members):.1f} |"


def _share(members: Sequence[Judged]) -> float:
    return 100 * sum(j.is_caught for j in members) / len(members)
