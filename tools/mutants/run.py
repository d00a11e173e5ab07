"""The command of the mutation run; prints a table and the survivors, and ends with 1 where too many survive.

python -m tools.mutants.run                           every package, and the limits of the views
python -m tools.mutants.run --most 99 lake/merge      up to 99 mutants of one module
python -m tools.mutants.run --own views/sleep_debt    of one view, by its own tests alone
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from tools.catalogue import generated_lake
from tools.mutants.accepted import accepted, not_needed
from tools.mutants.copies import ROOT, Copy
from tools.mutants.judging import Judge, Judged
from tools.mutants.model import Mutant
from tools.mutants.plan import PACKAGES, VIEWS, mutated, package_of
from tools.mutants.table import faults_of, table
from tools.mutants.view_limits import limits

MOST = 8  # mutants of a file; accepted.yml is about this sample
MAKER = ROOT / ".mutants" / "bin" / "python"


@click.command()
@click.argument("of", nargs=-1)
@click.option("--most", default=MOST, show_default=True, help="How many mutants a file.")
@click.option("--own", is_flag=True, help="Run each module's own tests alone.")
@click.option("--jobs", default=2, show_default=True, help="How many processes at once.")
def main(of: Sequence[str], most: int, own: bool, jobs: int) -> None:
    """Plant small faults one by one in a copy of the code, and list those that the tests catch."""
    began = time.monotonic()
    mutants = made(of or (*PACKAGES, VIEWS), most)
    click.echo(f"{len(mutants)} mutants, at most {most} a file, the same ones each time.")
    with _copies(jobs, any(package_of(m.path) == VIEWS for m in mutants)) as copies:
        judge = Judge(copies, own_alone=own)
        judge.measure({m.path for m in mutants})
        judged = list(_judged(judge, mutants, jobs))
    reasons = accepted()
    click.echo(table(judged, reasons))
    click.echo(f"{(time.monotonic() - began) / 60:.0f} minutes.")
    faults = [*faults_of(judged), *(not_needed(reasons, judged) if most == MOST else ())]
    if faults:
        raise click.ClickException("\n".join(faults))


def made(of: Iterable[str], most: int) -> list[Mutant]:
    """Mutants of these packages, modules or views."""
    files = [file for name in of for file in mutated(name)]
    of_views = [m for file in files if package_of(file) == VIEWS for m in limits(file, most)]
    modules = [file for file in files if package_of(file) != VIEWS]
    command = [str(MAKER), "-m", "tools.mutants.python_code", str(most), *modules]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()
    return [*(Mutant(**json.loads(line)) for line in lines), *of_views]


@contextmanager
def _copies(jobs: int, has_views: bool) -> Iterator[list[Copy]]:
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ExitStack() as stack:
        year = Path(folder) / "year"
        if has_views:
            generated_lake(year)
        yield [stack.enter_context(Copy(Path(folder) / str(n), year)) for n in range(jobs)]


def _judged(judge: Judge, mutants: Sequence[Mutant], jobs: int) -> Iterator[Judged]:
    """Each mutant with its outcome; a survivor is shown at once."""
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(judge.judged, mutant) for mutant in mutants]):
            judged = done.result()
            if not judged.is_caught:
                click.echo(f"survived: {judged.mutant}", err=True)
            yield judged


if __name__ == "__main__":
    main()
