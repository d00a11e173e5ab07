"""Process of its own that dies as `kill -9` ends it, forked where all is loaded already.

A process that dies leaves what it has given to the system and nothing else: no `except`, no `finally`, no flush.
`Lines` counts the lines that it runs of the named functions, so that every place between two of them can be tried.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from botocore.httpsession import URLLib3Session
from oura_lake.cli._lean import spare_pandas

TESTS = Path(__file__).resolve().parents[1]
LOADED = [
    "aws_lambda_powertools", "boto3", "support.deployed_world", "support.killed_tokens", "support.killed_writes",
    "oura_lake.bootstrap.ingestion", "oura_lake.cli._place", "oura_lake.local.token_file",
]  # fmt: skip
KILLED = -signal.SIGKILL
WITHIN_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Ended:
    """End of a process: its exit code, the result of its work, the number of named lines that it ran."""

    code: int
    result: Any = None
    n_lines: int = 0


class Lines:
    """Counter of the lines of some functions of some files, which kills its process before the n-th (0: never)."""

    def __init__(self, file: str | tuple[str, ...] = "", functions: tuple[str, ...] = (), dies_at: int = 0) -> None:
        self.file, self.functions, self.dies_at, self.n = file, functions, dies_at, 0

    def called(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        """Trace the named functions alone, for sys.settrace."""
        code = frame.f_code
        return self._ran if code.co_name in self.functions and code.co_filename.endswith(self.file) else None

    def _ran(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self.n += 1
            if self.n == self.dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._ran


class Running:
    """Process at work; `ended` waits for it."""

    def __init__(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._reader, writer = _forks().Pipe(duplex=False)
        self._process = _forks().Process(target=_worked, args=(work, arguments, writer), daemon=True)
        self._process.start()
        writer.close()
        self.pid: int = self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return bool(self._process.is_alive())

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._process.kill()

    def ended(self) -> Ended:
        """Wait for its end; a process that hangs is killed."""
        has_result = self._reader.poll(WITHIN_S)
        try:
            result = self._reader.recv() if has_result else None
        except EOFError:
            result = None
        self._process.join(WITHIN_S if has_result else 0)
        if self.is_alive:
            self.kill()
            self._process.join()
        code = self._process.exitcode
        self._reader.close()
        self._process.close()
        return Ended(code=code, result=result)


def start(work: Callable[..., Any], *arguments: Any) -> Running:
    """Begin a work, a function of a module that can be imported, in a process of its own."""
    return Running(work, arguments)


def run(work: Callable[..., Any], *arguments: Any) -> Ended:
    """Do a work in a process of its own."""
    return start(work, *arguments).ended()


def forked(work: Callable[[], Any], lines: Lines | None = None) -> Ended:
    """Do a work in a fork of this process, which should have no threads: some milliseconds, so that many can die."""
    reader, writer = Pipe(duplex=False)
    pid = os.fork()
    if not pid:
        _end_with(work, lines or Lines(), writer)
    writer.close()
    with reader:
        try:
            result, n_lines = reader.recv()
        except EOFError:
            result, n_lines = None, 0
    return Ended(code=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), result=result, n_lines=n_lines)


def calls_counted(dies_at: int) -> list[str]:
    """Count each call of this process to AWS from now on, and die before the n-th (0: never)."""
    calls: list[str] = []
    send: Callable[..., Any] = URLLib3Session.send

    def counted(session: URLLib3Session, request: Any) -> Any:
        calls.append(request.url)
        if len(calls) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return send(session, request)

    URLLib3Session.send = counted
    return calls


def _end_with(work: Callable[[], Any], lines: Lines, writer: Connection) -> NoReturn:
    code = 1
    try:
        if lines.functions:
            sys.settrace(lines.called)
        result = work()
        sys.settrace(None)
        writer.send((result, lines.n))
        code = 0
    finally:
        os._exit(code)


def _worked(work: Callable[..., Any], arguments: tuple[Any, ...], writer: Connection) -> None:
    spare_pandas()
    writer.send(work(*arguments))


@cache
def _forks() -> Any:
    """Process without threads that has loaded what its forks need."""
    forks = get_context("forkserver")
    forks.set_forkserver_preload(LOADED)
    with _tests_can_be_imported():
        forks.Process(target=int).start()
    return forks


@contextmanager
def _tests_can_be_imported() -> Iterator[None]:
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS), str(TESTS.parent / "lambdas"), str(TESTS.parent)])
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
