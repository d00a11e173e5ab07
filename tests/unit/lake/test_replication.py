"""Replication of a lake: what is brought, what stays, and what differs."""

from collections import Counter

import pytest
from oura_lake.errors import UnreadableObject
from oura_lake.lake.documents import land
from oura_lake.lake.keys import claim_key
from oura_lake.lake.replication import Difference, bring, bring_ledger, differences, make_tables, rows_of
from oura_lake.lake.store import MemoryStore
from support.builders import a_score, a_table, at


@pytest.fixture
def old() -> MemoryStore:
    store = MemoryStore()
    land(a_table(store), [a_score("2025-12-31"), a_score("2026-01-01")], at(0), "r")
    return store


def test_what_is_only_added_to_is_brought_once_and_the_tables_are_made_from_it(old: MemoryStore) -> None:
    new, steps = MemoryStore(), list[tuple[str, int, int]]()
    assert bring(old, new, lambda *step: steps.append(step)) == 2
    assert make_tables(new, lambda *step: steps.append(step)) == 2
    assert steps == [("copied", 1, 2), ("copied", 2, 2), ("made from raw", 1, 2), ("made from raw", 2, 2)]
    assert new.objects == old.objects
    assert bring(old, new, lambda *step: None) == 0


def test_raw_that_cannot_be_read_is_named(old: MemoryStore) -> None:
    key = next(old.keys("raw/"))
    old.objects[key] = b""
    with pytest.raises(UnreadableObject, match=key):
        make_tables(old, lambda *step: None)


def test_a_persons_notes_are_brought_where_they_differ_but_for_the_claim_on_a_renewal() -> None:
    old, new = MemoryStore(), MemoryStore()
    old.objects = {
        "ledger/person=me/a.json": b"1", "ledger/person=me/b.json": b"2", "ledger/person=me/c.json": b"3",
        claim_key("me"): b"x", "ledger/person=you/a.json": b"4",
    }  # fmt: skip
    new.objects = {"ledger/person=me/b.json": b"old", "ledger/person=me/c.json": b"3"}
    assert bring_ledger(old, new, "me") == 2
    assert new.objects == {
        f"ledger/person=me/{name}.json": data for name, data in zip("abc", (b"1", b"2", b"3"), strict=True)
    }


def test_tables_with_another_number_of_rows_are_named(old: MemoryStore) -> None:
    counted = rows_of(old)
    assert counted == {("me", "daily_sleep"): 2}
    fewer = Counter({("me", "daily_sleep"): 1, ("you", "sleep"): 3})
    assert differences(counted, counted) == []
    assert differences(counted, fewer) == [
        Difference(person="me", table="daily_sleep", n_old=2, n_new=1),
        Difference(person="you", table="sleep", n_old=0, n_new=3),
    ]
