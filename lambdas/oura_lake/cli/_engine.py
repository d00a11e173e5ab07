"""Which lake is asked: a folder of this machine, or the one in the AWS account?"""

import os
import tomllib
from pathlib import Path

from oura_lake.engines._model import Engine
from oura_lake.errors import SettingsWrong

CONFIG = Path("config.toml")


def engine_of(lake: Path | None, *, deployed: bool) -> Engine:
    """The engine over the lake that was named; raises SettingsWrong unless it is exactly one."""
    if deployed == (lake is not None):
        raise SettingsWrong("Name one lake: a folder with --lake DIR, or the one in your AWS account with --deployed.")
    if lake is None:
        return _athena()
    if not lake.is_dir():
        raise SettingsWrong(f"There is no folder {lake}; fill one with `oura-lake sync --lake {lake}` first.")
    return _duckdb(lake)


def _duckdb(lake: Path) -> Engine:
    from oura_lake.engines.duckdb import DuckDBEngine  # sqlglot and duckdb are slow to load: not for every `--help`
    from oura_lake.local.folder_store import FolderStore

    return DuckDBEngine(FolderStore(lake))


def _athena() -> Engine:
    from oura_lake.engines.athena import AthenaEngine  # pandas takes seconds to load

    name = _lake_name()
    return AthenaEngine(
        database=os.environ.get("OURA_LAKE_DATABASE") or name.replace("-", "_"),
        workgroup=os.environ.get("OURA_LAKE_WORKGROUP") or name,
    )


def _lake_name() -> str:
    """The name the lake was deployed under: that of config.toml, or the default."""
    try:
        tables = tomllib.loads(CONFIG.read_text("utf-8"))
    except FileNotFoundError:
        return "oura-lake"
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsWrong(f"Cannot read {CONFIG}: {error}; mend it, config.example.toml shows the form.") from error
    return str(tables.get("lake", {}).get("name", "oura-lake"))
