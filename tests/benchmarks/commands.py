"""Benchmark of the laptop's commands: processor seconds over lakes of 1, 3 and 10 years (`make bench-cli`).

Each command runs in a fresh process on one core, RUNS times after one run that does not count; medians. Beside them
stands plain DuckDB in a fresh process: the newest days of three tables of the same lake, joined by hand. Ends with 1
when a target is missed over the longest lake. YEARS=1,3 for shorter lakes.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import Cost, load, middle, run

ROOT = Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("RUNS", "5"))
YEARS = [int(years) for years in os.environ.get("YEARS", "1,3,10").split(",")]
LAST = date(2026, 11, 30)
NEWEST = "ORDER BY day DESC LIMIT 7"
PLAIN, OF_A_MART = "plain DuckDB, three tables", "query person_day, 7 newest days"
JOINED = """
import duckdb, sys
def read(name):
    return f"read_parquet('{sys.argv[1]}/lake/{name}/*/*/*.parquet', union_by_name = true, hive_partitioning = true)"
print(duckdb.sql(f'''SELECT sleep.day, sleep.score, readiness.score, activity.steps
    FROM {read("daily_sleep")} AS sleep JOIN {read("daily_readiness")} AS readiness USING (person, day)
    JOIN {read("daily_activity")} AS activity USING (person, day) ORDER BY day DESC LIMIT 7''').fetchall())
"""
HERE = ("-c", "import sys; sys.argv[0] = 'oura-lake'; from oura_lake.cli.main import main; main()")
COMPLETE = {"_OURA_LAKE_COMPLETE": "bash_complete", "COMP_WORDS": "oura-lake qu", "COMP_CWORD": "1"}
ENV = {"PYTHONPATH": str(ROOT / "lambdas"), "PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One command: its arguments, its target in processor seconds (None: none), its variables of the environment."""

    name: str
    arguments: tuple[str, ...]
    most_s: float | None = None
    env: tuple[tuple[str, str], ...] = ()


def main() -> int:
    """Measure, print, judge."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"{RUNS} runs each, in turn, on one core; medians of processor seconds; {load()}", flush=True)
    costs: dict[str, list[Cost]] = {}
    targets: dict[str, float | None] = {}
    with TemporaryDirectory(prefix="oura-lake-commands-") as folder:
        for years in YEARS:
            lake = Path(folder) / f"{years} years"
            env = os.environ | ENV | {"HOME": folder, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
            run([sys.executable, __file__, str(lake), str(years)], env, ROOT)
            for one in commands(lake):
                runs = [run([sys.executable, *one.arguments], env | dict(one.env), ROOT) for _ in range(RUNS + 1)]
                costs.setdefault(one.name, []).append(middle(runs[1:]))
                targets[one.name] = one.most_s
    print(table(costs, targets))
    print(load())
    return any(most_s is not None and costs[name][-1].cpu_s > most_s for name, most_s in targets.items())


def commands(lake: Path) -> Iterator[Measured]:
    """List what is measured, plain DuckDB first."""
    there = ("--lake", str(lake))
    yield Measured(name=PLAIN, arguments=("-c", JOINED, str(lake)))
    yield Measured(name="--version", arguments=(*HERE, "--version"), most_s=0.25)
    yield Measured(name="--help", arguments=(*HERE, "--help"), most_s=0.25)
    yield Measured(name="query --help", arguments=(*HERE, "query", "--help"), most_s=0.25)
    yield Measured(name="TAB after `qu`", arguments=HERE, most_s=0.25, env=tuple(COMPLETE.items()))
    for view in ("stg_daily_sleep", "person_day", "correlations"):
        newest = "LIMIT 7" if view == "correlations" else NEWEST
        name = OF_A_MART if view == "person_day" else f"query {view}, 7 rows"
        yield Measured(name=name, arguments=(*HERE, "query", *there, f"SELECT * FROM {view} {newest}"), most_s=1.0)
    yield Measured(name="query person_day, all days", arguments=(*HERE, "query", *there, "person_day"))
    yield Measured(name="status", arguments=(*HERE, "status", *there), most_s=1.5)
    yield Measured(name="report", arguments=(*HERE, "report", *there, "--output", f"{lake}.html"), most_s=3.0)
    yield Measured(name="watch, nothing new", arguments=(*HERE, "watch", *there), most_s=2.0)


def table(costs: Mapping[str, list[Cost]], targets: Mapping[str, float | None]) -> str:
    """Format the figures as Markdown, with the ratio to plain DuckDB over the longest lake."""
    heads = ["", *(f"{years} year{'s' if years > 1 else ''}, s" for years in YEARS), "target", "MB", "to plain DuckDB"]
    plain_s = costs[PLAIN][-1].cpu_s
    rows = [heads, ["---", *("--:" for _ in heads[1:])]]
    for name, found in costs.items():
        most_s = targets[name]
        seconds = [f"{cost.cpu_s:.2f}" for cost in found]
        target = "" if most_s is None else f"{most_s:g}" + ("" if found[-1].cpu_s <= most_s else " MISSED")
        rows.append([name, *seconds, target, f"{found[-1].peak_bytes / 1e6:.0f}", f"{found[-1].cpu_s / plain_s:.1f}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def fill(lake: Path, years: int) -> None:
    """Fetch the history of a generated person and judge it, in a process of its own: the one that measures is small."""
    from oura_lake.simulator import GeneratedPerson, simulated_oura

    first = LAST - timedelta(days=round(365.25 * years) - 1)
    span = ("--from", str(first), "--to", str(LAST), "--timezone", "UTC", "--lake", str(lake))
    with simulated_oura(GeneratedPerson(years=years, until=LAST)) as api:
        env = os.environ | {"OURA_API_BASE_URL": api.base_url, "OURA_ACCESS_TOKEN": api.token}
        run([sys.executable, "-m", "oura_lake.cli.main", "backfill", *span], env, ROOT)


if __name__ == "__main__":
    if sys.argv[1:]:
        fill(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
