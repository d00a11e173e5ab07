"""The store of the named lake: a folder of this machine, or the AWS account's bucket."""

from pathlib import Path

import click

from oura_lake.errors import SettingsWrong
from oura_lake.lake.plain import plain
from oura_lake.lake.store import Store
from oura_lake.lake.strays import sentence, strays

STACK = "OuraLake"


def store_of(lake: Path | None, stack: str = STACK, *, deployed: bool) -> Store:
    """Folder or the deployed bucket; raises SettingsWrong unless it is exactly one."""
    require_one(lake, deployed=deployed)
    if lake is None:
        from oura_lake.aws.s3 import S3Store
        from oura_lake.aws.stack import outputs  # boto3 takes a second to load; `--lake` need not wait

        return S3Store(outputs(stack)["Bucket"])
    require_folder(lake)
    from oura_lake.local.folder_store import FolderStore

    return FolderStore(lake)


def report_strays(store: Store) -> None:
    """Name on standard error the files of the lake that no reader reads."""
    if line := sentence(plain(key) for key in strays(store)):
        click.echo(f"oura-lake: {line}", err=True)


def require_one(lake: Path | None, *, deployed: bool) -> None:
    """Raise SettingsWrong unless exactly one lake is named."""
    if deployed == (lake is not None):
        raise SettingsWrong("Name one lake: a folder with --lake DIR, or the one in your AWS account with --deployed")


def require_folder(lake: Path) -> None:
    """Raise SettingsWrong where there is no such folder."""
    if not lake.is_dir():
        raise SettingsWrong(f"There is no folder {lake}", f"fill one with `oura-lake sync --lake {lake}` first")
