"""Completeness of a person's records in a real lake: days with data, requests, traces of the ring on local days."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oura_lake.errors import SourceUnavailable
from oura_lake.lake.documents import land
from oura_lake.lake.partition import Table
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.gaps import Known, Trace
from oura_lake.ledger.request_log import note_requests
from oura_lake.ledger.token_status import note_broken
from oura_lake.monitoring.completeness import Extent, extents_of, known_of, record_days
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, a_beat, a_score, at

THE_20TH, THE_21ST = date(2026, 8, 20), date(2026, 8, 21)


def landed(store: MemoryStore, name: str, *documents: Any, person: str = "me") -> None:
    """Documents of one collection in the lake."""
    table = Table(store=store, source="oura", endpoint=SOURCE.endpoint(name), person=person)
    land(table, documents, at(0), "r")


def known(store: MemoryStore, now: datetime = NOON, zone: timezone | ZoneInfo = UTC) -> Known:
    """Collect the known facts of the lake's person."""
    return known_of(DuckDBEngine(store), store, "me", now, zone)


def test_records_are_the_days_of_each_collection_and_of_this_person_alone() -> None:
    store = MemoryStore()
    landed(store, "daily_sleep", a_score("2026-08-19"), a_score("2026-08-20"))
    landed(store, "daily_sleep", a_score("2026-08-01"), person="eve")
    landed(store, "ring_configuration", {"id": "r", "set_up_at": "2026-08-02T10:00:00+00:00"})
    landed(store, "personal_info", {"id": "p"})
    assert known(store).records == {"daily_sleep": frozenset({date(2026, 8, 19), THE_20TH})}


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        (UTC, {THE_20TH: 2, THE_21ST: 1}),
        (timezone(timedelta(hours=2)), {THE_20TH: 1, THE_21ST: 2}),
        (ZoneInfo("America/Costa_Rica"), {THE_20TH: 3}),
    ],
)
def test_heartbeats_are_counted_by_local_days(zone: timezone | ZoneInfo, days: dict[date, int]) -> None:
    store = MemoryStore()
    landed(store, "heartrate", *(a_beat(f"2026-08-{t}:00:00.000Z") for t in ("20T12", "20T23", "21T02")))
    landed(store, "heartrate", a_beat("2026-08-20T12:00:00.000Z"), person="eve")
    assert {day: trace.n_heartbeats for day, trace in known(store, zone=zone).traces.items()} == days


def test_a_day_says_of_the_ring_what_activity_battery_and_heart_rate_leave_together() -> None:
    store = MemoryStore()
    landed(store, "daily_activity", {"id": "a", "day": "2026-08-20", "non_wear_time": 3600})
    levels = (("2026-08-20T08:00:00.000Z", 40), ("2026-08-20T20:00:00.000Z", 35))
    landed(store, "ring_battery_level", *({"timestamp": moment, "level": pct} for moment, pct in levels))
    landed(store, "heartrate", a_beat())
    traces = known(store).traces
    assert traces[THE_20TH] == Trace(non_wear_s=3600, lowest_battery_pct=35, last_battery_pct=35, n_heartbeats=1)


def test_today_is_the_persons_own_day() -> None:
    late = datetime(2026, 8, 20, 23, 30, tzinfo=UTC)
    assert known(MemoryStore(), late).today == THE_20TH
    assert known(MemoryStore(), late, ZoneInfo("Europe/Berlin")).today == THE_21ST


def test_the_requests_and_a_rejected_token_are_read_from_their_notes() -> None:
    store = MemoryStore()
    window = Days(first=THE_20TH, last=THE_20TH, zone=UTC, now=NOON)
    note_requests(store, "me", window, {SOURCE.endpoint("sleep"): SourceUnavailable("Down.")})
    assert known(store).rejected_since is None
    note_broken(store, "me", "1", datetime(2026, 8, 18, 6, tzinfo=UTC))
    found = known(store)
    assert (found.requests["sleep"].on(THE_20TH), found.rejected_since) == ("api_error", date(2026, 8, 18))


def test_the_extents_of_the_collections_are_those_of_the_view_coverage() -> None:
    store = MemoryStore()
    landed(store, "daily_sleep", a_score("2026-08-19"), a_score("2026-08-20"))
    landed(store, "daily_sleep", a_score("2026-08-01"), person="eve")
    landed(store, "heartrate", *(a_beat(f"2026-08-{t}:00:00.000Z") for t in ("20T12", "20T23", "21T02")))
    landed(store, "ring_configuration", {"id": "r", "set_up_at": "2026-08-02T10:00:00+00:00"})
    landed(store, "personal_info", {"id": "p"})
    engine = DuckDBEngine(store)
    sql = "SELECT collection, n_records, first_day, last_day FROM coverage WHERE person = 'me'"
    rows = engine.query(sql).dicts()
    assert extents_of(record_days(engine, "me")) == {row.pop("collection"): Extent(**row) for row in rows}
