"""The engine that the settings name."""

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.lake.store import MemoryStore
from oura_lake.query.athena import AthenaEngine
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.factory import chosen_engine
from oura_lake.settings import AnalyseSettings


def settings(engine: str) -> AnalyseSettings:
    return AnalyseSettings(bucket="b", persons={}, engine=engine, database="oura", workgroup="lake")


def test_athena_gets_the_database_and_the_workgroup() -> None:
    engine = chosen_engine(settings("athena"), MemoryStore())
    assert isinstance(engine, AthenaEngine)
    assert (engine.database, engine.workgroup) == ("oura", "lake")


def test_duckdb_answers_from_the_store() -> None:
    assert isinstance(chosen_engine(settings("duckdb"), MemoryStore()), DuckDBEngine)


def test_an_engine_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="OURA_LAKE_ENGINE is 'spark'; it can be athena or duckdb"):
        chosen_engine(settings("spark"), MemoryStore())
