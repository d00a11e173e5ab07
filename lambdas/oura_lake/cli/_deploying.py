"""Deploys by the CDK from a command, here or at another place."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.local.config_file import lake_name


def deploy(
    config: Path,
    client: Callable[[str], Any] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    is_new_place: bool = False,
) -> None:
    """What `make deploy` does, with a kept bucket taken again; raises SettingsWrong where it fails."""
    from oura_lake.admin.bucket_adoption import arguments
    from oura_lake.aws.stack import clients
    from oura_lake.local.toolchain import run_cdk

    told, where = ("-c", f"config={config.resolve()}"), environment or os.environ
    if is_new_place and run_cdk(["bootstrap", *told], where):
        raise SettingsWrong("The CDK could not be bootstrapped there", "see what it says above, then run it again")
    bucket = arguments(lake_name(config), client or clients(), adopt=is_new_place)
    if run_cdk(["deploy", *bucket, *told], where):
        raise SettingsWrong("The deploy failed", "see what the CDK says above, then run the same command again")
