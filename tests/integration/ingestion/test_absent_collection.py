"""A collection that Oura no longer has is an error for two weeks, and removed after that."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

import pytest
from oura_lake.errors import CollectionAbsent, OuraLakeError, SourceUnavailable
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.request_log import GONE_AFTER, read_request_log
from oura_lake.oura.client import Page
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE
from support.builders import NOON, FakeOura, a_score
from support.present import present

TAG, SLEEP = SOURCE.endpoint("tag"), SOURCE.endpoint("daily_sleep")
ABSENT = CollectionAbsent("Oura has no collection tag (404).")


class Oura(FakeOura):
    """Fails for the collections that are named."""

    def __init__(self, **errors: OuraLakeError) -> None:
        super().__init__(daily_sleep=[a_score()])
        self.errors: dict[str, Exception] = dict(errors)

    def pages(self, endpoint: Endpoint, params: Any) -> Iterable[Page]:
        if endpoint.name in self.errors:
            raise self.errors[endpoint.name]
        return super().pages(endpoint, params)


def run_of(store: MemoryStore, after: timedelta, **errors: OuraLakeError) -> list[Outcome]:
    now = NOON + after
    days = Days(first=now.date() - timedelta(days=7), last=now.date(), zone=UTC, now=now)
    return ingest(Run(client=Oura(**errors), store=store, source=SOURCE, person="me", window=days), [TAG, SLEEP])


def test_an_absent_collection_is_an_error_for_two_weeks_and_then_only_said() -> None:
    store = MemoryStore()
    seen = []
    for day in (0, 1, 13, 14, 60):
        tag, sleep = run_of(store, timedelta(days=day), tag=ABSENT)
        seen.append((tag.problem, tag.is_well, sleep.is_well))
    assert {problem for problem, *_ in seen} == {str(ABSENT)}
    assert [is_well for _, is_well, _ in seen] == [False, False, False, True, True]
    assert all(is_well for *_, is_well in seen)


def test_the_weeks_begin_with_the_absence_and_not_with_the_trouble_before_it() -> None:
    store = MemoryStore()
    run_of(store, timedelta(0), tag=SourceUnavailable("Oura answered 503."))
    assert [outcome.is_well for outcome in run_of(store, GONE_AFTER, tag=ABSENT)] == [False, True]
    assert [outcome.is_well for outcome in run_of(store, 2 * GONE_AFTER, tag=ABSENT)] == [True, True]
    run_of(store, 2 * GONE_AFTER)
    assert [outcome.is_well for outcome in run_of(store, 2 * GONE_AFTER, tag=ABSENT)] == [False, True]


def test_an_absence_is_noted_as_other_troubles_are() -> None:
    store = MemoryStore()
    run_of(store, timedelta(0), tag=ABSENT)
    assert read_request_log(store, "me")["tag"].on(NOON.date()) == "api_error"


@pytest.mark.parametrize("other", [ABSENT, CollectionAbsent("Oura has no collection daily_sleep (404).")])
def test_where_all_are_absent_one_sentence_names_the_address(other: CollectionAbsent) -> None:
    outcomes = run_of(MemoryStore(), timedelta(0), tag=ABSENT, daily_sleep=other)
    [problem] = {outcome.problem for outcome in outcomes}
    assert "check OURA_API_BASE_URL" in present(problem)
