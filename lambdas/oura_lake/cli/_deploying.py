"""Deploys by the CDK from a command, in this account and region or in others."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from oura_lake.errors import SettingsWrong
from oura_lake.local.config_file import lake_name


def deploy(
    config: Path,
    client: Callable[[str], Any] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    is_new_place: bool = False,
) -> None:
    """Deploy as `make deploy` does and adopt a retained bucket; raises SettingsWrong where that fails."""
    from oura_lake.admin import budget_stack
    from oura_lake.admin.deploy_options import options
    from oura_lake.aws.stack import clients
    from oura_lake.local.toolchain import run_cdk

    option, variables, client = ("-c", f"config={config.resolve()}"), environment or os.environ, client or clients()
    if is_new_place and run_cdk(["bootstrap", *option], variables):
        raise SettingsWrong("The CDK could not be bootstrapped there", "see what it says above, then run it again")
    found = options(lake_name(config), client, adopt=is_new_place)
    if run_cdk(["deploy", *found, *option], variables):
        raise SettingsWrong("The deploy failed", "see what the CDK says above, then run the same command again")
    if refusal := budget_stack.deploy(config, client, variables):
        click.echo(refusal, err=True)
