"""`oura-lake demo`: deploys the whole lake on this machine, without an AWS account."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from oura_lake.cli._console import plain_console
from oura_lake.cli._days import zone
from oura_lake.cli._rows import table
from oura_lake.errors import SettingsWrong

COST = (
    "In AWS, hourly, for one person: about $0.47 a month by list prices, of which $0.40 is the one secret "
    "(docs/reference/costs.md)."
)
EXAMPLES = """\b
Examples:
  oura-lake demo                                  a generated person who falls ill
  oura-lake demo --seed 11 --timezone America/Costa_Rica
  oura-lake demo --recorded pages/                recorded pages from a folder; `make demo RECORDED=pages/`
"""
PORT = 45661
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="demo", short_help="Show the whole way on an emulated AWS.", epilog=EXAMPLES)
@click.option("--recorded", type=FOLDER, help="Serve recorded pages from this folder instead of a generated person.")
@click.option("--seed", default=7, type=click.IntRange(min=0), show_default=True, help="Which generated person.")
@click.option("--timezone", default="Europe/Berlin", show_default=True, help="IANA zone of the person's days.")
@click.option("--port", default=PORT, show_default=True, help="Loopback port of the emulated AWS.")
@click.option("--report", type=FILE, default=".demo/report.html", show_default=True, help="Where the report goes.")
def command(recorded: Path | None, seed: int, timezone: str, port: int, report: Path) -> None:
    """Deploy the lake to an emulated AWS, connect a simulated ring, fetch a year, wait for the alert.

    The emulator and the simulated API listen on 127.0.0.1 alone and end with the command, also after Ctrl-C.
    """
    from oura_lake.demo.story import Days, Outcome, a_year_until, run_demo  # the simulator loads numpy
    from oura_lake.simulator import GeneratedPerson, Recorded

    console = plain_console()
    now = datetime.now(ZoneInfo(str(zone(timezone))))
    if recorded:
        pages = Recorded(recorded)
        source: Any = pages
        days = Days(first=pages.first, last=pages.last, has_news=False)
    else:
        source = GeneratedPerson(seed=seed, years=1.2, until=now.date(), timezone=timezone, now=now)
        days = a_year_until(now.date())
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsWrong(f"Cannot make {report.parent}: {error.strerror}", "choose another with --report") from error
    with console.status("starting") as status:
        outcome: Outcome = run_demo(source, days, timezone, port, report, _step(console, status))
    _show(console, outcome)


def _step(console: Console, status: Any) -> Any:
    began = datetime.now().astimezone()

    def step(word: str) -> None:
        seconds = (datetime.now().astimezone() - began).total_seconds()
        console.print(Text.assemble((f"{seconds:4.0f} s", "dim"), f"  {word}"))
        status.update(Text(f"{word} …"))

    return step


def _show(console: Console, outcome: Any) -> None:
    console.rule("The last week")
    table(outcome.week, console)
    console.rule("What is in the lake")
    table(outcome.coverage, console)
    for message in outcome.messages:
        console.rule("The alert, as it was sent")
        _show_message(console, message)
    if not outcome.messages:
        console.print("No message was sent: nothing in these days was news.")
    console.rule("Seconds")
    for name, seconds in outcome.seconds.items():
        console.print(f"{seconds:7.1f}  {name}")
    console.print(COST)
    console.print("The report, open it in a browser:")
    click.echo(str(outcome.report))


def _show_message(console: Console, message: dict[str, str]) -> None:
    console.print(Panel(Text(message["body"]), title=Text(f"E-mail: {message['subject']}"), width=80))
    console.print(Panel(Text(message["sms"]), title="SMS", width=80))
