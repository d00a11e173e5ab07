"""Judging of mutants: the tests of the module first, those of its package for what survives them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import NamedTuple

import click

from tools.mutants.copies import Copy, Outcome
from tools.mutants.model import Mutant
from tools.mutants.plan import file_of, other_tests, own_tests
from tools.mutants.worker import PASSED, TIMED_OUT

SLACK, TIMES = 30.0, 6.0  # the least seconds of a mutant, and the factor on its tests' own time
LONGEST = 600.0


class Judged(NamedTuple):
    """Mutant with the outcome of its tests."""

    mutant: Mutant
    verdict: str

    @property
    def is_caught(self) -> bool:
        """Whether a test noticed it, also by never ending."""
        return self.verdict != PASSED

    @property
    def is_timed_out(self) -> bool:
        """Whether it was caught by never ending."""
        return self.verdict == TIMED_OUT


class Judge:
    """Runner of tests in whichever copy is idle."""

    def __init__(self, copies: Sequence[Copy], own_alone: bool) -> None:
        self._own_alone = own_alone
        self._n = len(copies)
        self._idle: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            self._idle.put(copy)
        self._seconds: dict[str, float] = {}

    def measure(self, paths: Iterable[str]) -> None:
        """Run the named tests of each file without a mutant; raises ClickException where one fails or is not there."""
        named: dict[str, set[str]] = defaultdict(set)
        for test in (test for path in paths for tests in self._tests(path) for test in tests):
            named[file_of(test)].add(test)
        with ThreadPoolExecutor(self._n) as pool:
            for file, outcome in zip(named, pool.map(self._measured, named.values()), strict=True):
                if outcome.verdict != PASSED:
                    raise click.ClickException(f"{file} {outcome.verdict} without a mutant; mend that first.")
                self._seconds[file] = outcome.seconds

    def judged(self, mutant: Mutant) -> Judged:
        """Judge a mutant by the tests of its own module, then by those of its package; the fastest first."""
        for tests in self._tests(mutant.path):
            ordered = sorted(tests, key=lambda test: self._seconds[file_of(test)])
            limit = min(LONGEST, SLACK + TIMES * sum(self._seconds[file] for file in set(map(file_of, tests))))
            with self._copy() as copy:
                verdict = copy.run(ordered, limit, mutant).verdict if tests else PASSED
            if verdict != PASSED:
                return Judged(mutant, verdict)
        return Judged(mutant, PASSED)

    def _tests(self, path: str) -> list[list[str]]:
        return [own_tests(path)] if self._own_alone else [own_tests(path), other_tests(path)]

    def _measured(self, tests: Iterable[str]) -> Outcome:
        with self._copy() as copy:
            return copy.run(sorted(tests), LONGEST)

    @contextmanager
    def _copy(self) -> Iterator[Copy]:
        copy = self._idle.get()
        try:
            yield copy
        finally:
            self._idle.put(copy)
