"""`oura-lake consent`: gives, revokes and lists what others may see of a person."""

from datetime import UTC, datetime
from pathlib import Path

import click

from oura_lake.cli._lean import spare_pandas
from oura_lake.cli._persons import person_of
from oura_lake.cli._store import store_of
from oura_lake.errors import SettingsWrong
from oura_lake.lake.consents import ANONYMOUS, GIVEN, NAMED, REVOKED, decisions
from oura_lake.lake.documents import Table, land
from oura_lake.sources import lake as own

EXAMPLES = """\b
Examples:
  oura-lake consent ada --lake ~/oura --audience family --metric steps --metric goals
  oura-lake consent ada --lake ~/oura --audience team --metric steps --anonymous
  oura-lake consent ada --lake ~/oura --audience family --metric steps --revoke
  oura-lake consent ada --deployed                                   what did ada decide on so far?
"""


@click.command(name="consent", short_help="Let others see a metric of a person, or take that back.", epilog=EXAMPLES)
@click.argument("person")
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--audience", help="The group that may see it, by a name its members agreed on.")
@click.option("--metric", "metrics", multiple=True, help="What it may see, such as steps or goals; may be repeated.")
@click.option("--anonymous", is_flag=True, help="As part of a figure of five persons or more, not by name.")
@click.option("--revoke", is_flag=True, help="Take it back.")
def command(  # noqa: PLR0913 - click hands over each option
    person: str,
    lake: Path | None,
    deployed: bool,
    audience: str | None,
    metrics: tuple[str, ...],
    anonymous: bool,
    revoke: bool,
) -> None:
    """Let an audience see a metric of a person in the views group_named, group_anonymous and group_challenge.

    The views show nothing without a consent, and drop a revoked metric at once, past weeks too.
    """
    spare_pandas()
    if (audience is None) != (not metrics):
        raise SettingsWrong("--audience and --metric belong together: who may see what? Leave out both to list")
    source, store = own.SOURCE, store_of(lake, deployed=deployed)
    table = Table(
        store=store,
        source=source.name,
        endpoint=source.endpoint("consents"),
        person=person_of(store, person, deployed=deployed),
    )
    if audience is not None:
        mode, state = ANONYMOUS if anonymous else NAMED, REVOKED if revoke else GIVEN
        land(table, decisions(audience, metrics, mode=mode, state=state), datetime.now(UTC), "consent")
    _show(table)


def _show(table: Table) -> None:
    rows = [row for _, row in sorted(table.partition("").rows().items()) if not row["is_deleted"]]
    for row in rows:
        click.echo(f"{row['audience']}: {row['metric']}, {row['mode']}, {row['state']} {row['fetched_at']:%Y-%m-%d}")
    if not rows:
        click.echo(f"{table.person} lets nobody see anything yet.")
