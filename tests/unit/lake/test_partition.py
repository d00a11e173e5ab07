"""One person's table in a store: its partitions, read as they are now."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.documents import add_tombstones, land
from oura_lake.lake.keys import stamp_in
from oura_lake.lake.store import MemoryStore
from support.builders import a_score, a_table, at

KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"


def test_a_partition_that_was_never_written_is_empty_and_can_be_created() -> None:
    table = a_table()
    partition = table.partition("2026")
    assert (partition.heads, partition.rows(), partition.seen) == ({}, {}, ())
    table.store.put(partition.key, b"first", replacing=partition.etag)
    with pytest.raises(WriteConflict):
        table.store.put(partition.key, b"second", replacing=partition.etag)


def test_a_partition_is_replaced_by_the_tag_that_it_was_read_with_and_only_once() -> None:
    table = a_table()
    land(table, [a_score()], at(0), "r")
    early, late = table.partition("2026"), table.partition("2026")
    table.store.put(KEY, b"first", replacing=early.etag)
    with pytest.raises(WriteConflict):
        table.store.put(KEY, b"second", replacing=late.etag)


def test_the_heads_and_the_rows_are_of_the_same_documents_deleted_ones_too() -> None:
    table = a_table()
    land(table, [a_score("2026-08-19", 71), a_score("2026-08-20", 72)], at(0), "r")
    add_tombstones(table, [{"id": "score-2026-08-19", "day": "2026-08-19"}], at(1), "by id")
    partition = table.partition("2026")
    found = {key: (row["is_deleted"], row["score"]) for key, row in partition.rows().items()}
    assert found == {("score-2026-08-19",): (True, None), ("score-2026-08-20",): (False, 72)}
    assert partition.heads.keys() == found.keys()
    for key, row in partition.rows().items():
        assert partition.heads[key].items() <= row.items()
        assert "score" not in partition.heads[key]


def test_a_partition_names_the_raw_objects_that_it_has_seen() -> None:
    table = a_table()
    for minute in (0, 1):
        land(table, [a_score(score=80 + minute)], at(minute), "r")
    assert sorted(table.partition("2026").seen) == [stamp_in(key) for key in table.store.keys("raw/")]


def test_each_person_and_each_period_has_a_partition_of_its_own() -> None:
    table = a_table()
    land(table, [a_score("2025-12-31"), a_score("2026-01-01")], at(0), "r")
    assert [list(table.partition(year).heads) for year in ("2025", "2026")] == [
        [("score-2025-12-31",)],
        [("score-2026-01-01",)],
    ]
    assert replace(table, person="ada").partition("2026").heads == {}


def test_a_partition_stays_as_it_was_read_while_another_run_writes() -> None:
    table = a_table()
    land(table, [a_score(score=80)], at(0), "r")
    before = table.partition("2026")
    land(table, [a_score(score=81)], at(1), "r")
    scores = [[row["score"] for row in partition.rows().values()] for partition in (before, table.partition("2026"))]
    assert scores == [[80], [81]]


def test_a_damaged_object_is_an_error_and_no_empty_partition() -> None:
    table = a_table()
    table.store.put(KEY, b"damaged", replacing=None)
    with pytest.raises(UnreadableObject, match=f"The object {KEY} is damaged"):
        table.partition("2026")


def test_an_object_of_no_bytes_is_an_error_and_no_empty_partition() -> None:
    table = a_table()
    table.store.put(KEY, b"", replacing=None)
    with pytest.raises(UnreadableObject, match=f"The object {KEY} is damaged"):
        table.partition("2026")


class Listing(MemoryStore):
    """Store that counts its listings."""

    n_listings = 0

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        self.n_listings += 1
        return super().keys(prefix, after)


def test_a_landing_without_news_lists_nothing_unless_it_is_thorough() -> None:
    store = Listing()
    land(a_table(store), [a_score()], at(0), "r")
    for is_thorough in (False, True):
        store.n_listings = 0
        table = replace(a_table(store), is_thorough=True) if is_thorough else a_table(store)
        land(table, [a_score()], at(1), "r")
        assert bool(store.n_listings) is is_thorough
