"""The weekly mail reports the contents of a real lake through the real views."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import MemoryStore
from oura_lake.maintenance.model import Upkeep
from oura_lake.maintenance.tasks import weekly
from oura_lake.person import Person
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.sources.oura import SOURCE
from support.illness_days import FIRST, Outbox, calm_days, documents
from support.mail_runs import SETTINGS
from support.present import present

NOW = datetime(2026, 5, 11, 8, 40, tzinfo=UTC)  # Monday, 10:40 in Berlin
ME = Person(name="me", timezone="Europe/Berlin")


@pytest.fixture(scope="module")
def lake() -> MemoryStore:
    """Lake of eighteen weeks; the last one has a high heart rate, and a night without the ring."""
    days = calm_days((NOW.date() - FIRST).days + 1)
    shifted = [
        replace(d, resting_heart_rate_bpm=present(d.resting_heart_rate_bpm) + 4 * (d.day >= date(2026, 5, 4)))
        for d in days
        if d.day != date(2026, 5, 6)
    ]
    store = MemoryStore()
    for name, found in documents(shifted).items():
        land(Table(store=store, source="oura", endpoint=SOURCE.endpoint(name), person="me"), found, NOW, "test")
    return store


def mail(lake: MemoryStore, **changes: Any) -> str:
    """Body of the mail over a copy of the lake."""
    store, outbox = MemoryStore(), Outbox()
    store.objects.update(lake.objects)
    upkeep = Upkeep(
        store=store, engine=DuckDBEngine(store), person=replace(ME, **changes), now=NOW, send=outbox, settings=SETTINGS
    )
    assert weekly.run(upkeep) == {"n_sent": 1}
    return outbox.messages[0].body


def test_the_week_the_finding_the_goals_and_the_gap_come_from_the_views(lake: MemoryStore) -> None:
    text = mail(lake)
    for line in (
        "- Sleep: as before (6 of 7 nights)",
        "- Resting heart rate: higher than before (6 of 7 nights, 6 above your",
        "- Steps: as before (6 of 7 days)",
        "Resting heart rate was higher than before: 6 of 7 nights measured",
        "- Skin temperature: as before (6 of 7 nights)",
        "- Readiness: as before (6 of 7 nights)",
        "- Steps: met on 3 of 6 days; cannot tell yet whether on track",
        "- Newest record of your ring: Monday, 11 May",
        "Wednesday, 6 May (daily_activity, daily_readiness and sleep)",
    ):
        assert line in text


def test_it_holds_no_measurement_unless_that_is_wanted(lake: MemoryStore) -> None:
    assert "57 bpm" not in mail(lake)
    assert "bpm, before 51 to 53)" in mail(lake, numbers_in_messages=True)
