"""After kill -9 at any line of a write into a folder, the next run makes the lake whole.

The tests try every line: a complete run counts the lines of its writes, and one process dies before each of them.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from support.aws_over_http import Answer, aws_over_http
from support.killed_writes import ONE_HOUR, every_death, every_death_on_s3
from support.lake_runs import AFTER, BEFORE, NOW, bring, differences_from_raw, seen_by_readers
from support.own_process import KILLED, run
from support.plain_s3 import PlainS3

MEMORY = Path("/dev/shm")  # a disk takes 10 ms for each fsync; kill -9 loses nothing that the system has received
FEWEST_PLACES, FEWEST_FOLDERS, FEWEST_CALLS = 150, 30, 25


@pytest.fixture
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def test_a_run_killed_at_any_line_of_a_write_is_made_good_by_the_next(scratch: Path) -> None:
    base = scratch / "base"
    bring(FolderStore(base), BEFORE, NOW - ONE_HOUR)
    ended = run(every_death, base, scratch)
    assert ended.code == 0
    n_places, n_folders, wrong = ended.result
    assert wrong == {}
    assert (n_places >= FEWEST_PLACES, n_folders >= FEWEST_FOLDERS) == (True, True)


class Copies:
    """Buckets that each begin as a copy of one lake."""

    def __init__(self, lake: dict[str, bytes]) -> None:
        self._lake, self.buckets = lake, dict[str, PlainS3]()

    def answer(self, service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Reply of the named bucket."""
        name = urlsplit(path).path.split("/")[1]
        if name not in self.buckets:
            self.buckets[name] = PlainS3()
            self.buckets[name].objects = dict(self._lake)
        return self.buckets[name].answer(service, method, path, headers, body)


def test_a_run_killed_before_any_call_to_s3_is_made_good_by_the_next() -> None:
    store = MemoryStore()
    bring(store, BEFORE, NOW - ONE_HOUR)
    copies = Copies(store.objects)
    with aws_over_http(copies.answer) as aws:
        ended = run(every_death_on_s3, aws.environment).result
    assert (set(ended), len(ended) >= FEWEST_CALLS) == ({KILLED}, True)
    whole = seen_by_readers(copies.buckets.pop("whole").objects)
    for name, bucket in copies.buckets.items():
        store.objects = bucket.objects
        bring(store, AFTER, NOW)
        assert (name, seen_by_readers(store.objects)) == (name, whole)
        assert (name, differences_from_raw(store)) == (name, [])
