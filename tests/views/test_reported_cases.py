"""Strangers' documents that the views once misread give true values; from ../shared/cases, where it is at hand."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from oura_lake.alerts.labels import ill_days
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.run import days_of
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE

FETCHED = datetime(2026, 10, 20, 8, tzinfo=UTC)


@pytest.fixture
def lake_of(shared: Path) -> Any:
    """Engine over the lake of one folder of the cases."""

    def made(name: str) -> DuckDBEngine:
        folder, store = shared / "cases" / name, MemoryStore()
        if not folder.is_dir():
            pytest.skip(f"the folder of cases is absent: {folder}")
        for path in folder.glob("*.json"):
            endpoint = next(e for e in SOURCE.endpoints if e.collection == path.stem)
            place = Table(store=store, source="oura", endpoint=endpoint, person="me")
            land(place, json.loads(path.read_text(encoding="utf-8")), FETCHED, "a test")
        return DuckDBEngine(store)

    return made


def test_a_sleep_without_a_type_is_a_night_and_the_ledger_says_so(lake_of: Any) -> None:
    lake = lake_of("05-sleep-without-type")
    assert lake.query("SELECT day, sleep_h, hrv_rmssd_ms FROM nights ORDER BY day").rows == [
        (date(2026, 10, day), 7.0, 48) for day in (10, 11, 12)
    ]
    empty = """SELECT COUNT(*) FROM gap_days AS g LEFT JOIN nights AS n ON g.person = n.person AND g.day = n.day
        WHERE g.collection = 'sleep' AND g.state = 'stored' AND n.day IS NULL"""
    assert lake.query(empty).rows == [(0,)]


def test_a_workout_of_two_offsets_ends_after_it_began_on_one_clock(lake_of: Any) -> None:
    lake = lake_of("06-workout-mixed-offsets")
    assert lake.query("SELECT CAST(started_local AS varchar), CAST(ended_local AS varchar) FROM stg_workout").rows == [
        ("2026-10-10 21:23:00", "2026-10-10 21:34:00")
    ]
    assert lake.query("SELECT workout_end_h, training_end_h FROM person_day").rows == [(21, 21)]


def test_a_rest_mode_that_was_never_ended_labels_no_later_day(lake_of: Any) -> None:
    lake = lake_of("07-rest-mode-never-ended")
    resting = [day.day for day in days_of(lake, "me") if day.is_rest_mode]
    assert (resting[0], len(resting), resting[-1]) == (date(2026, 8, 2), 14 + 3, date(2026, 9, 3))
    assert ill_days(days_of(lake, "me")) == resting


def test_what_overlaps_is_united(lake_of: Any) -> None:
    lake = lake_of("08-overlapping-periods")
    [(sleep_h, n_naps, n_workouts, workout_min)] = lake.query(
        "SELECT p.sleep_h, n.n_naps, p.n_workouts, p.workout_min FROM person_day AS p JOIN nights AS n ON p.day = n.day"
    ).rows
    assert (round(sleep_h, 1), n_naps, n_workouts, workout_min) == (7.1, 0, 1, 60.0)


def test_of_two_documents_of_a_day_the_fuller_counts(lake_of: Any) -> None:
    lake = lake_of("11-two-documents-of-a-day")
    assert lake.query("SELECT readiness_score, steps FROM person_day").rows == [(82, 9321)]


def test_recorded_workouts_end_after_they_began_on_the_accounts_own_clock(shared: Path) -> None:
    from views.test_recorded import recorded

    store = MemoryStore()
    documents: dict[str, list[dict[str, Any]]] = {"workout": [], "sleep": []}
    for collection, document in recorded(shared / "oura" / "recorded"):
        documents.get(collection, []).append(document)
    for name, found in documents.items():
        land(Table(store=store, source="oura", endpoint=SOURCE.endpoint(name), person="me"), found, FETCHED, "recorded")
    odd = """SELECT COUNT(*), COUNT(IF(w.ended_local < w.started_local, 1)),
        COUNT(IF(NOT CONTAINS(k.offsets_min, w.utc_offset_min), 1)), COUNT(IF(w.utc_offset_min = 0, 1)), COUNT(k.day)
        FROM stg_workout AS w LEFT JOIN day_clock AS k ON w.person = k.person AND w.day = k.day"""
    [(n, n_reversed, n_of_another_clock, n_utc, n_known)] = DuckDBEngine(store).query(odd).rows
    assert (n, n_reversed, n_of_another_clock) == (83, 0, 0)
    assert n_utc <= n - n_known  # +00:00 remains only where the account has no record of the day
