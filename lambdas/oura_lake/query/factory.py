"""Choice of the engine: Athena, or DuckDB where there is no Athena."""

from oura_lake.errors import SettingsWrong
from oura_lake.lake.store import Store
from oura_lake.query.model import Engine
from oura_lake.settings import AnalyseSettings


def chosen_engine(settings: AnalyseSettings, store: Store) -> Engine:
    """Engine that the settings name; this alone is imported, since either takes long to load."""
    if settings.engine == "duckdb":
        from oura_lake.query.duckdb import DuckDBEngine

        return DuckDBEngine(store)
    if settings.engine == "athena":
        from oura_lake.query.athena import AthenaEngine

        return AthenaEngine(database=settings.database, workgroup=settings.workgroup)
    raise SettingsWrong(f"OURA_LAKE_ENGINE is '{settings.engine}'", "it can be athena or duckdb")
