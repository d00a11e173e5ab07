"""Each column of each table and view has a meaning."""

import pytest
from oura_lake.lake.keys import RAW_TABLE
from oura_lake.query.catalog import describe
from oura_lake.query.duckdb_tables import TABLES
from oura_lake.query.views import load_views

NAMES = [*TABLES, RAW_TABLE, *load_views()]


@pytest.mark.parametrize("name", NAMES)
def test_no_column_is_without_a_meaning(name: str) -> None:
    assert [column.name for column in describe(name).columns if len(column.description) < 3] == []


@pytest.mark.parametrize(
    ("table", "column", "unit", "words"),
    [
        ("sleep", "total_sleep_duration", "s", "asleep"),
        ("sleep", "bedtime_start", "UTC", "Start"),
        ("sleep", "bedtime_start_utc_offset_min", "min", "Offset from UTC"),
        ("sleep", "heart_rate", "bpm", "seconds between them"),
        ("daily_sleep", "is_deleted", "", "tombstone"),
        ("daily_activity", "met", "MET", "Metabolic"),
        ("workout", "distance", "m", "Distance"),
        ("heartrate", "bpm", "bpm", "Heart rate"),
        ("consents", "state", "", "given or revoked"),
        ("raw_lines", "document", "", "as JSON"),
    ],
)
def test_a_column_has_its_unit_and_what_it_is(table: str, column: str, unit: str, words: str) -> None:
    [noted] = [noted for noted in describe(table).columns if noted.name == column]
    assert noted.unit == unit
    assert words in noted.description
