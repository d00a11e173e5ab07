"""Time of a command and its peak memory, of a fresh process and all it started."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

KIB = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


class RunFailed(Exception):
    """Failure of a measured command."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Cost of one run, with its output."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str


def run(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> Cost:
    """Run a command to its end; raises RunFailed with its output.

    This process must be small itself: between fork and exec its memory counts as the child's.
    """
    with TemporaryFile() as output:
        begun = time.perf_counter()
        child = subprocess.Popen(command, env=dict(env), cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    if child.returncode:
        raise RunFailed(f"{' '.join(command)} ended with {child.returncode}:\n{printed}")
    return Cost(wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_bytes=usage.ru_maxrss * KIB, output=printed)


def middle(costs: Sequence[Cost]) -> Cost:
    """Medians of several runs, with the output of the last."""
    return Cost(
        wall_s=median(c.wall_s for c in costs),
        cpu_s=median(c.cpu_s for c in costs),
        peak_bytes=int(median(c.peak_bytes for c in costs)),
        output=costs[-1].output,
    )


def load() -> str:
    """Describe the machine's other load in words."""
    return "load {:.1f} over 1, {:.1f} over 5 minutes, {} processors".format(*os.getloadavg()[:2], os.cpu_count() or 1)
