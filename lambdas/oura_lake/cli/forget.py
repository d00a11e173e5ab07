"""`oura-lake forget`: erases a person, every version, and verifies it."""

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
  oura-lake forget ada --lake ~/oura        all of ada's in the folder, and her token on this machine
  oura-lake forget ada --deployed           all of ada's in the deployed lake, old versions too
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
    help="With --deployed: the file that the person is taken out of.",
)
@click.option("--yes", is_flag=True, help="Ask nothing; go on even if Oura cannot be reached.")
def command(person: str, lake: Path | None, deployed: bool, stack: str, config: Path, yes: bool) -> None:
    """Erase a person: take the permission back at Oura, remove every version of all that is theirs, and prove it."""
    checked_person(person)
    require_one(lake, deployed=deployed)
    go_on = accepting if yes else asking
    if lake is not None:
        forget(person, erasure.holdings(lake, person, os.environ, revoke, go_on), is_sure=yes)
    else:
        named = _outputs(stack)
        waiting = left_until_the_deploy(person, named)
        but = " but what the next deploy takes away" if waiting else ""
        forget(person, deployed_holdings(person, stack, named, go_on), is_sure=yes, but=but)
        click.echo(f"{waiting}{farewell(person, config, named)}")


def forget(person: str, holdings: list[Holding], *, is_sure: bool, but: str = "") -> None:
    """Say what will go, have it confirmed, remove it, and say what is left; `but` names what no run can remove."""
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
    """How much of each kind will be removed; no value of anything."""
    grid = Grid(title=f"To be removed of {person}", title_justify="left", box=None, pad_edge=False)
    grid.add_column("number", justify="right")
    grid.add_column("of")
    for holding in holdings:
        grid.add_row(f"{found[holding.kind]:,}", f"{holding.kind} ({holding.why})" if holding.why else holding.kind)
    plain_console().print(grid)


def revoke(app: App, token: Token) -> None:
    """Take a permission back at Oura."""
    Authority(app=app, token_urls=token_urls(os.environ)).revoke(token)


def asking(sentence: str) -> bool:
    """Whether the person at the terminal wants to go on."""
    return click.confirm(f"oura-lake: {sentence} Go on?", err=True)


def accepting(sentence: str) -> bool:
    """Go on, and have it said."""
    click.echo(f"oura-lake: {sentence}", err=True)
    return True


def deployed_holdings(person: str, stack: str, named: Mapping[str, str], go_on: Callable[[str], bool]) -> list[Holding]:
    """What the deployed stack holds of the person."""
    from oura_lake.admin.erasure import Footprint  # boto3 takes a second that `--lake` need not wait
    from oura_lake.aws.stack import clients

    who = Footprint(person=person, stack=stack, outputs=named, client=clients(), revoke=revoke, go_on=go_on)
    return who.holdings()


def left_until_the_deploy(person: str, named: Mapping[str, str]) -> str:
    """What the stack itself still holds of the person, as a line; empty after the deploy that takes it away."""
    if person not in persons(named["Persons"]):
        return ""
    topic = json.loads(named["Topics"])[person].rpartition(":")[2]
    told, kept = (named.get(name, "").replace(",", ", ") for name in ("PersonsIn", "SettingsIn"))
    return f"Left until the deploy: the topic {topic} with its subscriptions, {kept} with the addresses, {told}.\n"


def farewell(person: str, config: Path, named: Mapping[str, str]) -> str:
    """What goes with the next deploy alone: the person's topic with its addresses, and the functions' settings."""
    if not persons(named["Persons"]).keys() - {person}:
        return f"{person} is the last person of this lake: run `oura-lake leave` now."
    deploy = f"make deploy REMOVE={person}"
    if remove_person(config, person):
        return f"{config} names {person} no more. Run `{deploy}` now: it removes topic, addresses and settings."
    return f"If config.toml still names {person}, delete the table [persons.{person}]; then run `{deploy}`."


def _outputs(stack: str) -> dict[str, str]:
    from oura_lake.aws.stack import outputs

    return outputs(stack)
