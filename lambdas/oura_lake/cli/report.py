"""`oura-lake report`: writes one HTML page on last night, the last weeks and the year; it loads nothing."""

from datetime import datetime
from pathlib import Path

import click

from oura_lake.cli._days import ZONE_HELP
from oura_lake.cli._engine import engine_of
from oura_lake.cli._persons import zone_of
from oura_lake.cli._progress import progress_bar
from oura_lake.output_file import write_private
from oura_lake.report.build import report_text

EXAMPLES = """\b
Examples:
  oura-lake report --lake ~/oura                          writes oura-report.html here
  oura-lake report --lake ~/oura --person anna --open     and shows it in the browser
  oura-lake report --deployed --output ~/anna.html        over the lake in your AWS account
"""
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="report", short_help="Write one HTML file: last night, six weeks, the year.", epilog=EXAMPLES)
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="Read the lake in your AWS account instead.")
@click.option("--person", help="Whose days (default: the only person of the lake).")
@click.option("--timezone", help=ZONE_HELP)
@click.option("--output", type=FILE, default="oura-report.html", show_default=True, help="The file to write.")
@click.option("--open", "is_opened", is_flag=True, help="Show the file in the browser.")
def command(
    lake: Path | None, deployed: bool, person: str | None, timezone: str | None, output: Path, is_opened: bool
) -> None:
    """Write one HTML file: last night, six weeks and the year against your own usual range.

    The file holds everything it shows and loads nothing; it is readable on a phone and in print.
    """
    engine = engine_of(lake, deployed=deployed)
    with progress_bar("Report") as step:
        text = report_text(engine, person, lambda name: datetime.now(zone_of(name, lake, timezone)).date(), step)
    written = write_private(output, text)
    click.echo(str(written))
    if is_opened:
        click.launch(written.as_uri())
