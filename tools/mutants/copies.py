"""Copies of the checkout in a temporary folder, one for each worker; the checkout itself is never mutated."""

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from tools.mutants.model import Mutant
from tools.prose import CODE

ROOT = Path(__file__).resolve().parents[2]


class Outcome(NamedTuple):
    """Outcome of some tests, with their seconds."""

    verdict: str
    seconds: float


class Copy:
    """Copy of the checkout and the process that runs tests in it."""

    def __init__(self, folder: Path, year: Path) -> None:
        _fill(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.mutants.worker"],
            cwd=folder,
            env=_environment(folder, year),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Copy":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _of(self._process.stdin).close()
        self._process.wait(30)

    def run(self, tests: Sequence[str], limit: float, mutant: Mutant | None = None) -> Outcome:
        """Run tests with a mutant planted, or with none; the limit kills them."""
        path, text = (mutant.path, mutant.text) if mutant else ("", "")
        request = {"path": path, "text": text, "tests": list(tests), "limit": limit}
        given, answers = _of(self._process.stdin), _of(self._process.stdout)
        given.write(json.dumps(request) + "\n")
        given.flush()
        answer = json.loads(answers.readline())
        return Outcome(answer["verdict"], answer["seconds"])


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _fill(folder: Path) -> None:
    """Copy what git tracks or would add; bytecode is checked by content, for a mutant may have the same length."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    by_content = py_compile.PycInvalidationMode.CHECKED_HASH
    for name in CODE:
        compileall.compile_dir(folder / name, quiet=1, invalidation_mode=by_content)


def _environment(folder: Path, year: Path) -> dict[str, str]:
    """Environment of the tests: child processes import the copy too, and the generated year is made once."""
    passed = {name: value for name, value in os.environ.items() if name != "CI"}
    return {**passed, "PYTHONPATH": f"{folder / 'lambdas'}{os.pathsep}{folder}", "GENERATED_YEAR": str(year)}
