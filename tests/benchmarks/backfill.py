"""Benchmark of a long history: as fast as latency and rate limit allow, in flat memory (`make bench-backfill`).

`oura-lake backfill` of one person's ten years, all collections, from the simulated API in a process of its own, 100
ms away. Ends with 1 when a target is missed. YEARS=2 for a shorter history.
"""

import os
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import Cost, load, run
from oura_lake.ingestion.sync import CONCURRENCY
from oura_lake.oura.rate_limit import MOST_REQUESTS, least_s

ROOT = Path(__file__).resolve().parents[2]
SERVER = Path(__file__).with_name("backfill_server.py")
YEARS = float(os.environ.get("YEARS", "10"))
LAST = date(2026, 11, 21)
FIRST = LAST - timedelta(days=round(365.25 * YEARS) - 1)
LATENCY_S = 0.1
MOST_PEAK_MB, MOST_RATIO = 200, 1.5 if YEARS > 8 else 2.0  # a short history feels the start of the command
SAMPLE_S = 2.0
BACKFILL = (
    sys.executable,
    "-c",
    "from oura_lake.cli.main import main; main()",
    "backfill",
    "--from",
    f"{FIRST}",
    "--to",
    f"{LAST}",
    "--timezone",
    "UTC",
    "--lake",
)


def main() -> int:
    """Measure, print, judge."""
    print(f"{FIRST} to {LAST}, {LATENCY_S:g} s a request; {load()}", flush=True)
    env = os.environ | {"PYTHONPATH": str(ROOT / "lambdas"), "OURA_ACCESS_TOKEN": "simulated-access-token"}
    command = [sys.executable, str(SERVER), str(YEARS), str(LAST), str(LATENCY_S)]
    with (
        TemporaryDirectory(prefix="oura-lake-backfill-") as name,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as server,
    ):
        assert server.stdin
        assert server.stdout
        env |= {"OURA_API_BASE_URL": server.stdout.readline().strip(), "HOME": name}
        samples: list[tuple[float, float]] = []
        threading.Thread(target=sample, args=(samples, name), daemon=True).start()
        cost = run([*BACKFILL, f"{name}/lake"], env, Path(name))
        server.stdin.write("\n")
        server.stdin.flush()
        n, server_s = server.stdout.readline().split()
        return print_figures(cost, int(n), float(server_s), samples)


def sample(into: list[tuple[float, float]], folder: str) -> None:
    """Note every other second the MB of the backfill, now and at most, where /proc has them (on Linux)."""
    while Path("/proc/self/status").exists():
        time.sleep(SAMPLE_S)
        into += [found for pid in Path("/proc").glob("[0-9]*") if (found := resident_mb(pid, folder))]


def resident_mb(process: Path, folder: str) -> tuple[float, float] | None:
    """Resident MB of the backfill's process, now and at most so far; None for any other process."""
    try:
        if f"backfill\0--from\0{FIRST}" not in (text := (process / "cmdline").read_text()) or folder not in text:
            return None
        lines = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024 / 1e6, int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    except (OSError, KeyError):  # it ended meanwhile
        return None


def print_figures(cost: Cost, n: int, server_s: float, samples: list[tuple[float, float]]) -> int:
    """Print the figures; 1 where a target is missed."""
    by_latency, by_rate = n * LATENCY_S / CONCURRENCY, least_s(n)
    n_last = n - (n - 1) // MOST_REQUESTS * MOST_REQUESTS  # requests of the limit's last window
    bound = max(by_latency, by_rate + n_last * LATENCY_S / CONCURRENCY)
    print(f"requests                          {n:10,}")
    print(f"wall, s                           {cost.wall_s:10.1f}")
    print(f"bound by latency, {CONCURRENCY} at once, s     {by_latency:10.1f}")
    print(f"bound by the rate limit, s        {by_rate:10.1f}")
    print(f"bound by both, s                  {bound:10.1f}")
    print(f"wall / bound                      {cost.wall_s / bound:10.2f}   <= {MOST_RATIO}")
    print(f"processor, s: backfill, server    {cost.cpu_s:10.1f} {server_s:10.1f}")
    peak_mb = samples[-1][1] if samples else cost.peak_bytes / 1e6
    print(f"peak memory of the fetching, MB   {peak_mb:10.0f}   <= {MOST_PEAK_MB}")
    print(f"of it and of the judging after it {cost.peak_bytes / 1e6:10.0f}")
    at = [samples[i * (len(samples) - 1) // 9][0] for i in range(10)] if samples else []
    print(f"resident on the way, MB           {' '.join(f'{mb:.0f}' for mb in at)}")
    print(load())
    missed = [cost.wall_s > MOST_RATIO * bound, peak_mb > MOST_PEAK_MB]
    print("all targets met" if not any(missed) else f"{sum(missed)} of {len(missed)} targets missed")
    return any(missed)


if __name__ == "__main__":
    sys.exit(main())
