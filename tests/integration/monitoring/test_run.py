"""Landed documents lead through the real views to the right message."""

from datetime import timedelta

import pytest
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE
from support.illness_days import NOW, TODAY, Outbox, calm_days, documents

N_DAYS = (TODAY - calm_days(1)[0].day).days + 1
ME = Person(name="me", timezone="Europe/Berlin")


@pytest.fixture(scope="module")
def lake() -> MemoryStore:
    store = MemoryStore()
    for name, found in documents(calm_days(N_DAYS, ill=(N_DAYS - 2, N_DAYS - 1))).items():
        land(Table(store=store, source="oura", endpoint=SOURCE.endpoint(name), person="me"), found, NOW, "test")
    return store


def test_landed_documents_end_in_one_message_that_names_the_signals(lake: MemoryStore) -> None:
    outbox = Outbox()
    assert watch(DuckDBEngine(lake), lake, ME, "schedule", NOW, {"email": outbox}).n_sent == 1
    (message,) = outbox.messages
    assert "- Skin temperature above your usual range\n" in message.body
    assert "- Resting heart rate above your usual range\n" in message.body


def test_findings_can_be_asked_for_and_a_second_run_writes_nothing(lake: MemoryStore) -> None:
    watch(DuckDBEngine(lake), lake, ME, "schedule", NOW, {"email": Outbox()})
    before = dict(lake.objects)
    watch(DuckDBEngine(lake), lake, ME, "schedule", NOW + timedelta(hours=1), {"email": Outbox()})
    assert lake.objects == before
    sql = "SELECT status, COUNT(*) AS n FROM findings WHERE kind = 'illness' GROUP BY status ORDER BY status"
    assert DuckDBEngine(lake).query(sql).rows == [("not_enough_data", 14), ("ok", N_DAYS - 14)]
