"""`oura-lake settings`: shows the config.toml of the last deploy."""

from pathlib import Path

import click

from oura_lake.errors import SettingsWrong
from oura_lake.output_file import write_private

EXAMPLES = """\b
Examples:
  oura-lake settings                        show what is deployed
  oura-lake settings --out config.toml      the file of a new laptop
"""


@click.command(name="settings", short_help="Show the config.toml of the last deploy.", epilog=EXAMPLES)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A new file to write them to.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
def command(out: Path | None, stack: str) -> None:
    """Show the config.toml of the last deploy, as the account holds it (without comments)."""
    from oura_lake.admin.deployed_config import deployed_config_text  # boto3 loads for a second; `--help` need not wait

    text = deployed_config_text(stack)
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise SettingsWrong(f"{out} exists and was left as it is", "name another file, or move it away")
    write_private(out, text, "--out")
    click.echo(f"{out} is what is deployed; `make diff` would change nothing.")
