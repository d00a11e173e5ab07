"""Which lake is asked: a folder of this machine, or the one in the AWS account?"""

from pathlib import Path

from oura_lake.cli._store import require_folder, require_one
from oura_lake.engines._model import Engine
from oura_lake.errors import SettingsWrong


def engine_of(lake: Path | None, *, deployed: bool) -> Engine:
    """The engine over the lake that was named; raises SettingsWrong unless it is exactly one."""
    require_one(lake, deployed=deployed)
    if lake is None:
        return _athena()
    require_folder(lake)
    return _duckdb(lake)


def _duckdb(lake: Path) -> Engine:
    from oura_lake.engines.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`
    from oura_lake.local.folder_store import FolderStore

    return DuckDBEngine(FolderStore(lake))


def _athena() -> Engine:
    from oura_lake.aws.stack import outputs
    from oura_lake.engines.athena import AthenaEngine  # pandas takes seconds to load

    told = outputs()
    try:
        return AthenaEngine(database=told["Database"], workgroup=told["WorkGroup"])
    except KeyError as error:
        raise SettingsWrong(f"The deployed stack does not say its {error}; deploy this version of it.") from error
