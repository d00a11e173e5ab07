"""The engine that the settings name."""

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.lake.documents import land
from oura_lake.lake.keys import stored_view_key
from oura_lake.lake.store import MemoryStore
from oura_lake.query.athena import AthenaEngine
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.factory import person_engine
from oura_lake.query.model import Limits
from oura_lake.settings import AnalyseSettings, analyse_settings
from support.builders import NOON, a_score, a_table

ENVIRONMENT = {
    "OURA_LAKE_BUCKET": "b",
    "OURA_LAKE_PERSONS": "{}",
    "OURA_LAKE_TOPICS": "{}",
    "OURA_LAKE_ENGINE": "duckdb",
}


def settings(engine: str) -> AnalyseSettings:
    return AnalyseSettings(bucket="b", persons={}, engine=engine, database="oura", workgroup="lake")


def test_athena_gets_the_database_and_the_workgroup() -> None:
    engine = person_engine(settings("athena"), MemoryStore(), "me")
    assert isinstance(engine, AthenaEngine)
    assert (engine.database, engine.workgroup) == ("oura", "lake")


def test_what_athena_reads_is_stored_though_athena_answers() -> None:
    store = MemoryStore()
    land(a_table(store), [a_score()], NOON, "r")
    assert person_engine(settings("athena"), store, "me").refresh("me")
    assert stored_view_key("person_day", "me") in store.objects


def test_duckdb_answers_from_the_store() -> None:
    assert isinstance(person_engine(settings("duckdb"), MemoryStore(), "me"), DuckDBEngine)


def test_in_a_function_duckdb_has_half_its_memory_and_spills_where_it_may_write() -> None:
    given = analyse_settings(ENVIRONMENT | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"})
    engine = person_engine(given, MemoryStore(), "me")
    assert isinstance(engine, DuckDBEngine)
    assert engine.limits == Limits(gigabytes=512 * 2**20 / 1e9, may_spill=True)


def test_on_a_laptop_duckdb_has_its_own_limit_and_no_row_leaves_the_memory() -> None:
    engine = person_engine(analyse_settings(ENVIRONMENT), MemoryStore(), "me")
    assert isinstance(engine, DuckDBEngine)
    assert engine.limits == Limits()


def test_an_engine_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="OURA_LAKE_ENGINE is 'spark'; it can be athena or duckdb"):
        person_engine(settings("spark"), MemoryStore(), "me")
