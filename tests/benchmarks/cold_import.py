"""Benchmark of the ingest Lambda's import against that of awswrangler (`make bench`).

Each is timed in a fresh interpreter, in turn with the others, after one of each for the caches; medians. Judged with
bytecode at hand, as pip and Lambda's own boto3 have it: ends with 1 when the handler's import (boto3 included) takes
more than a third of awswrangler's. Shown without as well, which no function meets: there boto3 alone takes that
third. RUNS=15 for more.
"""

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from measured import load, run

ROOT = Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("RUNS", "7"))
MOST = 1 / 3
HANDLER, WRANGLER, FIRST_JOB = "ingest handler, boto3 included", "awswrangler", "handler and its first job's parts"
TEXTS = {
    "boto3 alone": "import boto3",
    HANDLER: "import oura_lake.handlers.ingest",
    WRANGLER: "import awswrangler",
    FIRST_JOB: "from oura_lake.handlers.ingest import _deployed; _deployed()",
}
TIMED = "import time; t = time.perf_counter()\n{}\nprint(time.perf_counter() - t)"
ENV = {
    "PYTHONPATH": str(ROOT / "lambdas"),
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "OURA_LAKE_BUCKET": "none",
    "OURA_LAKE_BUS_NAME": "none",
    "OURA_LAKE_JOBS_QUEUE_URL": "none",
    "OURA_LAKE_TOKEN_SECRET_PREFIX": "none/",
    "OURA_LAKE_APP_PARAMETER": "none",
    "OURA_LAKE_PERSONS": '{"me": {}}',
}


def main() -> int:
    """Measure, print, judge."""
    print(f"{RUNS} fresh interpreters each, in turn; medians; {load()}")
    with TemporaryDirectory(prefix="oura-lake-import-") as folder:
        cached = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        compiled = {"PYTHONPYCACHEPREFIX": f"{folder}/none", "PYTHONDONTWRITEBYTECODE": "1"}
        is_met = compared("bytecode at hand", cached) <= MOST
        compared("compiled at the start (not judged)", compiled)
    print(f"target {MOST:.2f} of awswrangler with bytecode at hand: {'met' if is_met else 'MISSED'}; {load()}")
    return not is_met


def compared(label: str, bytecode: dict[str, str]) -> float:
    """Print the seconds of each import; return the handler's as a share of awswrangler's."""
    rounds = [{name: once(text, bytecode) for name, text in TEXTS.items()} for _ in range(RUNS + 1)][1:]
    seconds = {name: median(r[name][0] for r in rounds) for name in TEXTS}
    print(f"\n{label:<36}{'seconds':>10}{'ratio':>8}{'peak':>11}")
    for name, value in seconds.items():
        peak = median(r[name][1] for r in rounds)
        print(f"{name:<36}{value:10.3f}{value / seconds[WRANGLER]:8.2f}{peak:8.0f} MB")
    return seconds[HANDLER] / seconds[WRANGLER]


def once(text: str, bytecode: dict[str, str]) -> tuple[float, float]:
    """Seconds within a fresh interpreter, and its peak memory in MB."""
    cost = run([sys.executable, "-c", TIMED.format(text)], os.environ | ENV | bytecode, ROOT)
    return float(cost.output.split()[-1]), cost.peak_bytes / 1e6


if __name__ == "__main__":
    sys.exit(main())
