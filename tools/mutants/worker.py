"""Worker of the mutation run: one copy of the checkout, whose tests run in forks of a warm process.

Each line of its input is a request; each line of its output gives the outcome of the tests: passed, failed or timed
out.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

WARM = ("pytest", "xdist.plugin", "hypothesis", "numpy", "pyarrow.parquet", "duckdb", "sqlglot", "boto3", "moto")
OPTIONS = (
    *("-x", "-q", "--tb=no", "--assert=plain", "--hypothesis-seed=0"),
    *("-p", "no:cacheprovider", "-p", "no:anyio"),
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
)
PASSED, FAILED, TIMED_OUT = "passed", "failed", "timed out"
NO_TESTS = 5


def main() -> None:
    """Answer requests until there are no more."""
    for name in WARM:
        import_module(name)
    gc.collect()
    gc.freeze()  # so the children's collector skips the objects that they share
    for line in sys.stdin:
        request = json.loads(line)
        began = time.monotonic()
        with _changed(request):
            verdict = _verdict(request["tests"], request["limit"])
        sys.stdout.write(json.dumps({"verdict": verdict, "seconds": time.monotonic() - began}) + "\n")
        sys.stdout.flush()
    gc.unfreeze()


@contextlib.contextmanager
def _changed(request: dict[str, Any]) -> Iterator[None]:
    """Copy with the request's file changed, if it names one."""
    if not request["path"]:
        yield
        return
    path = Path(request["path"])
    original = path.read_bytes()
    path.write_text(request["text"], encoding="utf-8")
    try:
        yield
    finally:
        path.write_bytes(original)


def _verdict(tests: list[str], limit: float) -> str:
    """Outcome of these tests in a process of their own; the limit kills it with all its children."""
    child = os.fork()
    if child == 0:
        _run(tests)
    ends_at = time.monotonic() + limit
    status = None
    while status is None and time.monotonic() < ends_at:
        done, code = os.waitpid(child, os.WNOHANG)
        status = code if done else None
        time.sleep(0 if done else 0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status is None:
        os.waitpid(child, 0)
        return TIMED_OUT
    code = os.waitstatus_to_exitcode(status)
    return PASSED if code in (0, NO_TESTS) else FAILED


def _run(tests: list[str]) -> None:
    """Run the tests in this process, print nothing, and end it."""
    os.setpgid(0, 0)
    log = os.open(os.environ.get("MUTANTS_LOG", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    hypothesis, pytest = import_module("hypothesis"), import_module("pytest")
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", phases=phases, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    sys.dont_write_bytecode = True
    code = 1
    try:
        code = int(pytest.main([*OPTIONS, *tests]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
