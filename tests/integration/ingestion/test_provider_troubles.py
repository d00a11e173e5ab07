"""Whatever the provider does for a while, every record is present in the end, once, and none is made up."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oura_lake.aws.redelivery import MOST_RECEIVED, PAUSES_S
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Run, ingest
from oura_lake.lake.parquet import read_table
from oura_lake.lake.request_plan import Days
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.request_log import ANSWERED, API_ERROR, read_request_log
from oura_lake.oura.client import Page
from oura_lake.sources.oura import SOURCE
from support.builders import a_beat, a_score
from support.present import present
from support.provider_world import Provider

NOON = datetime(2026, 8, 21, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 8, 14), date(2026, 8, 20)
WEEK = [FIRST + timedelta(days=n) for n in range(7)]
SCORES, BEATS = SOURCE.endpoint("daily_sleep"), SOURCE.endpoint("heartrate")
TRUTH = {
    "daily_sleep": [a_score(f"{day}") for day in WEEK],
    "heartrate": [a_beat(f"{day}T0{hour}:00:00.000Z", 60 + hour) for day in WEEK for hour in range(3)],
}
N_ROWS = {"daily_sleep": 7, "heartrate": 21}


def days(now: datetime) -> Days:
    return Days(first=FIRST, last=LAST, zone=UTC, now=now)


def bring(provider: Provider, store: MemoryStore) -> list[Outcome]:
    return provider.brings(store, [SCORES, BEATS], days(provider.now))


def rows(store: MemoryStore) -> dict[str, list[dict[str, Any]]]:
    """Rows of the lake without `fetched_at`, tombstones included."""
    found: dict[str, list[dict[str, Any]]] = {}
    for key in store.keys("lake/"):
        table = read_table(key, store.objects[key])
        compared = [name for name in table.column_names if name != "fetched_at"]
        found.setdefault(key.split("/")[1], []).extend(table.select(compared).to_pylist())
    return found


UNDISTURBED = MemoryStore()
bring(Provider(TRUTH, NOON), UNDISTURBED)


def test_the_week_is_whole_where_nothing_happens() -> None:
    assert {name: len(found) for name, found in rows(UNDISTURBED).items()} == N_ROWS


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_outage_of_minutes_makes_no_day_empty_and_the_run_after_it_brings_all(status: int) -> None:
    provider, store = Provider(TRUTH, NOON), MemoryStore()
    over = NOON + timedelta(minutes=10)
    provider.spoil = lambda _, answer: httpx.Response(status) if provider.now < over else answer
    for outcome in bring(provider, store):
        assert str(status) in present(outcome.problem)
        assert present(outcome.problem).endswith("run it again later.")
    assert rows(store) == {}
    assert {log.on(LAST) for log in read_request_log(store, "me").values()} == {API_ERROR}
    provider.passes(600)
    assert [outcome.problem for outcome in bring(provider, store)] == [None, None]
    assert rows(store) == rows(UNDISTURBED)
    assert {log.on(LAST) for log in read_request_log(store, "me").values()} == {ANSWERED}


@pytest.mark.parametrize("minutes", [1, 3, 10, 30, 50])
def test_an_outage_of_up_to_fifty_minutes_is_outlived_by_the_tries_of_one_job(minutes: int) -> None:
    provider, store = Provider(TRUTH, NOON), MemoryStore()
    over = NOON + timedelta(minutes=minutes)
    provider.spoil = lambda _, answer: httpx.Response(503) if provider.now < over else answer
    n_tries = 1
    while any(outcome.error for outcome in bring(provider, store)):
        provider.passes(PAUSES_S[n_tries - 1])
        n_tries += 1
    assert n_tries <= MOST_RECEIVED
    assert rows(store) == rows(UNDISTURBED)


@pytest.mark.parametrize("times", [1, 3])
def test_a_rate_limit_that_does_not_say_how_long_is_waited_for_longer_each_time(times: int) -> None:
    provider, store = Provider(TRUTH, NOON), MemoryStore()
    provider.spoil = lambda n, answer: httpx.Response(429) if n <= times else answer
    assert [outcome.problem for outcome in bring(provider, store)] == [None, None]
    assert timedelta() < provider.now - NOON < timedelta(minutes=5)
    assert rows(store) == rows(UNDISTURBED)


def test_a_rate_limit_without_a_word_that_does_not_end_is_an_error_and_the_next_run_brings_all() -> None:
    provider, store = Provider(TRUTH, NOON), MemoryStore()
    provider.spoil = lambda *_: httpx.Response(429)
    assert {"(429)" in present(outcome.problem) for outcome in bring(provider, store)} == {True}
    assert (rows(store), provider.n_asked < 30) == ({}, True)
    provider.spoil = lambda _, answer: answer
    bring(provider, store)
    assert rows(store) == rows(UNDISTURBED)


CUTS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda body: b"",
    "a half": lambda body: body[: len(body) // 2],
    "all but a byte": lambda b: b[:-1],
}


@pytest.mark.parametrize("is_for_good", [False, True])
@pytest.mark.parametrize("cut", CUTS)
def test_a_body_that_ends_too_soon_is_asked_for_again_and_never_read_as_less(cut: str, is_for_good: bool) -> None:
    quiet = Provider(TRUTH, NOON)
    bring(quiet, MemoryStore())
    for at in range(1, quiet.n_asked + 1):
        provider, store = Provider(TRUTH, NOON), MemoryStore()
        bring(provider, store)  # a lake that has it all: nothing may be buried

        def spoil(n: int, answer: httpx.Response, at: int = provider.n_asked + at) -> httpx.Response:
            is_met = n >= at if is_for_good else n == at
            return httpx.Response(answer.status_code, content=CUTS[cut](answer.content)) if is_met else answer

        provider.spoil = spoil
        outcomes = bring(provider, store)
        assert any(outcome.error for outcome in outcomes) is is_for_good
        assert rows(store) == rows(UNDISTURBED)


@st.composite
def pages(draw: st.DrawFn, records: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Draw records in pages of any size and order, some of them more than once."""
    again = draw(st.lists(st.sampled_from(records), max_size=8))
    shuffled = draw(st.permutations([*records, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    return [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


class Paged:
    """A provider whose pages come as they come."""

    def __init__(self, **answers: list[list[dict[str, Any]]]) -> None:
        self._answers = answers

    def pages(self, endpoint: Any, _params: Any) -> list[Page]:
        return [Page([dict(row) for row in rows], endpoint.name, NOON) for rows in self._answers[endpoint.name]]

    def document(self, endpoint: Any, document_id: str) -> dict[str, Any]:
        raise AssertionError(f"Nobody misses {document_id} of {endpoint.name}.")


@settings(max_examples=40)
@given(scores=pages(TRUTH["daily_sleep"]), beats=pages(TRUTH["heartrate"]), again=pages(TRUTH["daily_sleep"]))
def test_pages_that_repeat_records_or_come_in_another_order_make_the_same_lake_and_a_second_run_nothing(
    scores: list[list[dict[str, Any]]], beats: list[list[dict[str, Any]]], again: list[list[dict[str, Any]]]
) -> None:
    store = MemoryStore()
    for answer in (scores, again):
        before = dict(store.objects)
        run = Run(
            client=Paged(daily_sleep=answer, heartrate=beats),
            store=store,
            source=SOURCE,
            person="me",
            window=days(NOON),
        )
        assert [outcome.problem for outcome in ingest(run, [SCORES, BEATS])] == [None, None]
        assert rows(store) == rows(UNDISTURBED)
    assert store.objects == before
