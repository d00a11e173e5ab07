"""Does what raw once listed stay what was said, or an error?"""

from threading import Barrier

import pytest
from oura_lake.errors import StoreUnavailable
from oura_lake.lake.documents import land
from oura_lake.lake.parquet import write_rows
from oura_lake.lake.raw import AT_ONCE
from oura_lake.lake.replication import bring
from oura_lake.lake.store import MemoryStore, Stored
from support.builders import a_score, a_table, at, rebuilt


class Forgetful(MemoryStore):
    """Lists what it then cannot find."""

    def get(self, key: str) -> Stored | None:
        return None if key.startswith("raw/") else super().get(key)


def test_a_raw_object_that_was_listed_and_cannot_be_found_is_an_error_and_not_nothing_said() -> None:
    table = a_table(Forgetful())
    land(table, [a_score()], at(0), "r")
    with pytest.raises(StoreUnavailable, match=r"raw/oura/daily_sleep/.* was listed and cannot be found; run it again"):
        rebuilt(table, "2026")


def test_a_raw_object_that_was_listed_and_cannot_be_found_is_not_left_behind_by_a_move() -> None:
    table = a_table(Forgetful())
    land(table, [a_score()], at(0), "r")
    with pytest.raises(StoreUnavailable, match=r"raw/oura/daily_sleep/.* was listed and cannot be found"):
        bring(table.store, MemoryStore(), lambda *_: None)


class Together(MemoryStore):
    """Gives a raw object to nobody before so many others ask for one too."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        super().__init__()
        self.objects, self.others = objects, Barrier(AT_ONCE)

    def get(self, key: str) -> Stored | None:
        if key.startswith("raw/"):
            self.others.wait(60)
        return super().get(key)


def test_an_object_that_names_no_raw_objects_takes_all_in_some_at_once_at_its_next_news() -> None:
    """As after an upgrade from a release whose objects named none."""
    store = MemoryStore()
    table = a_table(store)
    for n in range(3 * AT_ONCE):
        land(table, [a_score(score=n)], at(n), "r")
    nameless = write_rows(table.endpoint, table.partition("2026").rows().values(), ())
    upgraded = a_table(Together(store.objects | {table.key("2026"): nameless}))
    assert land(upgraded, [a_score(score=99)], at(3 * AT_ONCE), "r").n_revised == 1
    table.store.objects = upgraded.store.objects
    assert table.store.objects[table.key("2026")] == rebuilt(table, "2026")
