"""`oura-lake move`: moves a deployed lake to another region or account, without a second consent."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from oura_lake.cli._deploying import deploy
from oura_lake.cli._progress import progress_bar
from oura_lake.cli.forget import announce_and_go_on, ask_to_go_on
from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.lake.plain import harmless_lines

EXAMPLES = """\b
Examples:
  oura-lake move --to-region eu-central-1                       the same account, another region
  oura-lake move --to-profile family --to-region us-east-1      another account
  oura-lake move --to-region eu-central-1 --back                start the old lake again

AWS_PROFILE and AWS_REGION name the old place. After an interruption run it again: it goes on where things are.
"""
KEYS_OF_HERE = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@click.command(name="move", short_help="Move the deployed lake to another region or account.", epilog=EXAMPLES)
@click.option("--to-region", required=True, help="The region to move to.")
@click.option("--to-profile", help="The profile of the account to move to; default: the account of now.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
@click.option("--back", "is_back", is_flag=True, help="Give it up before a token has moved: start the old lake again.")
@click.option("--yes", is_flag=True, help="Ask nothing; go on even if the tables differ.")
def command(to_region: str, to_profile: str | None, stack: str, is_back: bool, yes: bool) -> None:
    """Move a deployed lake: deploy there, stop here, copy, rebuild, compare, hand the tokens over, start there."""
    from oura_lake.admin.deployed_config import deployed_config_text  # boto3 loads for a second; `--help` need not wait
    from oura_lake.admin.migration import End, back, move, require_another_place
    from oura_lake.aws.stack import clients, clients_of, deployed_outputs, outputs

    here, there = clients(), clients_of(to_profile, to_region)
    require_another_place(here, there)
    old = End(stack=stack, outputs=outputs(stack, here), client=here)
    named = deployed_outputs(stack, there)
    if is_back:
        back(old, End(stack=stack, outputs=named, client=there) if named else None)
        click.echo("The old lake asks Oura again.")
        return
    if not yes and click.prompt(f"The lake will stand still and go on in {to_region}. Type {to_region} to go on") != (
        to_region
    ):
        raise SettingsWrong(f"That was not {to_region}", "nothing was changed")
    if not named:
        deploy_there(deployed_config_text(stack, here), there, environment(os.environ, to_profile, to_region))
    new = End(stack=stack, outputs=outputs(stack, there), client=there)
    with progress_bar("move") as step:
        moved = move(old, new, step, announce_and_go_on if yes else ask_to_go_on)
    click.echo(moved.sentence)
    _webhooks(old.outputs, new.outputs)
    click.echo(next_steps(to_profile, to_region))


def deploy_there(settings: str, client: Callable[[str], Any], where: Mapping[str, str]) -> None:
    """Deploy the settings that the old account holds, whatever this laptop's config.toml says."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(settings, encoding="utf-8")
        deploy(config, client, where, is_new_place=True)


def environment(here: Mapping[str, str], profile: str | None, region: str) -> dict[str, str]:
    """Environment that leads the CDK to the new place; keys of this account would win over a profile."""
    variables = {name: value for name, value in here.items() if not profile or name not in KEYS_OF_HERE}
    named = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} | ({"AWS_PROFILE": profile} if profile else {})
    return variables | named


def next_steps(profile: str | None, region: str) -> str:
    """Next steps, in order."""
    there = f"AWS_REGION={region}" + (f" AWS_PROFILE={profile}" if profile else "")
    return (
        "Confirm the mails from Amazon. Then there: "
        f"`{there} oura-lake verify`. When all is well, here: `oura-lake leave`, which ends the old lake."
    )


def _webhooks(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Let Oura send its events to the new address; the app and its parameter's name stay the same."""
    from oura_lake.admin.webhooks import subscribe, unsubscribe

    try:
        click.echo(unsubscribe(old))
    except OuraLakeError as error:
        click.echo(
            f"The old webhooks stay at Oura, and end by themselves within 90 days: {harmless_lines(str(error))}",
            err=True,
        )
    if line := subscribe(new):
        click.echo(line)
