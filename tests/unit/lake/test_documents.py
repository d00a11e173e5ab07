"""Documents become part of the lake once, whatever other runs write."""

import gzip
import json
from datetime import date
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.errors import StoreUnavailable, UnreadableObject, WriteConflict
from oura_lake.lake import documents as landing
from oura_lake.lake import raw
from oura_lake.lake.documents import Table, add_tombstones, land
from oura_lake.lake.drift import Drift
from oura_lake.lake.merge import row_of
from oura_lake.lake.parquet import write_rows
from oura_lake.lake.placing import ODD_PLACE
from oura_lake.lake.raw import Line
from oura_lake.lake.store import MemoryStore
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.sources.model import Endpoint
from support.builders import Dying, a_beat, a_score, a_table, at, memory_of, rebuilt
from support.present import present

KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"


def scores(table: Table, period: str = "2026") -> dict[str, Any]:
    return {row["id"]: row["score"] for row in table.partition(period).rows().values()}


def raw_lines(table: Table) -> list[dict[str, Any]]:
    store = table.store
    return [json.loads(x) for k in store.keys("raw/") for x in gzip.decompress(present(store.get(k)).data).splitlines()]


def test_a_document_lands_in_raw_and_in_the_partition_of_its_year() -> None:
    table = a_table()
    land(table, [a_score("2026-08-20"), a_score("2025-12-31")], at(0), "/daily_sleep")
    assert (len(scores(table)), len(scores(table, "2025")), len(raw_lines(table))) == (1, 1, 2)


def test_a_second_run_writes_nothing() -> None:
    table = a_table()
    land(table, [a_score()], at(0), "r")
    before = dict(memory_of(table).objects)
    landed = land(table, [a_score()], at(60), "r")
    assert (landed.n_unchanged, landed.n_objects, memory_of(table).objects) == (1, 0, before)


class LostAnswer(MemoryStore):
    """A store that keeps the first object under lake/ but refuses it: an answer was lost, the request tried again."""

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        tag = super().put(key, data, replacing=replacing)
        if key.startswith("lake/") and replacing is None:
            raise WriteConflict("Another writer was first.")
        return tag


def test_an_object_that_was_stored_though_refused_counts_as_written() -> None:
    assert land(a_table(LostAnswer()), [a_score()], at(0), "r").n_objects == 1
    page = SeriesPage(rows=[a_beat()], fetched_at=at(0), request="r")
    assert land_series(a_table(LostAnswer(), "heartrate"), [page]).n_objects == 1


def test_a_revision_replaces_the_row_and_both_stay_in_raw() -> None:
    table = a_table()
    land(table, [a_score(score=80)], at(0), "r")
    landed = land(table, [a_score(score=81)], at(60), "r")
    assert (landed.n_revised, scores(table)) == (1, {"score-2026-08-20": 81})
    assert [line["document"]["score"] for line in raw_lines(table)] == [80, 81]


def test_there_and_back_again_is_three_lines() -> None:
    table = a_table()
    for minute, score in enumerate([80, 81, 80]):
        land(table, [a_score(score=score)], at(minute), "r")
    assert [line["document"]["score"] for line in raw_lines(table)] == [80, 81, 80]
    assert scores(table) == {"score-2026-08-20": 80}


def test_a_document_without_its_key_is_set_aside_once_and_the_others_land() -> None:
    table = a_table(name="sleep")
    for minute in (0, 1):
        landed = land(table, [{"day": "2026-08-20"}, {"id": "a", "day": "2026-08-20"}], at(minute), "r")
        assert landed.n_rejected == 1
    assert len([k for k in memory_of(table).objects if k.startswith("rejected/oura/sleep/person=me/")]) == 1
    assert len(table.partition("2026").heads) == 1


def test_a_day_in_the_future_is_set_aside() -> None:
    table = a_table()
    landed = land(table, [a_score("2026-09-20")], at(0), "r", newest_day=date(2026, 8, 22))
    assert (landed.n_rejected, landed.n_objects) == (1, 0)


@pytest.mark.parametrize(("day", "lands"), [("2026-08-21", 1), ("2026-08-22", 1), ("2026-08-23", 0)])
def test_the_newest_day_that_can_be_lands_and_the_one_after_it_is_set_aside(day: str, lands: int) -> None:
    table = a_table()
    landed = land(table, [a_score(day)], at(0), "r", newest_day=date(2026, 8, 22))
    assert (landed.n_new, landed.n_rejected) == (lands, 1 - lands)


def test_a_buried_document_is_a_tombstone_and_may_rise_again() -> None:
    table = a_table()
    land(table, [a_score()], at(0), "r")
    add_tombstones(table, [{"id": "score-2026-08-20", "day": "2026-08-20"}], at(1), "by id")
    (row,) = table.partition("2026").rows().values()
    assert (row["is_deleted"], row["score"]) == (True, None)
    land(table, [a_score()], at(2), "r")
    (row,) = table.partition("2026").rows().values()
    assert (row["is_deleted"], row["score"]) == (False, 80)


def test_a_hundred_documents_of_a_year_are_buried_by_one_object_in_raw_and_one_write() -> None:
    table = a_table()
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 6) for day in range(1, 21)]
    land(table, [a_score(day) for day in days], at(0), "r")
    buried = add_tombstones(table, [{"id": f"score-{day}", "day": day} for day in days], at(1), "by id")
    assert (buried.n_objects, len(list(table.store.keys("raw/")))) == (1, 2)
    assert all(row["is_deleted"] for row in table.partition("2026").rows().values())
    assert present(table.store.get(KEY)).data == rebuilt(table, "2026")


def test_a_stored_document_that_a_complete_answer_lacks_is_told() -> None:
    table = a_table()
    land(table, [a_score("2026-08-19"), a_score("2026-08-20")], at(0), "r")
    landed = land(table, [a_score("2026-08-20")], at(1), "r", complete={"2026": lambda row: True})
    assert [row["id"] for row in landed.missing] == ["score-2026-08-19"]


def test_a_damaged_object_is_named_and_left_as_it_is() -> None:
    table = a_table()
    land(table, [a_score()], at(0), "r")
    damaged = memory_of(table).objects[KEY][:-40]
    memory_of(table).objects[KEY] = damaged
    with pytest.raises(UnreadableObject, match=f"{KEY} is damaged"):
        land(table, [a_score(score=1)], at(1), "r")
    assert memory_of(table).objects[KEY] == damaged


def test_a_crash_between_raw_and_lake_leaves_what_a_rebuild_would_give() -> None:
    table = a_table(Dying(dies_at=4))
    land(table, [a_score(score=80)], at(0), "r")
    with pytest.raises(StoreUnavailable):
        land(table, [a_score(score=81)], at(1), "r")
    land(table, [a_score(score=81)], at(2), "r")
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_a_slow_run_that_died_is_heard_after_a_run_that_was_later_and_done_first() -> None:
    table, slow = a_table(), a_table(Dying(dies_at=2))
    land(table, [a_score("2026-08-19")], at(0), "r")
    memory_of(slow).objects = memory_of(table).objects
    with pytest.raises(StoreUnavailable):
        land(slow, [a_score("2026-08-20", 70)], at(1), "slow")
    memory_of(table).objects = memory_of(slow).objects
    land(table, [a_score("2026-08-21")], at(2), "r")
    assert scores(table) == {"score-2026-08-19": 80, "score-2026-08-20": 70, "score-2026-08-21": 80}
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_a_slow_run_that_died_after_a_later_one_was_done_is_heard_at_the_next_change() -> None:
    class Overtaken(Dying):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if self.left == 2:
                other = MemoryStore()
                other.objects = self.objects
                land(a_table(other), [a_score("2026-08-21")], at(9), "other")
            return super().put(key, data, replacing=replacing)

    table = a_table(Overtaken(dies_at=2))
    with pytest.raises(StoreUnavailable):
        land(table, [a_score("2026-08-20", 70)], at(0), "slow")
    assert scores(table) == {"score-2026-08-21": 80}
    land(table, [a_score("2026-08-22")], at(60), "r")
    assert scores(table)["score-2026-08-20"] == 70
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_what_a_dead_run_said_is_taken_back_by_an_answer_that_says_what_the_object_held() -> None:
    table = a_table(Dying(dies_at=4))
    land(table, [a_score(score=80)], at(0), "r")
    with pytest.raises(StoreUnavailable):
        land(table, [a_score(score=81)], at(1), "dies")
    land(table, [a_score(score=80), a_score("2026-08-21")], at(2), "r")
    assert scores(table)["score-2026-08-20"] == 80
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


@pytest.mark.parametrize("ahead", [16, 60, 60 * 24 * 300])
def test_a_clock_that_was_ahead_does_not_freeze_a_document(ahead: int) -> None:
    table = a_table()
    land(table, [a_score(score=80)], at(ahead), "by a clock that is ahead")
    land(table, [a_score(score=81)], at(1), "r")
    before = dict(memory_of(table).objects)
    assert scores(table) == {"score-2026-08-20": 81}
    assert land(table, [a_score(score=81)], at(2), "r").n_objects == 0
    assert memory_of(table).objects == before
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_a_slow_run_does_not_overrule_what_was_fetched_after_it() -> None:
    table = a_table()
    land(table, [a_score(score=81)], at(14), "r")
    land(table, [a_score(score=80)], at(0), "slow")
    assert scores(table) == {"score-2026-08-20": 81}
    assert len(raw_lines(table)) == 2
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_an_object_of_before_there_were_footers_is_made_anew_at_its_next_change() -> None:
    table = a_table()
    land(table, [a_score("2026-08-19")], at(0), "r")
    rows = table.partition("2026").rows().values()
    memory_of(table).objects[KEY] = write_rows(table.endpoint, rows, ())
    land(table, [a_score()], at(60), "r")
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


documents = st.builds(a_score, day=st.sampled_from(["2026-01-01", "2026-01-02", "2025-12-31"]), score=st.integers(1, 3))
runs = st.lists(st.tuples(st.lists(documents, max_size=3, unique_by=lambda d: d["id"]), st.integers(0, 9)), max_size=9)


@given(runs)
def test_whatever_is_revised_and_wherever_it_crashes_the_lake_is_the_fold_of_raw(sequence: list[Any]) -> None:
    store = Dying()
    table = a_table(store)
    for minute, (batch, dies_at) in enumerate(sequence):
        store.left = dies_at
        try:
            land(table, batch, at(minute), "r")
        except StoreUnavailable:
            store.left = 0
            land(table, batch, at(minute), "r")
    for period in ("2025", "2026"):
        stored = store.objects.get(f"lake/daily_sleep/person=me/year={period}/data.parquet")
        assert stored is None or stored == rebuilt(table, period)


def test_writers_who_race_lose_nothing() -> None:
    table = a_table()
    days = [f"2026-01-{d:02}" for d in range(1, 29)]
    threads = [Thread(target=lambda d=d: _until_landed(table, d)) for d in days]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(scores(table)) == [f"score-{d}" for d in days]
    assert len(raw_lines(table)) == len(days)


def _until_landed(table: Table, day: str) -> None:
    try:
        land(table, [a_score(day)], at(0), "r")
    except WriteConflict:
        _until_landed(table, day)


def test_a_partition_that_never_stands_still_is_an_error_and_not_a_loop() -> None:
    class Busy(MemoryStore):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if key.startswith("lake/"):
                raise WriteConflict("Somebody was first.")
            return super().put(key, data, replacing=replacing)

    with pytest.raises(WriteConflict, match="run it again"):
        land(a_table(Busy()), [a_score()], at(0), "r")


@pytest.mark.parametrize("other_at", [-1, 1])
def test_of_two_who_bring_the_same_at_once_the_earlier_time_stays_as_in_a_rebuild(other_at: int) -> None:
    class Overtaken(MemoryStore):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if key.startswith("raw/") and KEY not in self.objects:
                other = MemoryStore()
                other.objects = self.objects
                land(a_table(other), [a_score()], at(other_at), "other")
            return super().put(key, data, replacing=replacing)

    table = a_table(Overtaken())
    land(table, [a_score()], at(0), "r")
    assert len(raw_lines(table)) == 2
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


def test_an_answer_that_says_two_things_of_one_document_lands_once_and_then_writes_nothing() -> None:
    table = a_table()
    twice = [a_score(score=80), a_score(score=81)]
    land(table, twice, at(0), "r")
    before = dict(memory_of(table).objects)
    assert land(table, twice, at(60), "r").n_objects == 0
    assert (memory_of(table).objects, len(raw_lines(table))) == (before, 2)
    assert memory_of(table).objects[KEY] == rebuilt(table, "2026")


@pytest.mark.parametrize("identity", [1, True, ["a"], {"a": 1}, "half \ufffd"])
def test_a_key_that_does_not_fit_its_type_is_set_aside_before_raw(identity: object) -> None:
    table = a_table()
    landed = land(table, [a_score(id=identity), a_score("2026-08-19")], at(0), "r")
    assert (landed.n_new, landed.rejected) == (1, {ODD_PLACE: 1})
    assert [line["document"]["id"] for line in raw_lines(table)] == ["score-2026-08-19"]


@pytest.mark.parametrize(
    "day",
    ["20260102", "2026-W01-1", "2026-01-02/x", "2026-01-02T00:00:00", 20260102, "2026-02-30"],
)
def test_a_day_in_any_other_form_than_the_one_is_set_aside(day: object) -> None:
    landed = land(table := a_table(), [a_score() | {"day": day}], at(0), "r")
    assert (landed.rejected, list(table.store.keys("raw/"))) == ({ODD_PLACE: 1}, [])


def test_a_day_that_no_view_reads_is_set_aside() -> None:
    assert land(a_table(), [a_score("0001-01-01")], at(0), "r").rejected == {"had a day before 2015": 1}


def test_a_document_that_raises_is_set_aside_with_its_reason_and_the_others_land(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def row_or_mistake(endpoint: Endpoint, line: Line, drift: set[Drift]) -> float | dict[str, Any]:
        return 1 / 0 if line.document["score"] == 66 else row_of(endpoint, line, drift)

    monkeypatch.setattr(landing, "row_of", row_or_mistake)
    table = a_table()
    documents: list[Any] = [
        a_score("2026-08-19", 66),
        a_score(),
        a_score("2026-08-18", float("nan")),
        a_score(id="\ud83d"),
        None,
    ]
    landed = land(table, documents, at(0), "r")
    assert (landed.n_new, landed.n_rejected, scores(table)) == (1, 4, {"score-2026-08-20": 80})
    reasons = [json.loads(raw.lines_of(table.store, key))["reason"] for key in table.store.keys("rejected/")]
    assert sorted(reasons) == sorted(landed.rejected.elements())
    assert {"could not be read (ZeroDivisionError)", "could not be read (ValueError)", "was no document"} < set(reasons)
    again = land(table, documents, at(1), "r")
    assert (again.n_objects, again.n_rejected, again.rejected) == (0, 4, {})


def test_keys_of_no_type_that_raw_holds_from_earlier_block_neither_the_partition_nor_the_rebuild() -> None:
    table = a_table(name="daily_cardiovascular_age")
    odd = [{"id": "a", "day": day, "vascular_age": 40} for day in (20260101, "2026-01-02")]
    lines = [raw.line_json(raw.Line(document=document, fetched_at=at(0), request="r")) for document in odd]
    raw.append(table, "2026", lines, at(0))
    land(table, [{"id": "b", "day": "2026-01-03", "vascular_age": 41}], at(1), "r")
    assert sorted(str(row["day"]) for row in table.partition("2026").rows().values()) == [
        "2026-01-02",
        "2026-01-03",
        "None",
    ]
    assert present(table.store.get(table.key("2026"))).data == rebuilt(table, "2026")
    covered = land(table, [], at(2), "r", complete={"2026": lambda row: row["day"].year == 2026})
    assert [str(row["day"]) for row in covered.missing] == ["2026-01-02", "2026-01-03"]


def test_what_lands_counts_as_new_revised_or_unchanged() -> None:
    table = a_table()
    counts = [
        (landed.n_new, landed.n_revised, landed.n_unchanged)
        for minute, score in enumerate((80, 80, 81))
        for landed in [land(table, [a_score(score=score)], at(minute), "r")]
    ]
    assert counts == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
