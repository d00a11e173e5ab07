"""`oura-lake forget`: erases every version of a person's data, and verifies it."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from rich.table import Table as Grid

from oura_lake.cli._console import plain_console
from oura_lake.cli._store import require_one
from oura_lake.errors import SettingsWrong
from oura_lake.lake.keys import checked_person
from oura_lake.local import erasure
from oura_lake.local.config_file import remove_person
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App, Token
from oura_lake.person import persons
from oura_lake.privacy.erasure import Holding, erase, survey
from oura_lake.settings import token_urls

EXAMPLES = """\b
Examples:
  oura-lake forget ada --lake ~/oura        all of ada's data in the folder, and her token on this machine
  oura-lake forget ada --deployed           all of ada's data in the deployed lake, old versions too
  oura-lake forget ada --deployed --yes     without a question

It can be run again at any time: it finishes what was interrupted, and says when nothing is left.
"""


@click.command(name="forget", short_help="Erase a person, and prove it.", epilog=EXAMPLES)
@click.argument("person")
@click.option("--lake", type=click.Path(file_okay=False, path_type=Path), help="Folder of the lake.")
@click.option("--deployed", is_flag=True, help="The lake in your AWS account.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option(
    "--config",
    default="config.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="With --deployed: the file to remove the person from.",
)
@click.option("--yes", is_flag=True, help="Ask nothing; go on even if Oura cannot be reached.")
def command(person: str, lake: Path | None, deployed: bool, stack: str, config: Path, yes: bool) -> None:
    """Erase a person: revoke the permission at Oura, remove every version of all their data, and prove it."""
    checked_person(person)
    require_one(lake, deployed=deployed)
    go_on = announce_and_go_on if yes else ask_to_go_on
    if lake is not None:
        forget(person, erasure.holdings(lake, person, os.environ, revoke, go_on), is_sure=yes)
    else:
        named = _outputs(stack)
        waiting = remaining_until_deploy(person, named)
        but = " but what the next deploy takes away" if waiting else ""
        forget(person, deployed_holdings(person, stack, named, go_on), is_sure=yes, but=but)
        click.echo(f"{waiting}{next_step(person, config, named)}")


def forget(person: str, holdings: list[Holding], *, is_sure: bool, but: str = "") -> None:
    """Show what will be removed, have it confirmed, remove it, and count again; `but` names what no run can remove."""
    found = survey(holdings)
    if not any(found.values()):
        click.echo(f"Nothing of {person} is left{but}: {', '.join(f'0 {kind}' for kind in found)}.")
        return
    show(person, holdings, found)
    if not is_sure and click.prompt(f"This cannot be undone. Type {person} to go on") != person:
        raise SettingsWrong(f"That was not {person}", "nothing was removed")
    left = erase(holdings, lambda kind, n: click.echo(f"Removed: {n:,} {kind}."))
    numbers = ", ".join(f"{n} {kind}" for kind, n in left.items())
    click.echo(f"Looked again. Nothing of {person} is left{but}: {numbers}.")


def show(person: str, holdings: list[Holding], found: Mapping[str, int]) -> None:
    """Print how much of each kind will be removed, and no value of it."""
    grid = Grid(title=f"To be removed of {person}", title_justify="left", box=None, pad_edge=False)
    grid.add_column("number", justify="right")
    grid.add_column("of")
    for holding in holdings:
        grid.add_row(f"{found[holding.kind]:,}", f"{holding.kind} ({holding.why})" if holding.why else holding.kind)
    plain_console().print(grid)


def revoke(app: App, token: Token) -> None:
    """Revoke a permission at Oura."""
    Authority(app=app, token_urls=token_urls(os.environ)).revoke(token)


def ask_to_go_on(sentence: str) -> bool:
    """Ask the person at the terminal whether to go on."""
    return click.confirm(f"oura-lake: {sentence} Go on?", err=True)


def announce_and_go_on(sentence: str) -> bool:
    """Print the sentence and go on."""
    click.echo(f"oura-lake: {sentence}", err=True)
    return True


def deployed_holdings(person: str, stack: str, named: Mapping[str, str], go_on: Callable[[str], bool]) -> list[Holding]:
    """List the holdings of the person in the deployed stack."""
    from oura_lake.admin.erasure import Footprint  # boto3 loads for a second; `--lake` need not wait
    from oura_lake.aws.stack import clients

    who = Footprint(person=person, stack=stack, outputs=named, client=clients(), revoke=revoke, go_on=go_on)
    return who.holdings()


def remaining_until_deploy(person: str, named: Mapping[str, str]) -> str:
    """Line on the person's parts of the stack itself; empty after the deploy that removes them."""
    if person not in persons(named["Persons"]):
        return ""
    topic = json.loads(named["Topics"])[person].rpartition(":")[2]
    names, settings = (named.get(name, "").replace(",", ", ") for name in ("PersonsIn", "SettingsIn"))
    return f"Left until the deploy: the topic {topic} with its subscriptions, {settings} with the addresses, {names}.\n"


def next_step(person: str, config: Path, named: Mapping[str, str]) -> str:
    """Advice on the deploy that removes the rest: the person's topic with its addresses, and their settings."""
    if not persons(named["Persons"]).keys() - {person}:
        return f"{person} is the last person of this lake: run `oura-lake leave` now."
    deploy = f"make deploy REMOVE={person}"
    if remove_person(config, person):
        return f"{config} names {person} no more. Run `{deploy}` now: it removes topic, addresses and settings."
    return f"If config.toml still names {person}, delete the table [persons.{person}]; then run `{deploy}`."


def _outputs(stack: str) -> dict[str, str]:
    from oura_lake.aws.stack import outputs

    return outputs(stack)
