"""Objects that lack the values of a new column are known, and a rebuild completes them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from oura_lake.errors import UnreadableObject
from oura_lake.lake.documents import Table, land
from oura_lake.lake.parquet import version_of
from oura_lake.lake.rebuild import SAME, WRITTEN, partitions, rebuild
from oura_lake.lake.schema_version import Outdated, outdated
from oura_lake.lake.store import MemoryStore, Stored
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.sources import lake, oura
from oura_lake.sources.model import Endpoint
from support.builders import a_beat, a_score, a_table, at, memory_of

KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"
PINNED = Path(__file__).parents[2] / "fixtures" / "schemas.json"
DECLARED = (*oura.ENDPOINTS, *lake.ENDPOINTS)


class Counted(MemoryStore):
    """A store that counts what is read."""

    n_read = 0

    def get(self, key: str) -> Stored | None:
        self.n_read += 1
        return super().get(key)


def without(endpoint: Endpoint, column: str) -> Endpoint:
    """Endpoint as it was before a column was added."""
    columns = endpoint.columns.replace(column, "")
    assert columns != endpoint.columns
    return replace(endpoint, columns=columns)


@pytest.fixture
def table() -> Table:
    """Table of a version that did not know the score, with rows of two years; then it is declared."""
    now = a_table(Counted())
    before = replace(now, endpoint=without(now.endpoint, "score int,"))
    land(before, [a_score("2025-08-20", 70), a_score("2026-08-20", 80)], at(0), "r")
    return replace(now, endpoint=replace(now.endpoint, version=2))


def scores(table: Table, period: str) -> dict[str, int | None]:
    return {str(row["day"]): row["score"] for row in table.partition(period).rows().values()}


def found(table: Table) -> list[Outdated]:
    return outdated(table.store, [table.endpoint], "me")


def mended(table: Table) -> Iterator[str]:
    source = replace(oura.SOURCE, endpoints=(table.endpoint,))
    return (rebuild(partition).state for partition in partitions(table.store, source, [table.endpoint]))


def test_an_added_column_names_the_partitions_that_lack_it_and_a_rebuild_mends_them(table: Table) -> None:
    assert scores(table, "2026") == {"2026-08-20": None}
    assert found(table) == [Outdated(table="daily_sleep", periods=("2025", "2026"))]
    assert list(mended(table)) == [WRITTEN, WRITTEN]
    assert (found(table), scores(table, "2025"), scores(table, "2026")) == (
        [],
        {"2025-08-20": 70},
        {"2026-08-20": 80},
    )
    assert list(mended(table)) == [SAME, SAME]


def test_a_new_document_among_older_ones_makes_no_object_look_complete(table: Table) -> None:
    land(table, [a_score("2026-08-21", 81)], at(5), "r")
    assert scores(table, "2026") == {"2026-08-20": None, "2026-08-21": 81}
    assert found(table) == [Outdated(table="daily_sleep", periods=("2025", "2026"))]
    assert list(mended(table)) == [WRITTEN, WRITTEN]
    assert scores(table, "2026") == {"2026-08-20": 80, "2026-08-21": 81}


def test_a_month_of_a_time_series_says_its_version_too() -> None:
    now = a_table(Counted(), name="heartrate")
    before = replace(now, endpoint=without(now.endpoint, ", bpm int"))
    land_series(before, [SeriesPage(rows=[a_beat()], fetched_at=at(0), request="r")])
    later = replace(now, endpoint=replace(now.endpoint, version=2))
    land_series(later, [SeriesPage(rows=[a_beat("2026-08-20T11:00:00.000Z", 61)], fetched_at=at(1), request="r")])
    assert found(later) == [Outdated(table="heartrate", periods=("2026-08",))]
    assert list(mended(later)) == [WRITTEN]
    assert found(later) == []


def test_of_tables_that_never_changed_no_object_is_read(table: Table) -> None:
    store = table.store
    assert isinstance(store, Counted)
    store.n_read = 0
    assert outdated(table.store, [e for e in DECLARED if e.version == 1], "me") == []
    assert store.n_read == 0
    found(table)
    assert store.n_read == 2


def test_an_older_version_of_the_code_claims_no_more_than_it_knows(table: Table) -> None:
    list(mended(table))
    older = replace(table, endpoint=without(replace(table.endpoint, version=1), "score int,"))
    land(older, [a_score("2026-08-22", 82)], at(9), "r")
    assert version_of(memory_of(table).objects[KEY]) == 1
    assert found(table) == [Outdated(table="daily_sleep", periods=("2026",))]


def test_a_damaged_object_is_named(table: Table) -> None:
    memory_of(table).objects[KEY] = b"damaged"
    with pytest.raises(UnreadableObject, match=f"The object {KEY} is damaged"):
        found(table)


@pytest.mark.parametrize("endpoint", DECLARED, ids=lambda endpoint: endpoint.name)
def test_changed_columns_are_another_version(endpoint: Endpoint) -> None:
    """Check the digests; on failure raise the endpoint's version beside its columns, and append the new digest."""
    digests = json.loads(PINNED.read_text()).get(endpoint.name, [])
    text = ", ".join(f"{column.name} {column.hive}" for column in endpoint.table_columns)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert (len(digests), digests[-1:]) == (endpoint.version, [digest])
