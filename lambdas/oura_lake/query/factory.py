"""Choice of the engine: Athena, or DuckDB where there is no Athena."""

from oura_lake.errors import SettingsWrong
from oura_lake.lake.store import Store
from oura_lake.query.model import Limits, StoringEngine
from oura_lake.settings import AnalyseSettings

DUCKDB_SHARE = 0.5  # of the function's memory; Python, its packages and the rows of the answer take the rest


def person_engine(settings: AnalyseSettings, store: Store, person: str) -> StoringEngine:
    """Engine that the settings name, over one person's objects; this alone is imported: either takes long to load."""
    if settings.engine == "duckdb":
        from oura_lake.query.duckdb import DuckDBEngine

        return DuckDBEngine(store, limits=_limits(settings.memory_mb), person=person)
    if settings.engine == "athena":
        from oura_lake.query.athena import AthenaEngine

        return AthenaEngine(database=settings.database, workgroup=settings.workgroup, store=store)
    raise SettingsWrong(f"OURA_LAKE_ENGINE is '{settings.engine}'", "it can be athena or duckdb")


def _limits(memory_mb: int) -> Limits:
    """Limits of DuckDB in a function of so many MB; none on a laptop (0)."""
    return Limits(gigabytes=memory_mb * DUCKDB_SHARE * 2**20 / 1e9, may_spill=True) if memory_mb else Limits()
