"""A small document: two writers lose nothing, a lost answer counts once, and what says the same is not written."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.document import TRIES, Codec, Moment, flat, read, record, records, update

KEY = "ledger/person=me/asked.json"


class Day(Struct, frozen=True, omit_defaults=True):
    """A record for these tests."""

    day: date
    at: Moment | None = None


Numbers = Mapping[str, int]
Meets = list[tuple[int, bool, int]]
NUMBERS: Codec[Numbers] = records(int)
SIGNED: Codec[Numbers] = records(int, is_signed=True)
DAY = record(Day, name="diary", advice="burn it")


class Overtaken(MemoryStore):
    """A store where another writer comes first, so many times."""

    left = 1

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        if self.left:
            self.left -= 1
            present = self.get(key)
            super().put(key, b'{"theirs": %d}' % self.left, replacing=present.etag if present else None)
        return super().put(key, data, replacing=replacing)


class Crossed(MemoryStore):
    """A store where others write before each write of ours, which may lose its answer, and after a lost one."""

    def __init__(self, meets: Meets, codec: Codec[Numbers]) -> None:
        super().__init__()
        self.meets, self.n_others, self.codec = list(meets), 0, codec

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        n_before, is_lost, n_after = self.meets.pop(0) if self.meets else (0, False, 0)
        self._others(n_before)
        tag = super().put(key, data, replacing=replacing)
        if is_lost:
            self._others(n_after)
            raise WriteConflict("Another writer was first.")
        return tag

    def _others(self, n: int) -> None:
        later, self.meets = self.meets, []
        for _ in range(n):
            self.n_others += 1
            assert update(self, KEY, self.codec, partial(counted, writer=f"other {self.n_others}"))
        self.meets = later


def counted(note: Numbers, writer: str) -> Numbers:
    """Count, and sign it: the signature shows a change that was made twice."""
    return {**note, "n": note.get("n", 0) + 1, writer: note.get(writer, 0) + 1}


def with_ours(note: Numbers) -> Numbers:
    return {**note, "ours": 1}


def one_more(note: Numbers) -> Numbers:
    return {"n": note.get("n", 0) + 1}


def test_what_another_writer_noted_meanwhile_stays() -> None:
    store = Overtaken()
    assert update(store, KEY, NUMBERS, with_ours)
    assert read(store, KEY, NUMBERS) == {"ours": 1, "theirs": 0}


def test_what_another_writer_noted_while_the_change_was_made_stays() -> None:
    store, calls = MemoryStore(), list[Numbers]()

    def slowly(note: Numbers) -> Numbers:
        calls.append(note)
        if len(calls) == 1:
            update(store, KEY, NUMBERS, lambda _: {"theirs": 1})
        return with_ours(note)

    assert update(store, KEY, NUMBERS, slowly)
    assert (calls, read(store, KEY, NUMBERS)) == ([{}, {"theirs": 1}], {"ours": 1, "theirs": 1})


def test_threads_that_count_at_once_lose_no_count() -> None:
    store = MemoryStore()
    count = [threading.Thread(target=update, args=(store, KEY, NUMBERS, one_more)) for _ in range(6)]
    for thread in count:
        thread.start()
    for thread in count:
        thread.join()
    assert read(store, KEY, NUMBERS) == {"n": 6}


N = st.integers(0, 3)


@given(st.lists(st.tuples(N, st.booleans(), st.just(0)), max_size=TRIES - 1))
def test_writers_that_cross_lose_nothing_and_a_lost_answer_counts_once(meets: Meets) -> None:
    store = Crossed(meets, SIGNED)
    assert update(store, KEY, SIGNED, partial(counted, writer="ours"))
    theirs = {f"other {n + 1}": 1 for n in range(store.n_others)}
    assert read(store, KEY, SIGNED) == {"n": store.n_others + 1, "ours": 1} | theirs


@given(st.lists(st.tuples(N, st.booleans(), N), max_size=TRIES - 1), st.sampled_from([NUMBERS, SIGNED]))
def test_a_change_that_knows_its_own_work_is_made_once_whoever_writes_on_top_of_it(
    meets: Meets, codec: Codec[Numbers]
) -> None:
    store = Crossed(meets, codec)
    update(store, KEY, codec, lambda note: note if "ours" in note else counted(note, "ours"))
    theirs = {f"other {n + 1}": 1 for n in range(store.n_others)}
    assert read(store, KEY, codec) == {"n": store.n_others + 1, "ours": 1} | theirs


@pytest.mark.parametrize("codec", [NUMBERS, SIGNED])
def test_a_write_whose_answer_was_lost_is_known_as_one_s_own(codec: Codec[Numbers]) -> None:
    assert update(Crossed([(0, True, 0)], codec), KEY, codec, with_ours)


def test_the_same_bytes_of_two_counters_are_two_counts() -> None:
    class Twin(Overtaken):
        def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
            if self.left:
                self.left = 0
                MemoryStore.put(self, key, data, replacing=replacing)
            return super().put(key, data, replacing=replacing)

    store = Twin()
    assert update(store, KEY, NUMBERS, one_more)
    assert read(store, KEY, NUMBERS) == {"n": 2}


def test_a_note_that_never_stands_still_is_an_error_and_not_a_loop() -> None:
    store = Overtaken()
    store.left = 99
    with pytest.raises(WriteConflict, match=r"kept changing ledger/person=me/asked\.json"):
        update(store, KEY, NUMBERS, with_ours)
    assert store.left == 99 - TRIES


def test_what_says_the_same_is_not_written() -> None:
    store = MemoryStore()
    assert not update(store, KEY, NUMBERS, lambda note: note)
    assert not update(store, KEY, NUMBERS, lambda _: {})
    assert store.objects == {}
    assert update(store, KEY, NUMBERS, lambda _: {"b": 1, "a": 2})
    assert not update(store, KEY, NUMBERS, lambda _: {"a": 2, "b": 1})


def test_a_document_of_another_layout_is_rewritten_only_when_it_changes() -> None:
    store = MemoryStore()
    store.objects[KEY] = b'{"a":1}'
    assert not update(store, KEY, NUMBERS, lambda note: note)
    assert store.objects[KEY] == b'{"a":1}'
    assert update(store, KEY, NUMBERS, with_ours)
    assert store.objects[KEY] == b'{\n"a": 1,\n"ours": 1\n}'


@pytest.mark.parametrize("data", [b"{", b"[]", b'"text"', b'{"n": "1"}'])
def test_a_damaged_note_is_named_and_left_as_it_is(data: bytes) -> None:
    store = MemoryStore()
    store.objects[KEY] = data
    with pytest.raises(UnreadableObject, match=r"The note ledger/person=me/asked\.json is damaged; restore its prev"):
        update(store, KEY, NUMBERS, lambda _: {"n": 1})
    assert store.objects[KEY] == data


@pytest.mark.parametrize(
    "data", [b"[]", b'{"day": 5}', b'{"at": null}', b'{"day": "2026-01-01", "at": "2026-01-01T00:00:00"}']
)
def test_a_record_with_an_odd_field_is_damaged_and_says_what_to_do(data: bytes) -> None:
    with pytest.raises(UnreadableObject, match=rf"The diary {KEY} is damaged; burn it\."):
        DAY.decode(KEY, data)


def test_no_record_is_an_empty_object() -> None:
    store = MemoryStore()
    assert read(store, KEY, DAY) is None
    assert update(store, KEY, DAY, lambda _: Day(date(2026, 1, 1)))
    assert update(store, KEY, DAY, lambda _: None)
    assert (read(store, KEY, DAY), store.objects[KEY]) == (None, b"{}")


def test_days_and_moments_are_texts_with_an_offset_in_numbers() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC)
    east = timezone(timedelta(hours=2))
    assert flat({"a": Day(date(2026, 1, 1), moment), "b": (moment.astimezone(east),)}) == {
        "a": {"day": "2026-01-01", "at": "2026-01-02T03:04:05.000060+00:00"},
        "b": ["2026-01-02T05:04:05.000060+02:00"],
    }
