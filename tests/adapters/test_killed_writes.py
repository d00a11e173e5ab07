"""A process is ended by kill -9 at any line of a write into a folder: does the next run make the lake whole?

Every place is tried, none is sampled: an undisturbed run counts the lines of a write that it goes through, and one
process dies before each of them.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from killed_writes import ONE_HOUR, every_death
from lake_runs import BEFORE, NOW, bring
from oura_lake.local.folder_store import FolderStore
from own_process import run

MEMORY = Path("/dev/shm")  # a disk takes 10 ms for each fsync, and kill -9 leaves what the system was given
FEWEST_PLACES, FEWEST_FOLDERS = 150, 30


@pytest.fixture
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def test_a_run_killed_at_any_line_of_a_write_is_made_good_by_the_next(scratch):
    base = scratch / "base"
    bring(FolderStore(base), BEFORE, NOW - ONE_HOUR)
    ended = run(every_death, base, scratch)
    assert ended.code == 0
    n_places, n_folders, wrong = ended.said
    assert wrong == {}
    assert (n_places >= FEWEST_PLACES, n_folders >= FEWEST_FOLDERS) == (True, True)
