"""Check of the zips for AWS on their own processor and Python, which qemu imitates (`make arm64`).

All four functions are imported, DuckDB answers a view, pyarrow reads a partition; both must give the rows that this
machine's own libraries give. What this machine cannot have is named, and the check then ends with 2.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "lambdas"), str(ROOT / "tests")]

from arm64.debian import NotHere, python  # noqa: E402
from oura_lake.simulator import GeneratedPerson, simulated_oura  # noqa: E402
from support.generated_lake import fetched  # noqa: E402

from infra.bundling import ANALYSE, INGEST, LAMBDA, RECEIVE, Bundle, build  # noqa: E402

FIRST, NOW = date(2026, 8, 1), datetime(2026, 11, 23, 8, tzinfo=UTC)
SLEEP = "lake/sleep/person=me/year=2026/data.parquet"
ROWS = (f"partition:{SLEEP}", "view:nights")
CHECKS: tuple[tuple[Bundle, tuple[str, ...]], ...] = (
    (RECEIVE, ("handler:receive",)),
    (INGEST, ("handler:ingest", ROWS[0])),
    (ANALYSE, ("handler:analyse", "handler:maintain", *ROWS)),
)
INSIDE = str(Path(__file__).with_name("inside.py"))
# Lambda's runtime has boto3, which is no part of a zip and the same for every processor.
OF_THE_RUNTIME = next((ROOT / ".venv" / "lib").glob("python*/site-packages"))


def main() -> int:
    """Print each check with its seconds; return 1 where one differs, 2 where it cannot be had."""
    try:
        command = python(LAMBDA.python)
    except NotHere as missing:
        print(missing)
        return 2
    with TemporaryDirectory(prefix="oura-lake-arm64-") as name:
        folder = Path(name)
        objects = written(folder / "objects")
        expected = list(done([sys.executable], ROOT / "lambdas", objects, ROWS))
        found = [line for bundle, words in CHECKS for line in done(command, unpacked(bundle, folder), objects, words)]
    differing = [line for line in found if not line.startswith("handler:") and line not in expected]
    wrong = [line for line in found if line.startswith("handler:") and not line.endswith("aarch64")]
    for line in differing + wrong:
        print(f"NOT AS ON THIS MACHINE: {line}")
    print("all as on this machine" if not differing + wrong else f"{len(differing + wrong)} of {len(found)} differ")
    return bool(differing + wrong)


def written(folder: Path) -> Path:
    """Write a lake of some months of one generated person."""
    with simulated_oura(GeneratedPerson(seed=3, years=1, until=NOW.date(), timezone="UTC")) as oura:
        for key, data in fetched(oura, "me", FIRST, NOW).items():
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(data)
    return folder


def unpacked(bundle: Bundle, folder: Path) -> Path:
    """Unpack a function's zip for AWS."""
    with ZipFile(build(bundle, LAMBDA)) as archive:
        archive.extractall(folder / bundle.name)
    return folder / bundle.name


def done(command: list[str], code: Path, objects: Path, words: tuple[str, ...]) -> Iterator[str]:
    """Yield a line of each thing that is done with the code of a zip, all in one process, which loads it once."""
    paths = os.pathsep.join((str(code), str(OF_THE_RUNTIME)))
    settings = {"PYTHONPATH": paths, "OBJECTS": str(objects), "PYTHONPYCACHEPREFIX": str(objects.parent / "compiled")}
    environment = os.environ | settings | {"AWS_DEFAULT_REGION": "us-east-1"}
    with subprocess.Popen([*command, INSIDE, *words], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            print(f"{code.name:<8} {line}", end="", flush=True)
            yield line.rpartition(",")[0]
    if process.returncode:
        raise SystemExit(f"The check of {code.name} ended with {process.returncode}; its error stands above.")


if __name__ == "__main__":
    sys.exit(main())
