"""`oura-lake watch`: judges a person's days again."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.panel import Panel
from rich.text import Text

from oura_lake.alerts.model import Message
from oura_lake.alerts.wording.dates import spoken_span
from oura_lake.cli._complaints import complain
from oura_lake.cli._console import plain_console
from oura_lake.cli._days import ZONE_HELP
from oura_lake.cli._lean import collect_rarely, spare_pandas
from oura_lake.cli._persons import person_of, zone_of
from oura_lake.cli._store import require_folder
from oura_lake.contract import Reason
from oura_lake.errors import EXIT_FAILED, EXIT_WRONG_INPUT, SettingsWrong
from oura_lake.ledger.pending_analysis import pending_since, settle
from oura_lake.local.folder_store import FolderStore
from oura_lake.person import Person

if TYPE_CHECKING:
    from oura_lake.monitoring.run import Watched

EXAMPLES = """\b
Examples:
  oura-lake watch --lake ~/oura
  oura-lake watch --lake ~/oura --timezone Europe/Berlin --person me
"""


@click.command(name="watch", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the lake.")
@click.option("--timezone", help=ZONE_HELP)
@click.option("--person", help="Whose days (default: of the only person of the lake).")
def command(lake: Path, timezone: str | None, person: str | None) -> None:
    """Judge all days again, show what is new.

    Each day is judged against the person's own past, the findings are stored, and an alert that is new is shown.

    Then do the chores: store the reasons of gaps, show each notice about the lake itself once. `oura-lake sync` does
    all of it after each run that landed something or failed; a second run writes nothing.
    """
    from oura_lake.maintenance.model import Upkeep
    from oura_lake.maintenance.run import ChoresFailed, look_after
    from oura_lake.monitoring.run import watch
    from oura_lake.query.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`

    spare_pandas()
    collect_rarely()  # years of findings have no cycles
    require_folder(lake)
    store = FolderStore(lake)
    name = person_of(store, person, deployed=False)
    option = f"--lake {quote(str(lake.resolve()))}"
    owner = Person(name=name, timezone=str(zone_of(name, lake, timezone)), lake_option=option)
    engine, now, shown = DuckDBEngine(store, person=name), datetime.now(UTC), list[Message]()
    with plain_console(stderr=True).status("Judging …"):
        engine.refresh(name)
        done = watch(engine, store, owner, Reason.SCHEDULE, now, None)
    for message in done.messages:
        _show(message, shown)
    try:
        look_after(
            Upkeep(store=store, engine=engine, person=owner, now=now, send=lambda m: _show(m, shown)), _print_failure
        )
    except ChoresFailed:  # _print_failure has printed each
        sys.exit(EXIT_FAILED)
    finally:
        click.echo(summary(done, len(shown)))


def summary(done: "Watched", n_shown: int) -> str:
    """Last line of a run: the numbers of judged days and of new messages."""
    if done.last_day is None:
        return "There is no day to judge yet."
    news = f"{n_shown} new message{'s' if n_shown > 1 else ''}, see above" if n_shown else "nothing new"
    days = f"{done.n_days:,} day{'s' if done.n_days > 1 else ''}"
    return f"Judged {days} to {spoken_span(done.last_day, done.last_day)}; {news}."


def _show(message: Message, shown: list[Message]) -> None:
    shown.append(message)
    plain_console().print(Panel(Text(message.body), title=Text(message.subject), expand=False))


def _print_failure(counts: dict[str, object]) -> None:
    if "failed" in counts:
        complain(f"The chore {counts['chore']} failed: {counts['failed']}")


def judge_pending(store: FolderStore, person: str, zone_of_days: ZoneInfo) -> bool:
    """Judge the landed days that no run has finished judging; return whether all went well."""
    pending = pending_since(store, person)
    if not pending:
        return True
    is_well = watch_in_a_process_of_its_own(store.path, person, zone_of_days)
    if is_well:
        settle(store, person, pending)
    return is_well


def watch_in_a_process_of_its_own(lake: Path, person: str, zone_of_days: ZoneInfo) -> bool:
    """Run the command in another process, as AWS runs two functions: one process never uses the memory of both."""
    arguments = ["--lake", str(lake), "--person", person, "--timezone", str(zone_of_days)]
    done = subprocess.run([sys.executable, "-m", "oura_lake.cli.main", "watch", *arguments], check=False)
    if done.returncode == EXIT_WRONG_INPUT:
        raise SettingsWrong("The days could not be judged", "see the line above")
    return done.returncode == 0
