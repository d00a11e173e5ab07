"""A private file stays private where others have planted names beside it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from oura_lake.local.private_file import private_lock, replace_private


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    file = tmp_path / "victim"
    file.write_text("precious")
    return file


@pytest.mark.parametrize("plant", [Path.symlink_to, Path.hardlink_to], ids=["symlink", "hard link"])
def test_a_planted_link_is_not_written_into(tmp_path: Path, victim: Path, plant: Callable[..., None]) -> None:
    plant(tmp_path / "new", victim)
    replace_private(tmp_path / "file", b"secret", tmp_path / "new")
    assert (victim.read_text(), (tmp_path / "file").read_bytes()) == ("precious", b"secret")
    assert not (tmp_path / "file").is_symlink()


def test_a_planted_file_does_not_lend_its_mode(tmp_path: Path) -> None:
    (tmp_path / "new").touch(0o666)
    (tmp_path / "new").chmod(0o666)
    old_mask = os.umask(0)
    try:
        replace_private(tmp_path / "file", b"secret", tmp_path / "new")
        with private_lock(tmp_path / "lock"):
            pass
    finally:
        os.umask(old_mask)
    assert (mode_of(tmp_path / "file"), mode_of(tmp_path / "lock")) == (0o600, 0o600)


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "lock").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"), private_lock(tmp_path / "lock"):
        pass


def test_an_older_lock_file_that_others_could_open_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "lock").touch(0o644)
    with private_lock(tmp_path / "lock"):
        assert mode_of(tmp_path / "lock") == 0o600


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "full").touch()
    with pytest.raises(OSError, match="director"):
        replace_private(tmp_path / "folder", b"secret", tmp_path / "new")
    assert not (tmp_path / "new").exists()
