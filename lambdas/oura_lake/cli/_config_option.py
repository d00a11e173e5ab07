"""Option `--config` of the commands that check what is to be deployed."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("config.toml"),
    show_default=True,
    help="The settings to deploy.",
)
