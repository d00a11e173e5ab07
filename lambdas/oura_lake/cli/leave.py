"""`oura-lake leave`: ends the lake in the AWS account, and lists the remains with their price."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.table import Table as Grid

from oura_lake.cli._console import plain_console
from oura_lake.cli._store import store_of
from oura_lake.cli.export import export
from oura_lake.cli.forget import announce_and_go_on, ask_to_go_on, deployed_holdings
from oura_lake.errors import NothingStored, OuraLakeError, SettingsWrong
from oura_lake.lake.plain import harmless_lines
from oura_lake.local.config_file import lake_name
from oura_lake.person import persons

EXAMPLES = """\b
Examples:
  oura-lake leave --out ~/oura-export     export everyone, then end it
  oura-lake leave                         end it without an export

Run it again after an interruption: what is done already is not done again. The bucket goes only if you type its name.
"""
BEFORE_THE_DESTROY = ("schedules", "tokens")


@click.command(name="leave", short_help="Leave AWS: export, revoke, remove everything.", epilog=EXAMPLES)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Export everyone into this folder first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Of the exported tables.",
)
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option(
    "--config",
    default="config.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file that names the lake.",
)
@click.option("--yes", is_flag=True, help="Ask nothing, and keep the bucket.")
def command(out: Path | None, form: str, stack: str, config: Path, yes: bool) -> None:
    """Leave AWS: export, revoke the permissions, remove webhooks and stack, and list what is left with its price."""
    from oura_lake.admin.leftovers import Remains
    from oura_lake.aws.stack import clients

    client, named = clients(), stack_outputs(stack)
    if named:
        if not yes and click.prompt(f"This ends the lake. Type {stack} to go on") != stack:
            raise SettingsWrong(f"That was not {stack}", "nothing was changed")
        if out is not None:
            export_everyone(named, out, form, stack)
        disconnect(named, stack, ask_to_go_on if not yes else announce_and_go_on)
        destroy(config)
    remains = Remains(lake_name(config), client, named.get("Bucket"))
    click.echo(f"Removed: {remains.forget_parameters()} parameters.")
    offer_bucket(remains, is_retained=yes)
    show_remains(remains)


def stack_outputs(stack: str) -> dict[str, str]:
    """Read the outputs of the stack; none once it is destroyed."""
    from oura_lake.aws.stack import outputs

    try:
        return outputs(stack)
    except SettingsWrong as missing:
        click.echo(f"No stack to end: {missing}")
        return {}


def export_everyone(named: dict[str, str], out: Path, form: str, stack: str) -> None:
    """Export each person into a folder of their own; a finished export is not made again."""
    store = store_of(None, stack, deployed=True)
    for person in persons(named["Persons"]):
        if (out / person / "manifest.json").exists():
            click.echo(f"{out / person} holds an export of {person} already.")
            continue
        try:
            export(store, person, out / person, form=form, views=False)
        except NothingStored as nothing:
            click.echo(str(nothing))


def disconnect(named: dict[str, str], stack: str, go_on: Callable[[str], bool]) -> None:
    """Remove the webhooks, stop the schedules, revoke each permission: in that order no request to Oura is in vain."""
    from oura_lake.admin.webhooks import unsubscribe

    try:
        click.echo(unsubscribe(named))
    except OuraLakeError as error:
        if not go_on(
            f"{harmless_lines(str(error))} The webhooks at Oura then stay, and end by themselves within 90 days."
        ):
            raise
    for person in persons(named["Persons"]):
        for holding in deployed_holdings(person, stack, named, go_on):
            if holding.kind in BEFORE_THE_DESTROY and (found := holding.count()):
                holding.remove()
                click.echo(f"Removed of {person}: {found} {holding.kind}.")


def destroy(config: Path) -> None:
    """Remove the stack and its budget's with the locked CDK; raises SettingsWrong where that fails."""
    from oura_lake.admin import budget_stack
    from oura_lake.aws.stack import clients
    from oura_lake.local.toolchain import run_cdk

    budget_stack.destroy(config, clients(), os.environ)
    if run_cdk(["destroy", "--force", "-c", f"config={config.resolve()}"], os.environ):
        raise SettingsWrong("The stack could not be destroyed", "see what the CDK says above, and run it again")


def offer_bucket(remains: Any, *, is_retained: bool) -> None:
    """Empty and delete the retained bucket, but only if its name is typed."""
    if not remains.bucket or is_retained:
        return
    typed = click.prompt(
        f"Type {remains.bucket} to delete all data, every version; Enter keeps it", default="", show_default=False
    )
    if typed == remains.bucket:
        remains.remove_bucket()
        click.echo(f"Bucket {remains.bucket} is deleted.")


def show_remains(remains: Any) -> None:
    """Print what is left in the account with its price."""
    grid = Grid(title="Left in the account", title_justify="left", box=None, pad_edge=False)
    grid.add_column("what")
    grid.add_column("$ a month", justify="right")
    grid.add_column("")
    for remnant in remains.remnants():
        grid.add_row(remnant.name, f"{remnant.monthly_usd:.4f}", remnant.note)
    plain_console().print(grid)
    click.echo("Besides, at no cost: bills and CloudTrail of the account, mails already sent.")
