"""A listed raw object gives its lines unchanged, or an error."""

import gzip
from dataclasses import replace
from threading import Barrier

import pytest
from oura_lake.errors import StoreUnavailable, UnreadableObject
from oura_lake.lake.documents import land
from oura_lake.lake.keys import stamp_in
from oura_lake.lake.parquet import write_rows
from oura_lake.lake.raw import (
    AT_ONCE,
    Line,
    append,
    keys_of,
    line_json,
    lines_of,
    of_each,
    parse_line,
    read_entries,
    sound_entries,
)
from oura_lake.lake.replication import bring
from oura_lake.lake.store import MemoryStore, Stored
from support.builders import a_score, a_table, at, memory_of, rebuilt


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
    memory_of(table).objects = memory_of(upgraded).objects
    assert memory_of(table).objects[table.key("2026")] == rebuilt(table, "2026")


LINE = Line(document={"id": "a"}, fetched_at=at(0), request="r", hash="h")


def test_a_line_is_written_with_its_time_its_request_and_its_hash() -> None:
    written = {"fetched_at": "2026-08-21T12:00:00+00:00", "request": "r", "hash": "h", "document": {"id": "a"}}
    assert line_json(LINE) == written
    deleted = replace(LINE, is_deleted=True)
    assert line_json(deleted) == written | {"deleted": True}
    assert [parse_line(line_json(line)) for line in (LINE, deleted)] == [LINE, deleted]


def test_a_deletion_has_another_hash_than_its_document() -> None:
    plain = replace(LINE, hash="")
    assert plain.digest != replace(plain, is_deleted=True).digest
    assert LINE.digest == "h"


def stored(data: bytes) -> MemoryStore:
    store = MemoryStore()
    store.objects["raw/k"] = data
    return store


def lines(*texts: str) -> bytes:
    return gzip.compress("".join(f"{text}\n" for text in texts).encode())


SOUND = '{"fetched_at": "2026-08-21T12:00:00+00:00", "request": "r", "hash": "h", "document": {"id": "a"}}'
SERIES = '{"fetched_at": "2026-08-21T12:00:00+00:00", "request": "r", "rows": [{"bpm": 60}]}'


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        "[1]",
        SOUND.replace('"r"', "1"),
        SOUND.replace('"h"', "1"),
        SOUND.replace('{"id": "a"}', "1"),
        SOUND.replace("+00:00", ""),
        SOUND.replace('"2026-08-21T12:00:00+00:00"', "1"),
        SERIES.replace('[{"bpm": 60}]', "{}"),
        SERIES.replace('{"bpm": 60}', '{"bpm": 60}, 1'),
    ],
)
def test_a_line_that_is_not_as_it_was_written_is_named_and_the_others_are_read(text: str) -> None:
    entries, faults = sound_entries(stored(lines(SOUND, text, SERIES)), "raw/k")
    assert (len(entries), faults) == (2, ["line 2 is not as it was written"])
    with pytest.raises(UnreadableObject, match="line 2 is not as it was written"):
        read_entries(stored(lines(SOUND, text)), "raw/k")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "it is empty"),
        (lines(), "it is empty"),
        (b"no gzip", "it is no whole gzip file"),
        (lines(SOUND)[:-9], "it is no whole gzip file"),
        (lines(SOUND)[:12] + b"\xff\xff\xff" + lines(SOUND)[15:], "it is no whole gzip file"),
    ],
    ids=["nothing", "no line", "other", "cut", "damaged"],
)
def test_an_object_that_is_no_whole_file_of_lines_says_so(data: bytes, fault: str) -> None:
    assert sound_entries(stored(data), "raw/k") == ([], [fault])
    with pytest.raises(UnreadableObject, match=fault):
        lines_of(stored(data), "raw/k")


def test_two_objects_of_one_microsecond_have_two_names() -> None:
    table = a_table()
    keys = [append(table, "2026", [line_json(LINE)], at(0)) for _ in range(3)]
    assert [stamp_in(key)[-3:] for key in keys] == ["00Z", "01Z", "02Z"]
    assert keys_of(table, "2026") == sorted(keys)
    assert keys_of(table, "2026", at(0)) == sorted(keys)[1:]
    assert keys_of(table, "2025") == []


@pytest.mark.parametrize("n", [AT_ONCE, AT_ONCE + 1])
def test_what_is_read_of_each_comes_in_their_order(n: int) -> None:
    assert of_each([str(k) for k in range(n)], int) == list(range(n))
