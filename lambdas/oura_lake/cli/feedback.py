"""`oura-lake feedback`: stores the person's answer on an alert as a label."""

from datetime import UTC, datetime
from pathlib import Path

import click

from oura_lake.cli._lean import spare_pandas
from oura_lake.cli._persons import person_of
from oura_lake.cli._store import store_of
from oura_lake.errors import SettingsWrong

EXAMPLES = """\b
Examples:
  oura-lake feedback illness-2026-03-01 --ill --deployed
  oura-lake feedback strain-2026-03-01 --right --deployed
  oura-lake feedback illness-2026-03-01 --not-ill --note "two late nights" --lake ~/oura
"""


@click.command(name="feedback", short_help="Say whether an alert was right.", epilog=EXAMPLES)
@click.argument("episode")
@click.option("--ill", "--right", "ill", is_flag=True, help="You were ill; of a kind other than illness: it was right.")
@click.option("--not-ill", "--wrong", "not_ill", is_flag=True, help="You were not; it was not.")
@click.option("--note", default="", help="A remark of your own.")
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--person", help="Whose episode (default: of the only person of the lake).")
def command(  # noqa: PLR0913 - click hands over each option
    episode: str, ill: bool, not_ill: bool, note: str, lake: Path | None, deployed: bool, person: str | None
) -> None:
    """Say whether an EPISODE, named as in its message, was an illness; of another kind, whether the alert was right.

    The last answer counts. No message ever holds the text of a note. Without an answer, rest mode or a tag of sickness
    in Oura's app within three days counts as an illness; `oura-lake status` shows how often the alerts were right.
    """
    from oura_lake.analyses.model import ILLNESS
    from oura_lake.monitoring.feedback import store_feedback  # pyarrow is slow to load: not for every `--help`

    spare_pandas()
    if ill == not_ill and (ill or not note):
        raise SettingsWrong("Say one of --ill and --not-ill, or --note TEXT", "there is nothing to keep")
    is_ill = None if ill == not_ill else ill
    store = store_of(lake, deployed=deployed)
    entry = store_feedback(store, person_of(store, person, deployed=deployed), episode, is_ill, note, datetime.now(UTC))
    yes, no = ("an illness", "no illness") if entry.alert.kind == ILLNESS else ("right", "not right")
    what = {True: yes, False: no, None: "noted"}[is_ill]
    click.echo(f"Kept: the episode of {entry.alert.first_alert_day} was {what}.")
