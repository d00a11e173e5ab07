"""Run that SIGKILL ends at each of its steps: only what it wrote and sent before remains.

The run happens in a child of this process. A step is a moment before or after an object is written or a message is
taken; the child kills itself there, as the kernel would kill it: no handler, no `finally`.
"""

import os
import signal
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from oura_lake.alerts.model import Message
from oura_lake.local.folder_store import FolderStore


class Steps:
    """Counter of the steps of a run, which kills its process at one of them (0: at none)."""

    def __init__(self, deadly: int, log: Path) -> None:
        self.n, self.deadly, self.log = 0, deadly, log

    def take(self, what: str) -> None:
        """Come to the next step, maybe the last."""
        self.n += 1
        with self.log.open("a") as log:
            log.write(f"{what}\n")
        if self.n == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)


class SteppedStore(FolderStore):
    """Folder whose every write is two steps: the moment before it and the moment after."""

    def __init__(self, path: Path, steps: Steps) -> None:
        super().__init__(path)
        self._steps = steps

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        """See Store."""
        self._steps.take(f"before {key}")
        tag = super().put(key, data, replacing=replacing)
        self._steps.take(f"after {key}")
        return tag


class SteppedChannel:
    """Channel that stores its messages in a file, as SNS stores them whatever becomes of the sender."""

    def __init__(self, path: Path, steps: Steps, way: str) -> None:
        self._path, self._steps, self._way = path, steps, way

    def __call__(self, message: Message) -> None:
        """Take a message: a step before, a step after."""
        self._steps.take(f"before {self._way}")
        with self._path.open("a") as taken:
            taken.write(f"{self._way} {message.step} {message.episode} {message.event.get('id', '-')}\n")
        self._steps.take(f"after {self._way}")


Run = Callable[[SteppedStore, Mapping[str, SteppedChannel]], object]


def killed_at(deadly: int, folder: Path, run: Run, ways: Collection[str]) -> list[str]:
    """Do a run in a child that dies at a step; return the steps it took. 0 lets it live, and it must."""
    log = folder / "steps"
    log.write_text("")
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            steps = Steps(deadly, log)
            channels = {way: SteppedChannel(folder / "taken", steps, way) for way in ways}
            run(SteppedStore(folder / "lake", steps), channels)
            failed = 0
        finally:
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    if deadly == 0:
        assert os.waitstatus_to_exitcode(status) == 0
    return log.read_text().splitlines()


def taken(folder: Path) -> list[str]:
    """Messages of the channels, in order: way, step, episode and the id of the event."""
    path = folder / "taken"
    return path.read_text().splitlines() if path.exists() else []
