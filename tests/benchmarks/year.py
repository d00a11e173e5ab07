"""Benchmark of a year against dlt: half its time, little memory, a quarter of its bytes (`make bench`).

Both read the same server in the same run, in turn, each in fresh processes: a year with 449,315 heart-rate rows and
five daily collections. Ours is `oura-lake sync` into an empty folder, dlt's is year_dlt.py. Ends with 1 when a target
is missed. RUNS=5 for more runs of each.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measured import Cost, RunFailed, load, middle, run
from year_span import DAILY, FIRST, HEART_RATE, HEART_ROWS, LAST

ROOT = Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("RUNS", "3"))
HERE = Path(__file__).parent
DLT_PYTHON = ROOT / ".bench" / "bin" / "python"
TABLES = (HEART_RATE, *DAILY)
SYNC = (
    sys.executable,
    "-c",
    "from oura_lake.cli.main import main; main()",
    "sync",
    "--from",
    f"{FIRST}",
    "--to",
    f"{LAST}",
    "--timezone",
    "UTC",
    *(word for name in TABLES for word in ("--endpoint", name)),
    "--lake",
)
OUR_CODE = {"PYTHONPATH": str(ROOT / "lambdas")}
MB = 1e6
MOST_WALL, MOST_PEAK_MB, MOST_BYTES = 1 / 2, 200, 1 / 4


@dataclass(frozen=True, kw_only=True)
class Side:
    """Median cost of one tool, with the files that it wrote."""

    cost: Cost
    rows: dict[str, int]
    n_bytes: dict[str, int]
    raw_bytes: int = 0


class Server:
    """Server in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address = self._line()

    def cpu_s(self) -> float:
        """Processor seconds since the last call."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout
        if not (text := self._process.stdout.readline().strip()):
            raise RunFailed("The server ended; what it said stands above.")
        return text


def main() -> int:
    """Measure, print, judge."""
    print(f"{RUNS} runs each, in turn, after one that does not count; medians; {load()}")
    with serving() as server, TemporaryDirectory(prefix="oura-lake-year-") as name:
        ours, theirs, again, server_s = measured(server, Path(name))
    table(ours, theirs)
    print(f"the server took {server_s:.1f} s of processor time for each run; {load()}")
    return verdict(ours, theirs, again)


@contextmanager
def serving() -> Iterator[Server]:
    """Serve until the block ends."""
    command = [sys.executable, str(HERE / "year_server.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | OUR_CODE
    ) as process:
        yield Server(process)


def measured(server: Server, folder: Path) -> tuple[Side, Side, int, float]:
    """Ours, theirs, the objects that a second sync of ours wrote, and the server's seconds a run."""
    env = (
        os.environ
        | OUR_CODE
        | {
            "OURA_API_BASE_URL": server.address,
            "OURA_ACCESS_TOKEN": "simulated-access-token",
            "HOME": str(folder),
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder / "pyc"),
        }
    )

    def ours() -> Cost:
        return run([*SYNC, str(emptied(folder / "ours"))], env, folder)

    def theirs() -> Cost:
        command = [str(DLT_PYTHON), str(HERE / "year_dlt.py"), server.address, str(emptied(folder / "theirs"))]
        return run(command, {k: v for k, v in env.items() if k != "PYTHONPATH"}, folder)

    ours_s, theirs_s, server_s = alternated(ours, theirs, server)
    before = objects(folder / "ours")
    run([*SYNC, str(folder / "ours")], env, folder)
    raw_bytes = sum(p.stat().st_size for p in objects(folder / "ours") if "raw" in p.parts)
    return (
        Side(cost=ours_s, raw_bytes=raw_bytes, **left(folder / "ours" / "lake")),
        Side(cost=theirs_s, **left(folder / "theirs" / "loaded" / "oura")),
        len(set(objects(folder / "ours").items()) - set(before.items())),
        server_s,
    )


def alternated(ours: Callable[[], Cost], theirs: Callable[[], Cost], server: Server) -> tuple[Cost, Cost, float]:
    """Medians of both after a run of each for the caches, and the server's seconds for one."""
    ours(), theirs(), server.cpu_s()
    pairs = [(ours(), theirs()) for _ in range(RUNS)]
    return middle([a for a, _ in pairs]), middle([b for _, b in pairs]), server.cpu_s() / (2 * RUNS)


def emptied(folder: Path) -> Path:
    """Empty a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def objects(folder: Path) -> dict[Path, int]:
    """Objects below, each with the moment of its write."""
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")}


def left(folder: Path) -> dict[str, Any]:
    """Rows and Parquet bytes of each table, without dlt's own; a nested series is a table of its own there."""
    import pyarrow.parquet as pq  # late, so that this process is small while it measures

    rows, n_bytes = dict.fromkeys(TABLES, 0), dict.fromkeys(TABLES, 0)
    for path in folder.rglob("*.parquet"):
        name, _, child = path.relative_to(folder).parts[0].partition("__")
        if name in rows:
            rows[name] += 0 if child else pq.ParquetFile(path).metadata.num_rows
            n_bytes[name] += path.stat().st_size
    return {"rows": rows, "n_bytes": n_bytes}


def table(ours: Side, theirs: Side) -> None:
    """Print both side by side."""
    print(f"\n{'':<28}{'oura-lake':>12}{'dlt':>12}{'ratio':>8}   target")
    line("wall, s", ours.cost.wall_s, theirs.cost.wall_s, f"<= {MOST_WALL}")
    line("processor, s", ours.cost.cpu_s, theirs.cost.cpu_s)
    line("peak memory, MB", ours.cost.peak_bytes / MB, theirs.cost.peak_bytes / MB, f"<= {MOST_PEAK_MB} MB")
    line("Parquet, MB", total(ours) / MB, total(theirs) / MB, f"<= {MOST_BYTES}")
    line("of it heart rate, MB", ours.n_bytes[HEART_RATE] / MB, theirs.n_bytes[HEART_RATE] / MB)
    print(f"{'raw (every answer), MB':<28}{ours.raw_bytes / MB:12.2f}{'-':>12}")
    for name in TABLES:
        print(f"{name + ', rows':<28}{ours.rows[name]:12,}{theirs.rows[name]:12,}")


def total(side: Side) -> int:
    """Parquet bytes of all tables."""
    return sum(side.n_bytes.values())


def line(label: str, ours: float, theirs: float, target: str = "") -> None:
    """Print one measure."""
    print(f"{label:<28}{ours:12.2f}{theirs:12.2f}{ours / theirs:8.2f}   {target}".rstrip())


def verdict(ours: Side, theirs: Side, n_again: int) -> int:
    """Print each miss; return 1 where there is one."""
    print(f"a second sync wrote {n_again} objects")
    met = {
        "the same rows on both sides": ours.rows == theirs.rows,
        f"{HEART_ROWS:,} heart-rate rows": ours.rows[HEART_RATE] == HEART_ROWS,
        "nothing written by the second sync": n_again == 0,
        "wall time": ours.cost.wall_s <= MOST_WALL * theirs.cost.wall_s,
        "peak memory": ours.cost.peak_bytes <= MOST_PEAK_MB * MB,
        "bytes": total(ours) <= MOST_BYTES * total(theirs),
    }
    for name in (missed := [name for name, is_met in met.items() if not is_met]):
        print(f"MISSED: {name}")
    print("all targets met" if not missed else f"{len(missed)} of {len(met)} targets missed")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
