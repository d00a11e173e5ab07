"""Table of a mutation run, the packages of which too few are caught, the accepted survivors."""

from pathlib import Path

import pytest

from tools.mutants.accepted import accepted, not_needed
from tools.mutants.judging import Judged
from tools.mutants.model import Mutant
from tools.mutants.table import faults_of, table
from tools.mutants.worker import FAILED, PASSED, TIMED_OUT

MERGE = "lambdas/oura_lake/lake/merge.py"


def judged(n: int = 1, verdict: str = FAILED, path: str = MERGE) -> Judged:
    return Judged(Mutant(path=path, line=n, before=f"a = {n}", after=f"a = {n + 1}", text=""), verdict)


def test_a_package_has_one_row_and_each_survivor_its_reason() -> None:
    run = [judged(1), judged(2, TIMED_OUT), judged(4, PASSED), judged(3, PASSED), judged(1, path="athena/a/b.sql")]
    lines = table(run, {judged(3).mutant.name: "It is the same."}).splitlines()
    assert lines[2:4] == ["| lake | 4 | 2 | 1 | 2 | 50.0 |", "| views | 1 | 1 | 0 | 0 | 100.0 |"]
    assert lines[-8:] == [
        f"{MERGE}:3", "  - a = 3", "  + a = 4", "    It is the same.",
        f"{MERGE}:4", "  - a = 4", "  + a = 5", "    no reason yet",
    ]  # fmt: skip


@pytest.mark.parametrize(("n_survived", "faults"), [(1, []), (2, ["lake: 80 % caught, of 90 %."])])
def test_a_package_of_which_less_than_nine_tenths_are_caught_is_a_fault(n_survived: int, faults: list[str]) -> None:
    assert faults_of([judged(n, PASSED if n < n_survived else FAILED) for n in range(10)]) == faults


def test_an_accepted_survivor_that_is_caught_or_not_made_any_more_is_to_be_removed() -> None:
    run = [judged(1), judged(2, PASSED)]
    names = [judged(n).mutant.name for n in (1, 2, 3)] + [judged(9, path="lambdas/oura_lake/lake/raw.py").mutant.name]
    assert not_needed(names, run) == [
        f"Remove from accepted.yml, it is caught: {MERGE}: a = 2",
        f"Remove from accepted.yml, it is not made any more: {MERGE}: a = 4",
    ]


def test_accepted_survivors_are_read_with_their_reasons(tmp_path: Path) -> None:
    file = tmp_path / "accepted.yml"
    file.write_text(f"- {{path: {MERGE}, before: a = 1, after: a = 2, reason: It is the same.}}\n")
    assert accepted(file) == {judged(1).mutant.name: "It is the same."}
    assert all(reason.endswith(".") for reason in accepted().values())
