"""A webhook's document reaches its partition, whatever happened to it meanwhile."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from oura_lake.errors import NotThereYet, ScopeMissing, SourceUnavailable, TokenRejected
from oura_lake.ingestion import document as arrival
from oura_lake.ingestion.document import MOST_TRIES
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.placing import ODD_PLACE
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.drift import read_drift
from oura_lake.person import Person
from support.builders import NOON, FakeOura, a_score, a_table
from support.present import present


class RecordingBus(list[Any]):
    """A bus that remembers."""

    def documents_landed(self, person: str, tables: list[str], reason: str, *_: object) -> None:
        self.append((tables, reason))


class Lake:
    """A person's lake in memory, fed by webhooks; each event comes a minute after the last."""

    def __init__(self, **documents: list[dict[str, Any]]) -> None:
        self.oura, self.store, self.bus, self.now = FakeOura(**documents), MemoryStore(), RecordingBus(), NOON
        self.log: list[dict[str, object]] = []

    def received(
        self, document_id: str, table: str = "daily_sleep", event: str = "update", n_received: int = 1, **person: Any
    ) -> list[Outcome]:
        """Do the job of one event at its n-th delivery by the queue."""
        self.now += timedelta(minutes=1)
        job = Job(
            person="me",
            endpoints=(table,),
            document_id=document_id,
            event=event,
            reason="webhook",
            n_received=n_received,
        )
        fetcher = Fetcher(store=self.store, bus=self.bus, log=self.log.append)
        return fetcher.do(job, Person(name="me", **person), self.oura, self.now)

    def records(self) -> dict[str, bytes]:
        """Read all objects except the ledger's notes."""
        return {key: data for key, data in self.store.objects.items() if not key.startswith("ledger/")}

    def rows(self, table: str = "daily_sleep", *periods: str) -> list[tuple[str, bool]]:
        """Id and whether it is deleted, of each row."""
        found = [a_table(self.store, table).partition(p).rows().values() for p in periods or ("2025", "2026")]
        return sorted((row["id"], row["is_deleted"]) for rows in found for row in rows)


def test_a_created_document_lands_alone_and_is_announced() -> None:
    lake = Lake(daily_sleep=[a_score("2026-08-19"), a_score("2026-08-20")])
    lake.received("score-2026-08-20", event="create")
    assert lake.rows() == [("score-2026-08-20", False)]
    assert lake.bus == [(["daily_sleep"], "webhook")]
    assert lake.oura.asked == ["daily_sleep/score-2026-08-20"]


def test_a_repetition_of_days_ago_writes_nothing_and_announces_nothing() -> None:
    lake = Lake(daily_sleep=[a_score()])
    lake.received("score-2026-08-20")
    before = dict(lake.store.objects)
    lake.received("score-2026-08-20")
    assert lake.store.objects == before
    assert len(lake.bus) == 1


def test_a_revision_replaces_the_row_and_an_older_event_that_comes_later_brings_the_newest() -> None:
    lake = Lake(daily_sleep=[a_score(score=70)])
    lake.received("score-2026-08-20", event="create")
    lake.oura.documents["daily_sleep"] = [a_score(score=80)]
    lake.received("score-2026-08-20", event="create")
    [row] = a_table(lake.store).partition("2026").rows().values()
    assert row["score"] == 80


def test_only_a_404_buries_what_a_webhook_calls_deleted() -> None:
    lake = Lake(daily_sleep=[a_score()])
    lake.received("score-2026-08-20", event="delete")
    assert lake.rows() == [("score-2026-08-20", False)]
    lake.oura.documents["daily_sleep"] = []
    lake.received("score-2026-08-20", event="delete")
    assert lake.rows() == [("score-2026-08-20", True)]
    assert len(lake.bus) == 2


@pytest.mark.parametrize("event", ["create", "update", ""])
def test_a_document_that_is_not_there_yet_is_asked_for_again_and_lands(event: str) -> None:
    lake = Lake()
    for n in range(1, MOST_TRIES):
        with pytest.raises(NotThereYet, match="asked for again"):
            lake.received("score-2026-08-20", event=event, n_received=n)
    lake.oura.documents["daily_sleep"] = [a_score()]
    lake.received("score-2026-08-20", event=event, n_received=MOST_TRIES)
    assert lake.rows() == [("score-2026-08-20", False)]


@pytest.mark.parametrize("event", ["create", "update"])
def test_a_404_beside_another_word_than_deleted_marks_nothing_as_deleted(event: str) -> None:
    lake = Lake(daily_sleep=[a_score()])
    lake.received("score-2026-08-20", event="create")
    lake.oura.documents["daily_sleep"] = []
    before = lake.records()
    [outcome] = lake.received("score-2026-08-20", event=event, n_received=MOST_TRIES)
    assert "the schedule's list decides" in (outcome.problem or "")
    assert lake.rows() == [("score-2026-08-20", False)]
    assert lake.records() == before


def test_a_deletion_told_twice_buries_once() -> None:
    lake = Lake(daily_sleep=[a_score()])
    lake.received("score-2026-08-20")
    lake.oura.documents["daily_sleep"] = []
    lake.received("score-2026-08-20", event="delete")
    before = dict(lake.store.objects)
    lake.received("score-2026-08-20", event="delete")
    assert lake.store.objects == before


def test_a_document_of_any_year_is_found_by_its_id() -> None:
    lake = Lake(daily_sleep=[a_score("2025-03-01"), a_score("2026-08-20")])
    for day in ("2025-03-01", "2026-08-20"):
        lake.received(f"score-{day}")
    lake.oura.documents["daily_sleep"].pop(0)
    lake.received("score-2025-03-01", event="delete")
    assert lake.rows() == [("score-2025-03-01", True), ("score-2026-08-20", False)]


def test_an_id_that_is_no_key_is_found_too() -> None:
    lake = Lake(daily_cardiovascular_age=[{"id": "age", "day": "2026-08-20", "vascular_age": 40}])
    lake.received("age", "daily_cardiovascular_age")
    lake.oura.documents.clear()
    lake.received("age", "daily_cardiovascular_age", event="delete")
    [row] = a_table(lake.store, "daily_cardiovascular_age").partition("2026").rows().values()
    assert row["is_deleted"]


def test_an_id_that_nobody_knows_is_right_and_quiet() -> None:
    lake = Lake()
    [outcome] = lake.received("nothing", event="delete")
    assert (outcome.problem, lake.store.objects, lake.bus) == (None, {}, [])


def test_a_document_newer_than_any_window_lands_and_one_of_the_future_is_set_aside() -> None:
    lake = Lake(daily_sleep=[a_score("2026-08-21"), a_score("2027-08-21")])
    assert [o.problem for o in lake.received("score-2026-08-21")] == [None]
    [outcome] = lake.received("score-2027-08-21")
    assert "a day in the future" in (outcome.problem or "")
    assert lake.rows() == [("score-2026-08-21", False)]


def test_a_document_whose_day_moves_to_another_year_is_in_one_partition_only_and_stays_so() -> None:
    lake = Lake(sleep=[{"id": "s", "day": "2025-12-31"}, {"id": "t", "day": "2025-12-30"}])
    lake.received("t", "sleep")
    lake.received("s", "sleep")
    lake.oura.documents["sleep"] = [{"id": "s", "day": "2026-01-01"}, {"id": "t", "day": "2025-12-30", "type": "rest"}]
    lake.received("s", "sleep")
    assert (lake.rows("sleep", "2025"), lake.rows("sleep", "2026")) == ([("s", True), ("t", False)], [("s", False)])
    lake.received("t", "sleep")
    assert (lake.rows("sleep", "2025"), lake.rows("sleep", "2026")) == ([("s", True), ("t", False)], [("s", False)])
    lake.oura.documents["sleep"][0]["day"] = "2025-12-31"
    lake.received("s", "sleep")
    assert (lake.rows("sleep", "2025"), lake.rows("sleep", "2026")) == ([("s", False), ("t", False)], [("s", True)])
    lake.oura.documents["sleep"].pop(0)
    lake.received("s", "sleep", event="delete")
    assert lake.rows("sleep", "2025") == [("s", True), ("t", False)]


def test_a_ring_lands_and_is_buried_without_a_day() -> None:
    lake = Lake(ring_configuration=[{"id": "r"}])
    lake.received("r", "ring_configuration")
    lake.oura.documents.clear()
    lake.received("r", "ring_configuration", event="delete")
    assert lake.rows("ring_configuration", "") == [("r", True)]


def test_a_collection_that_the_person_does_not_want_is_not_asked_for() -> None:
    lake = Lake(daily_sleep=[a_score()])
    assert lake.received("score-2026-08-20", collections=("sleep",)) == []
    assert lake.oura.asked == []


@pytest.mark.parametrize("error", [SourceUnavailable("Down."), TokenRejected("Connect again.")])
def test_what_a_retry_may_mend_goes_back_to_the_queue(error: Exception) -> None:
    lake = Lake()
    lake.oura.document = failing(error)  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        lake.received("s")


def test_a_scope_that_was_not_granted_is_logged_and_not_asked_again() -> None:
    lake = Lake()
    lake.oura.document = failing(ScopeMissing("No scope."))  # type: ignore[method-assign]
    lake.received("s")
    assert lake.log[0]["problems"] == {"daily_sleep": "No scope."}


def failing(error: Exception) -> Any:
    """Make the provider's answer by id an error."""

    def document(endpoint: Any, document_id: str) -> dict[str, Any]:
        raise error

    return document


def test_the_moment_of_an_event_is_kept_with_what_it_brought() -> None:
    lake = Lake(daily_sleep=[a_score()])
    lake.received("score-2026-08-20")
    [row] = a_table(lake.store).partition("2026").rows().values()
    assert row["fetched_at"] == datetime(2026, 8, 21, 12, 1)  # noqa: DTZ001 - naive UTC, as stored


def test_what_nobody_declared_is_noted_with_the_document_of_a_webhook_too() -> None:
    lake = Lake(daily_sleep=[a_score(mood="new")])
    lake.received("score-2026-08-20")
    assert [seen.drift.field for seen in read_drift(lake.store, "me")] == ["mood"]


def test_a_mistake_in_the_code_is_told_of_the_collection_and_ends_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "land", lambda *_, **__: 1 / 0)
    lake = Lake(daily_sleep=[a_score()])
    [outcome] = lake.received("score-2026-08-20")
    assert present(outcome.problem).startswith(
        "daily_sleep was not brought in, by a mistake in the code (ZeroDivisionError)"
    )


def test_a_document_that_cannot_be_merged_is_set_aside_by_a_webhook_too() -> None:
    lake = Lake(daily_sleep=[a_score(id="a") | {"day": 20260820}])
    assert [lake.received("a")[0].landed.rejected for _ in range(2)] == [{ODD_PLACE: 1}, {}]
    assert list(lake.store.keys("lake/")) == []
