"""Is a note of the ledger changed so that two writers lose nothing, and only when it changes?"""

import threading

import pytest
from oura_lake.errors import UnreadableObject, WriteConflict
from oura_lake.lake.store import MemoryStore
from oura_lake.ledger.note import change_note, read_note

KEY = "ledger/person=me/asked.json"


class Overtaken(MemoryStore):
    """A store where another writer comes first, so many times."""

    left = 1

    def put(self, key: str, data: bytes, *, replacing: str | None) -> str:
        if self.left:
            self.left -= 1
            held = self.get(key)
            super().put(key, b'{"theirs": %d}' % self.left, replacing=held.etag if held else None)
        return super().put(key, data, replacing=replacing)


def test_what_another_writer_noted_meanwhile_stays() -> None:
    store = Overtaken()
    assert change_note(store, KEY, lambda note: note | {"ours": 1})
    assert read_note(store, KEY) == {"ours": 1, "theirs": 0}


def test_threads_that_count_at_once_lose_no_count() -> None:
    store = MemoryStore()
    count = [threading.Thread(target=change_note, args=(store, KEY, _one_more)) for _ in range(6)]
    for thread in count:
        thread.start()
    for thread in count:
        thread.join()
    assert read_note(store, KEY) == {"n": 6}


def _one_more(note):
    return {"n": note.get("n", 0) + 1}


def test_a_note_that_never_stands_still_is_an_error_and_not_a_loop() -> None:
    store = Overtaken()
    store.left = 99
    with pytest.raises(WriteConflict, match=r"kept changing ledger/person=me/asked\.json"):
        change_note(store, KEY, lambda note: note | {"ours": 1})


def test_what_says_the_same_is_not_written() -> None:
    store = MemoryStore()
    assert not change_note(store, KEY, lambda note: note)
    assert store.objects == {}
    assert change_note(store, KEY, lambda _: {"b": 1, "a": 2})
    assert not change_note(store, KEY, lambda _: {"a": 2, "b": 1})


@pytest.mark.parametrize("data", [b"{", b"[]", b'"text"'])
def test_a_damaged_note_is_named_and_left_as_it_is(data: bytes) -> None:
    store = MemoryStore()
    store.objects[KEY] = data
    with pytest.raises(UnreadableObject, match=r"note ledger/person=me/asked\.json is damaged"):
        change_note(store, KEY, lambda _: {"n": 1})
    assert store.objects[KEY] == data
