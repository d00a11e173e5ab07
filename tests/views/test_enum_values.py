"""A record with a missing or new enumerated value still counts in every view."""

from datetime import date, datetime, timedelta
from functools import cache

import duckdb
import pytest
from oura_lake.query.duckdb_tables import quoted
from oura_lake.query.views import in_order, load_views, to_duckdb
from oura_lake.sources.oura import SOURCE
from views.harness import Row, upstream_types

FIRST, N_DAYS = date(2026, 1, 5), 21
NIGHT = {"time_in_bed": 28800, "total_sleep_duration": 25200, "average_hrv": 50, "sleep_phase_5_min": "4123" * 24}
SERIES = {"interval": 300, "timestamp": datetime(2026, 1, 5, 22), "items": [60.0] * 96}  # noqa: DTZ001 - UTC in a table
KNOWN = {(e.name, field): min(values) for e in SOURCE.endpoints for field, values in e.listed.items()}
KNOWN |= {("sleep", "type"): "long_sleep"}
NEW = "a_word_of_next_year"

# The rows of each view over those three weeks, whatever the values of the enumerated fields.
ROWS = {
    0: """activity_hours alert_outcomes document_history group_anonymous group_challenge group_named population
        revisions stg_alerts stg_consents stg_feedback stg_findings stg_gaps tag_effects""",
    3: "chronotype intensity_minutes rest_activity",
    6: "correlations cosinor",
    8: "monthly_summary",
    11: "season_wave",
    19: "coverage operations",
    21: """calendar daily_overview heart_rate_hours heart_rate_nadir hrv_balance naps nights person_day regimes
        sleep_clock sleep_continuity sleep_debt sleep_periods sleep_regularity sleep_timing stg_daily_activity
        stg_daily_cardiovascular_age stg_daily_readiness stg_daily_resilience stg_daily_sleep stg_daily_spo2
        stg_daily_stress stg_enhanced_tag stg_heartrate stg_personal_info stg_rest_mode_period stg_ring_battery_level
        stg_ring_configuration stg_session stg_sleep stg_sleep_time stg_tag stg_vo2_max stg_workout stress_recovery
        tag_days training_load training_load_ewma workout_days""",
    22: "day_clock ring_evidence",
    23: "published_values",
    24: "weekly_recap",
    25: "season_profile year_on_year",
    42: "goals",
    72: "hour_profile",
    105: "heart",
    168: "metric_baseline",
    175: "weekday_profile",
    252: "trend_baselines",
    357: "gap_days",
    379: "record_days",
    525: "metric_values",
    2016: "sleep_epochs",
}
# The contents: an empty row is a row too.
FILLED = {
    "SELECT COUNT(sleep_h) + COUNT(hrv_rmssd_ms) FROM person_day": 42,
    "SELECT COUNT(sleep_id) FROM nights": 21,
    "SELECT COUNT(value) FROM metric_values": 231,
    "SELECT COUNT(*) FROM sleep_epochs WHERE is_asleep": 1512,
    "SELECT COUNT(*) FROM gap_days WHERE collection = 'sleep' AND state = 'stored'": 21,
    "SELECT SUM(n_workouts) + SUM(n_sessions) FROM person_day": 42,
}


def documents(table: str, values: Row) -> list[Row]:
    """Make three weeks of one collection, each document with these values of its enumerated fields."""
    return [_document(table, FIRST + timedelta(days=n), values) for n in range(N_DAYS)]


def _document(table: str, day: date, values: Row) -> Row:
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - UTC in a table
    row: Row = {"person": "me", "id": str(day), "day": day, "start_day": day}
    row |= {"timestamp": noon, "timestamp_utc_offset_min": 60}
    row |= {"start_datetime": noon, "end_datetime": noon + timedelta(minutes=30), "set_up_at": noon}
    row |= {"bedtime_start": noon - timedelta(hours=14), "bedtime_end": noon - timedelta(hours=6), **NIGHT}
    row |= {"bedtime_start_utc_offset_min": 60, "bedtime_end_utc_offset_min": 60, "heart_rate": SERIES, "bpm": 60}
    row |= {"stress_high": 600, "recovery_high": 900, "steps": 8000, "score": 80, "non_wear_time": 0}
    columns = upstream_types(table)
    return {name: value for name, value in row.items() if name in columns} | values


@cache
def lake(kind: str) -> duckdb.DuckDBPyConnection:
    """Make a lake with `known`, `missing` or `new` values in every enumerated field at once."""
    connection, views = duckdb.connect(), load_views()
    for table in {name for view in views.values() for name in view.upstream} - views.keys():
        types = upstream_types(table)
        columns = ", ".join(f"{quoted(c)} {t}" for c, t in types.items())
        connection.execute(f"CREATE TABLE {quoted(table)} ({columns})")
        values = {f: {"known": v, "missing": None, "new": NEW}[kind] for (t, f), v in KNOWN.items() if t == table}
        for row in documents(table, values) if table in {e.name for e in SOURCE.endpoints} else []:
            cast = ", ".join(f"CAST(? AS {t})" for t in types.values())
            connection.execute(f"INSERT INTO {quoted(table)} SELECT {cast}", [row.get(c) for c in types])
    for view in in_order(views):
        connection.execute(f"CREATE VIEW {quoted(view.name)} AS {to_duckdb(view.tree)}")
    return connection


def count(kind: str, sql: str) -> int:
    [(n,)] = lake(kind).execute(sql).fetchall()
    return int(n)


EVERY_KIND = pytest.mark.parametrize("kind", ["known", "missing", "new"])


@EVERY_KIND
def test_a_record_counts_in_every_view_whatever_its_enumerated_values_are(kind: str) -> None:
    stated = {view: n for n, names in ROWS.items() for view in names.split()}
    assert {view: count(kind, f"SELECT COUNT(*) FROM {view}") for view in load_views()} == stated


@EVERY_KIND
def test_what_is_in_the_rows_does_not_hang_on_an_enumerated_value(kind: str) -> None:
    assert {sql: count(kind, sql) for sql in FILLED} == FILLED


def test_every_enumerated_field_of_the_declarations_is_looked_at() -> None:
    assert {table for table, _ in KNOWN} == {e.name for e in SOURCE.endpoints if e.known_values}
    assert ("sleep", "type") in KNOWN
