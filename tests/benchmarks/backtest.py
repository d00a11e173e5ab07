"""Benchmark of `oura-lake backtest` over five years of one person (`make bench`).

The whole command in a fresh process, a CSV file in, its lines out; the median of five after one that does not count.
Ends with 1 above two seconds. The time that Python itself needs for the command's imports is shown beside it.
"""

import csv
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import Cost, load, middle, run

ROOT = Path(__file__).resolve().parents[2]
RUNS, MOST_S = 5, 2.0
COLUMNS = (
    "day", "resting_heart_rate_bpm", "hrv_rmssd_ms", "temperature_deviation_c", "respiratory_rate_bpm", "steps",
)  # fmt: skip
ENV = {"PYTHONPATH": f"{ROOT / 'lambdas'}:{ROOT / 'tests'}"}
IMPORTS = "import oura_lake.cli.main, oura_lake.analyses.questions.illness"


def main() -> int:
    """Measure, print, judge."""
    with TemporaryDirectory(prefix="oura-lake-backtest-") as folder:
        history = Path(folder) / "history.csv"
        run([sys.executable, __file__, str(history)], os.environ | ENV, ROOT)
        command = ("-m", "oura_lake.cli.main", "backtest", str(history), "--output", f"{folder}/judged.jsonl")
        whole, imports = timed(*command), timed("-c", IMPORTS)
    is_met = whole.wall_s <= MOST_S
    print(f"five years of one person: {whole.wall_s:.2f} s, {whole.cpu_s:.2f} s of processor, {RUNS} runs, median")
    print(f"of it the imports alone: {imports.wall_s:.2f} s")
    print(f"target {MOST_S:.1f} s: {'met' if is_met else 'MISSED'}; {load()}")
    return not is_met


def timed(*arguments: str) -> Cost:
    """Median of several runs."""
    return middle([run([sys.executable, *arguments], os.environ | ENV, ROOT) for _ in range(RUNS + 1)][1:])


def write(history: Path) -> None:
    """Write five years of a generated person, in a process of its own, for the one that measures must stay small."""
    from benchmarks.people import Life, live

    with history.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows([getattr(day, name) for name in COLUMNS] for day in live(Life(nights=5 * 365, onset=None), 7))


if __name__ == "__main__":
    if sys.argv[1:]:
        write(Path(sys.argv[1]))
    else:
        sys.exit(main())
