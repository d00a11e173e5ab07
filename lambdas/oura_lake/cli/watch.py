"""`oura-lake watch`: what do the days in this folder say, why do some lack records, and is any of it news?"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.panel import Panel

from oura_lake.alerts._model import Message
from oura_lake.cli._days import zone
from oura_lake.cli._lean import spare_pandas
from oura_lake.errors import EXIT_FAILED, EXIT_WRONG_INPUT, SettingsWrong
from oura_lake.job import SCHEDULE
from oura_lake.lake.layout import checked_person
from oura_lake.lake.owed import owed_since, settle
from oura_lake.local.folder_store import FolderStore
from oura_lake.settings import Person

EXAMPLES = """\b
Examples:
  oura-lake watch --lake ~/oura
  oura-lake watch --lake ~/oura --timezone Europe/Berlin --person me
"""


@click.command(name="watch", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the lake.")
@click.option("--timezone", help="IANA zone of the person's days (default: this machine's).")
@click.option("--person", default="me", show_default=True, help="Whose days.")
def command(lake: Path, timezone: str | None, person: str) -> None:
    """Judge every day against the person's own past, keep the findings, show an alert that is news.

    Then do the chores: keep the reasons of gaps, say once what is wrong with the lake itself. `oura-lake sync` does
    all of it after each run that brought something or failed; a second run writes nothing.
    """
    from oura_lake.chores._model import Upkeep
    from oura_lake.engines.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`
    from oura_lake.upkeep import ChoresFailed, look_after
    from oura_lake.watch import watch

    spare_pandas()
    if not lake.is_dir():
        raise SettingsWrong(f"There is no folder {lake}; fill one with `oura-lake sync --lake {lake}` first.")
    store = FolderStore(lake)
    owner = Person(name=checked_person(person), timezone=str(zone(timezone)))
    engine, now = DuckDBEngine(store), datetime.now(UTC)
    for message in watch(engine, store, owner, SCHEDULE, now, None).messages:
        _show(message)
    try:
        look_after(Upkeep(store=store, engine=engine, person=owner, now=now, send=_show), _say_failure)
    except ChoresFailed:  # the sentence of each was said
        sys.exit(EXIT_FAILED)


def _show(message: Message) -> None:
    Console().print(Panel(message.body, title=message.subject, expand=False))


def _say_failure(counts: dict[str, object]) -> None:
    if "failed" in counts:
        click.echo(f"oura-lake: The chore {counts['chore']} failed: {counts['failed']}", err=True)


def judge_what_is_owed(store: FolderStore, person: str, zone_of_days: ZoneInfo) -> bool:
    """Judge what landed and was never judged to the end, by this run or one before; returns whether all went well."""
    owed = owed_since(store, person)
    if not owed:
        return True
    is_well = watch_in_a_process_of_its_own(store.path, person, zone_of_days)
    if is_well:
        settle(store, person, owed)
    return is_well


def watch_in_a_process_of_its_own(lake: Path, person: str, zone_of_days: ZoneInfo) -> bool:
    """Run the command beside this one, as AWS runs two functions: the memory of both is never held at once."""
    arguments = ["--lake", str(lake), "--person", person, "--timezone", str(zone_of_days)]
    done = subprocess.run([sys.executable, "-m", "oura_lake.cli.main", "watch", *arguments], check=False)
    if done.returncode == EXIT_WRONG_INPUT:
        raise SettingsWrong("The days could not be judged; see the line above.")
    return done.returncode == 0
