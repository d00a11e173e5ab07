"""Landed documents are announced, however the run ended."""

from typing import Any

import pytest
from oura_lake.errors import SourceUnavailable, TokenRejected
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.store import MemoryStore
from oura_lake.person import Person
from support.builders import NOON, FakeOura, a_score, a_table


class RecordingBus(list[Any]):
    """A bus that remembers."""

    def documents_landed(self, person: str, tables: list[str], reason: str, *_: object) -> None:
        self.append((person, tables, reason))


@pytest.mark.parametrize("error", [SourceUnavailable("Down."), TokenRejected("Connect again.")])
def test_what_landed_is_told_although_a_later_collection_ended_the_run(error: Exception) -> None:
    oura, bus = FakeOura(daily_sleep=[a_score()]), RecordingBus()
    log: list[Any] = []
    oura.errors["sleep"] = error
    fetcher = Fetcher(store=MemoryStore(), bus=bus, log=log.append)
    with pytest.raises(type(error)):
        fetcher.do(Job(person="me", endpoints=("daily_sleep", "sleep")), Person(name="me"), oura, NOON)
    assert bus == [("me", ["daily_sleep"], "schedule")]
    assert [run["n_new"] for run in log] == [1]


def test_the_end_of_a_long_rest_mode_reaches_the_lake() -> None:
    store, oura = MemoryStore(), FakeOura()
    fetcher = Fetcher(store=store, bus=RecordingBus(), log=lambda run: None)
    for end_day in (None, "2026-08-20"):
        oura.documents["rest_mode_period"] = [{"id": "r", "start_day": "2026-07-20", "end_day": end_day}]
        fetcher.do(Job(person="me", endpoints=("rest_mode_period",)), Person(name="me"), oura, NOON)
    [row] = a_table(store, "rest_mode_period").partition("2026").rows().values()
    assert str(row["end_day"]) == "2026-08-20"
