"""Judging of a mutant: by its own tests, then by those of its package, the fastest first, each within a limit."""

import click
import pytest

from tools.mutants.copies import Outcome
from tools.mutants.judging import SLACK, TIMES, Judge
from tools.mutants.model import Mutant
from tools.mutants.plan import other_tests, own_tests
from tools.mutants.worker import FAILED, PASSED

PATH = "lambdas/oura_lake/lake/merge.py"
MUTANT = Mutant(path=PATH, line=1, before="a", after="b", text="b")


class Scripted:
    """Copy whose files take the given seconds and fail on request."""

    def __init__(self, failing: str = "", broken: str = "") -> None:
        self.failing, self.broken = failing, broken
        self.asked: list[tuple[list[str], float]] = []

    def run(self, tests: list[str], limit: float, mutant: Mutant | None = None) -> Outcome:
        if mutant is None:
            return Outcome(FAILED if self.broken in tests else PASSED, 100.0 - len(tests[0]))
        self.asked.append((tests, limit))
        return Outcome(FAILED if self.failing in tests else PASSED, 0.0)


def judged(copy: Scripted, own_alone: bool = False) -> str:
    judge = Judge([copy], own_alone)  # type: ignore[list-item]
    judge.measure([PATH])
    return judge.judged(MUTANT).verdict


def test_what_the_own_tests_catch_is_not_tried_further() -> None:
    [own] = own_tests(PATH)
    copy = Scripted(failing=own)
    assert judged(copy) == FAILED
    [(tests, limit)] = copy.asked
    assert tests == [own]
    assert limit == pytest.approx(SLACK + TIMES * (100.0 - len(own)))


def test_what_survives_them_meets_the_tests_of_the_package_the_fastest_first() -> None:
    copy = Scripted(failing=other_tests(PATH)[-1])
    assert judged(copy) == FAILED
    ordered = copy.asked[1][0]
    assert sorted(ordered) == sorted(other_tests(PATH))
    assert [len(name) for name in ordered] == sorted(map(len, ordered), reverse=True)
    assert judged(Scripted()) == PASSED
    assert judged(copy, own_alone=True) == PASSED


def test_tests_that_fail_without_a_mutant_end_the_run() -> None:
    with pytest.raises(click.ClickException, match="failed without a mutant"):
        judged(Scripted(broken=own_tests(PATH)[0]))
