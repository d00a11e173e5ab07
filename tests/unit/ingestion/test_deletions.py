"""Detection of deletions: what becomes of stored documents that an answer left out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from oura_lake.errors import SourceUnavailable
from oura_lake.ingestion.deletions import ask_for
from oura_lake.lake.documents import Landed, land
from oura_lake.lake.partition import Table
from oura_lake.lake.store import MemoryStore
from oura_lake.sources.model import Endpoint
from support.builders import FakeOura, a_score, a_table, at

NEWEST = date(2026, 8, 21)
DAYS = ("2026-08-18", "2026-08-19", "2026-08-20")


def stored(table: Table, *documents: Any) -> Any:
    """Documents as they lie in the lake, which the next answer leaves out."""
    land(table, documents, at(0), "r")
    return heads(table)


def heads(table: Table, *years: str) -> list[Any]:
    """Newest row of each stored key."""
    return [row for year in years or ("2026",) for row in table.partition(year).heads.values()]


def requested(table: Table, rows: Any, oura: FakeOura) -> Landed:
    """Request these rows by id."""
    return ask_for(table, rows, oura.document, at(1), NEWEST)


def test_each_document_is_asked_for_by_its_id_and_only_what_is_gone_is_buried() -> None:
    table, documents = a_table(), [a_score(day) for day in DAYS]
    rows = stored(table, *documents)
    oura = FakeOura(daily_sleep=documents[:1])
    requested(table, rows, oura)
    assert sorted(oura.asked) == [f"daily_sleep/score-{day}" for day in DAYS]
    assert {str(row["day"]): row["is_deleted"] for row in heads(table)} == dict(
        zip(DAYS, (False, True, True), strict=True)
    )


def test_what_was_revised_meanwhile_is_taken_as_it_is_now() -> None:
    table = a_table()
    rows = stored(table, a_score(DAYS[0], 60))
    landed = requested(table, rows, FakeOura(daily_sleep=[a_score(DAYS[0], 75)]))
    now = table.partition("2026").rows().values()
    assert (landed.n_revised, [(row["score"], row["is_deleted"]) for row in now]) == (1, [(75, False)])


def test_a_document_that_is_as_it_was_writes_nothing() -> None:
    store = MemoryStore()
    table = a_table(store)
    rows = stored(table, a_score())
    before = dict(store.objects)
    assert requested(table, rows, FakeOura(daily_sleep=[a_score()])).n_objects == 0
    assert store.objects == before


def test_a_document_that_moved_to_another_year_lies_there_and_leaves_a_tombstone() -> None:
    table = a_table(name="sleep")
    rows = stored(table, {"id": "s", "day": "2026-01-01"})
    landed = requested(table, rows, FakeOura(sleep=[{"id": "s", "day": "2025-12-31"}]))
    found = {str(row["day"]): row["is_deleted"] for row in heads(table, "2025", "2026")}
    assert found == {"2025-12-31": False, "2026-01-01": True}
    assert landed.n_objects == 2


def test_a_document_that_moved_to_a_day_that_cannot_be_stays_where_it_lies_and_is_set_aside() -> None:
    table = a_table(name="sleep")
    rows = stored(table, {"id": "s", "day": "2026-08-20"})
    landed = requested(table, rows, FakeOura(sleep=[{"id": "s", "day": "2027-01-01"}]))
    assert (landed.n_rejected, [(str(r["day"]), r["is_deleted"]) for r in heads(table)]) == (1, [("2026-08-20", False)])


def test_where_one_cannot_be_asked_for_nothing_is_written_of_the_others() -> None:
    """First page is lost by then; the next run requests it again."""
    store = MemoryStore()
    table = a_table(store)
    rows = sorted(stored(table, *(a_score(day) for day in DAYS)), key=lambda row: row["day"])
    before = dict(store.objects)

    def document_of(endpoint: Endpoint, document_id: str) -> dict[str, Any]:
        if document_id.endswith(DAYS[-1]):
            raise SourceUnavailable("Down.")
        return FakeOura().document(endpoint, document_id)

    with pytest.raises(SourceUnavailable):
        ask_for(table, rows, document_of, datetime(2026, 8, 21, 13, tzinfo=UTC), NEWEST)
    assert store.objects == before


def test_a_row_without_an_id_is_not_asked_for_and_stays() -> None:
    table = a_table(name="daily_cardiovascular_age")
    rows = stored(table, {"day": "2026-08-20", "vascular_age": 40})
    oura = FakeOura()
    requested(table, rows, oura)
    assert (oura.asked, [row["is_deleted"] for row in heads(table)]) == ([], [False])
