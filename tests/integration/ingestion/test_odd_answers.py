"""Odd answers of strangers leave everything beside the odd value in the lake, and the next run clean.

The answers are those of the reference material: a folder each, NAME.json a collection's documents, NAME.raw its body.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from oura_lake.ingestion.job import Job
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.worker import Fetcher
from oura_lake.lake.keys import table_prefix
from oura_lake.lake.parquet import read_table
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.drift import read_drift
from oura_lake.ledger.request_log import API_ERROR, read_request_log
from oura_lake.oura.client import OuraClient
from oura_lake.oura.tokens import FixedToken
from oura_lake.person import Person
from oura_lake.sources.oura import SOURCE
from support.present import present

NOW = datetime(2026, 10, 14, 12, tzinfo=UTC)


class Replay:
    """A provider that answers from a folder, and the lake that it fills."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, MemoryStore()

    def documents_landed(self, person: str, tables: list[str], reason: str, *_: object) -> None:
        """Whoever judges the days hears of it."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        name, _, document_id = request.url.path.removeprefix("/v2/usercollection/").partition("/")
        if (raw := self.folder / f"{name}.raw").exists():
            return httpx.Response(200, content=raw.read_bytes())
        listed = self.folder / f"{name}.json"
        documents = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []
        if document_id:
            return httpx.Response(404, json={"detail": "Not found"})
        body = {"id": "u1"} if name == "personal_info" else {"data": documents, "next_token": None}
        return httpx.Response(200, text=json.dumps(body))

    def synced(self) -> dict[str, Outcome]:
        fetcher = Fetcher(store=self.store, bus=self, log=lambda _: None)
        with OuraClient(tokens=FixedToken("t"), transport=httpx.MockTransport(self.answer)) as client:
            return {o.endpoint.name: o for o in fetcher.do(Job(person="me"), Person(name="me"), client, NOW)}

    def rows(self, name: str) -> list[dict[str, Any]]:
        keys = self.store.keys(table_prefix(SOURCE.endpoint(name)))
        return [row for key in keys for row in read_table(key, present(self.store.get(key)).data).to_pylist()]


CASES = {
    "01-lone-surrogate": ("enhanced_tag", "comment", ["so tired \ufffd"], ["enhanced_tag.comment: character"]),
    "02-instant-out-of-range": ("sleep", "bedtime_end", 2, ["sleep.bedtime_end: type"]),
    "03-number-out-of-range": ("daily_readiness", "score", [None, 80], ["daily_readiness.score: type"]),
    "04-nan": (
        "daily_readiness",
        "temperature_deviation",
        [None, 0.2],
        ["daily_readiness.temperature_deviation: type"],
    ),
    "10-one-null-element": ("session", "id", ["x"], []),
}


@pytest.mark.parametrize("case", CASES)
def test_one_odd_value_costs_no_other_and_is_reported_once(shared: Path, case: str) -> None:
    replay, (name, column, values, drift) = Replay(shared / "cases" / case), CASES[case]
    first = replay.synced()
    assert [outcome.error for outcome in first.values() if outcome.error] == []
    stored_values = [row[column] for row in replay.rows(name)]
    assert (len(stored_values) if isinstance(values, int) else stored_values) == values
    assert [seen.name for seen in read_drift(replay.store, "me")] == drift
    assert (first[name].problem is not None) == (case == "10-one-null-element")
    assert len(replay.rows("personal_info")) == 1
    before = dict(replay.store.objects)
    assert {outcome.problem for outcome in replay.synced().values()} == {None}
    assert replay.store.objects == before


def test_an_element_that_is_no_document_is_kept_with_its_reason(shared: Path) -> None:
    replay = Replay(shared / "cases" / "10-one-null-element")
    assert present(replay.synced()["session"].problem).startswith(
        "Of session, 1 was no document; what came is kept under"
    )
    assert len(list(replay.store.keys("rejected/oura/session/person=me/"))) == 1


def test_null_instead_of_the_documents_is_an_error_and_no_empty_answer(tmp_path: Path) -> None:
    (tmp_path / "session.raw").write_text('{"data": null, "next_token": null}')
    replay = Replay(tmp_path)
    assert {name for name, outcome in replay.synced().items() if outcome.error} == {"session"}
    logs = read_request_log(replay.store, "me")
    assert logs["session"].on(NOW.date()) == API_ERROR
    assert logs["sleep"].on(NOW.date()) != API_ERROR
