"""A lake in a folder is its owner's alone, and a part that cannot be read is an error."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from oura_lake.errors import NotErased, StoreUnavailable
from oura_lake.lake.documents import land
from oura_lake.local import folder_store
from oura_lake.local.erasure import holdings
from oura_lake.local.folder_store import LOCK_FILE, WRITING, FolderStore
from oura_lake.privacy.erasure import erase, survey
from oura_lake.query.duckdb import DuckDBEngine
from support.builders import a_score, a_table, at

KEY = "lake/daily_sleep/person=me/year=2026/data.parquet"
NOBODY = 65534
PERSONS_FOLDER = "lake/daily_sleep/person=me"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "lake")
    land(a_table(store), [a_score()], at(0), "r")
    return store


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def moved_behind_a_link(store: FolderStore, name: str) -> Path:
    """Move a part of the lake elsewhere and put a link in its place."""
    elsewhere = store.path.parent / "elsewhere"
    (store.path / name).rename(elsewhere)
    (store.path / name).symlink_to(elsewhere)
    return elsewhere


def test_what_is_made_is_for_its_owner_alone(store: FolderStore) -> None:
    folders = [store.path, *(path for path in store.path.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert modes(store.path) == {0o600}


def test_a_lock_that_others_could_take_becomes_its_owner_s(store: FolderStore) -> None:
    (store.path / LOCK_FILE).chmod(0o644)
    store.put("x", b"", replacing=None)
    assert modes(store.path) == {0o600}


@pytest.mark.parametrize("planted", [LOCK_FILE, WRITING])
def test_a_planted_link_is_never_written_through(store: FolderStore, tmp_path: Path, planted: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (store.path / planted).unlink(missing_ok=True)
    (store.path / planted).symlink_to(victim)
    if planted == LOCK_FILE:
        with pytest.raises(StoreUnavailable, match="Cannot write to"):
            store.put("x", b"new", replacing=None)
    else:
        store.put("x", b"new", replacing=None)
    assert (victim.read_text(), victim.stat().st_mode & 0o777 != 0o600) == ("mine", True)


def test_a_folder_that_everybody_may_write_is_refused(store: FolderStore) -> None:
    store.path.chmod(0o777)
    with pytest.raises(StoreUnavailable, match=r"Every user of this machine can write to .*; run `chmod o-w"):
        store.put("x", b"", replacing=None)


def test_a_lock_that_is_held_is_named_and_waited_for_with_an_end(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folder_store, "REPORTED_AFTER_S", 0)
    short_waiting = FolderStore(store.path, longest_wait_s=0.1)
    with (store.path / LOCK_FILE).open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable, match=rf"Another process holds .*{LOCK_FILE} for 0 s; end it"):
            short_waiting.put("x", b"", replacing=None)
    assert capsys.readouterr().err.count("Waiting for another process that writes to") == 1
    short_waiting.put("x", b"", replacing=None)


@pytest.mark.parametrize("name", [PERSONS_FOLDER, "lake", "lake/daily_sleep", KEY])
def test_a_link_is_an_error_and_not_a_person_without_data(store: FolderStore, name: str) -> None:
    moved_behind_a_link(store, name)
    for prefix in ("", "lake/", "lake/daily_sleep/", f"{PERSONS_FOLDER}/"):
        with pytest.raises(StoreUnavailable, match=r"is a link to .*; put the files themselves in its place"):
            list(store.keys(prefix))
    with pytest.raises(StoreUnavailable, match="is a link to"):
        DuckDBEngine(store).query("SELECT COUNT(*) FROM daily_sleep")


@contextmanager
def without_root_rights() -> Iterator[None]:
    """Run as nobody where the tests run as root, which reads every folder."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_cannot_be_listed_is_an_error() -> None:
    with TemporaryDirectory() as folder:  # not tmp_path, whose parents are closed to anybody else
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, -1)
        with without_root_rights():
            store = FolderStore(Path(folder) / "lake")
            store.put("lake/x/y", b"", replacing=None)
            (store.path / "lake" / "x").chmod(0)
            with pytest.raises(StoreUnavailable, match=r"Cannot read .*lake/x.*Permission denied"):
                list(store.keys("lake/"))
            (store.path / "lake" / "x").chmod(0o700)


def test_a_file_in_the_place_of_a_folder_is_an_error(store: FolderStore) -> None:
    (store.path / "raw" / "x").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"Cannot read .*Not a directory"):
        store.get("raw/x/y")


def everything(store: FolderStore, tmp_path: Path) -> list[Any]:
    return holdings(store.path, "me", {"XDG_CONFIG_HOME": str(tmp_path)}, lambda *_: None, lambda _: True)


def test_forget_removes_a_link_and_says_where_it_led(
    store: FolderStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = moved_behind_a_link(store, PERSONS_FOLDER)
    of_me = everything(store, tmp_path)
    erase(of_me, lambda kind, n: None)
    printed = capsys.readouterr().err
    assert f"It led to {elsewhere}, which is still there; delete that yourself" in printed
    assert (elsewhere.is_dir(), sum(survey(of_me).values())) == (True, 0)
    assert not (store.path / PERSONS_FOLDER).is_symlink()


def test_forget_never_says_that_nothing_is_left_behind_a_link_of_the_lake(store: FolderStore, tmp_path: Path) -> None:
    moved_behind_a_link(store, "lake")
    with pytest.raises((StoreUnavailable, NotErased), match="is a link, and links are not followed"):
        erase(everything(store, tmp_path), lambda kind, n: None)
