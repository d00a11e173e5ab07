"""Which lake is asked: a folder of this machine, or the one in the AWS account?"""

from datetime import UTC, datetime
from pathlib import Path

from oura_lake.cli._store import require_folder, require_one, store_of
from oura_lake.engines._model import Engine
from oura_lake.errors import SettingsWrong
from oura_lake.lake.store import Store


def engine_of(lake: Path | None, *, deployed: bool, as_of: datetime | None = None) -> Engine:
    """The engine over the lake that was named, as it is or as it was believed at a moment (UTC).

    Raises SettingsWrong unless it is exactly one lake.
    """
    require_one(lake, deployed=deployed)
    if as_of:
        return _past(store_of(lake, deployed=deployed), as_of.replace(tzinfo=UTC))
    if lake is None:
        return _athena()
    require_folder(lake)
    return _duckdb(lake)


def _duckdb(lake: Path) -> Engine:
    from oura_lake.engines.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`
    from oura_lake.local.folder_store import FolderStore

    return DuckDBEngine(FolderStore(lake))


def _past(store: Store, moment: datetime) -> Engine:
    """DuckDB on this machine over what raw said until then, for a lake in AWS too: Athena keeps no past."""
    from oura_lake.engines.duckdb import DuckDBEngine
    from oura_lake.past import PastStore

    return DuckDBEngine(PastStore(store, moment))


def _athena() -> Engine:
    from oura_lake.aws.stack import outputs
    from oura_lake.engines.athena import AthenaEngine  # pandas takes seconds to load

    told = outputs()
    try:
        return AthenaEngine(database=told["Database"], workgroup=told["WorkGroup"])
    except KeyError as error:
        raise SettingsWrong(f"The deployed stack does not say its {error}; deploy this version of it.") from error
