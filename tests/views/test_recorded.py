"""The views give the values of recorded real pages."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE


def recorded(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recorded document with its collection; the same one may repeat."""
    for path in sorted(folder.glob("*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8")):
            collection = exchange["request"]["url"].partition("/usercollection/")[2].split("?")[0].split("/")[0]
            if collection and exchange["status"] == 200:
                body = exchange["body"]
                yield from ((collection, document) for document in body.get("data", [body]))


@pytest.fixture(scope="module")
def engine(shared: Path) -> DuckDBEngine:
    store, documents = MemoryStore(), defaultdict(list)
    for collection, document in recorded(shared / "oura" / "recorded"):
        documents[collection].append(document)
    for endpoint in SOURCE.endpoints:
        place = Table(store=store, source="oura", endpoint=endpoint, person="me")
        land(place, documents[endpoint.collection], datetime(2026, 11, 1, tzinfo=UTC), "recorded")
    return DuckDBEngine(store)


@pytest.mark.parametrize(
    ("view", "n"),
    {
        "stg_daily_readiness": 2141, "stg_daily_sleep": 2141, "stg_daily_spo2": 804, "stg_daily_stress": 423,
        "stg_daily_resilience": 329, "stg_rest_mode_period": 55, "stg_sleep": 48, "stg_daily_cardiovascular_age": 235,
        "stg_workout": 83, "stg_enhanced_tag": 21, "stg_heartrate": 1101, "nights": 22,
    }.items(),
)  # fmt: skip
def test_every_recorded_document_is_a_row(engine: DuckDBEngine, view: str, n: int) -> None:
    assert engine.query(f"SELECT COUNT(*) FROM {view}").rows == [(n,)]


@pytest.mark.parametrize(
    ("measured", "n"),
    {
        "SELECT COUNT(spo2_pct) FROM stg_daily_spo2": 801,
        "SELECT COUNT(lowest_heart_rate_bpm) FROM stg_sleep": 33,
        "SELECT COUNT(hrv_rmssd_ms) FROM stg_sleep": 31,
        "SELECT MAX(lowest_heart_rate_bpm) / 255 FROM stg_sleep": 0,
    }.items(),
)
def test_recorded_sentinels_are_null(engine: DuckDBEngine, measured: str, n: int) -> None:
    assert engine.query(measured).rows == [(n,)]


def test_person_day_has_each_day_once_and_none_missing(engine: DuckDBEngine) -> None:
    sql = "SELECT COUNT(*), COUNT(DISTINCT day), DATE_DIFF('day', MIN(day), MAX(day)) + 1 FROM person_day"
    assert engine.query(sql).rows == [(2226, 2226, 2226)]


def test_a_recorded_night_adds_up(engine: DuckDBEngine) -> None:
    stages, bed = "deep_h + rem_h + light_h - asleep_h", "asleep_h + awake_h - time_in_bed_h"
    [worst] = engine.query(f"SELECT MAX(ABS({stages})), MAX(ABS({bed})) FROM nights").rows
    assert worst == pytest.approx((0, 0), abs=1e-9)
