"""A file that a command writes becomes its owner's alone, whole or not at all."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.output_file import private_file, private_folder, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_new_file_and_an_older_one_of_everybody_become_the_owners_alone(tmp_path: Path) -> None:
    older = tmp_path / "older.html"
    older.write_text("x" * 9_000)
    older.chmod(0o666)
    for path in (older, tmp_path / "new.html"):
        assert write_private(path, "all") == path
        assert (path.read_text(), mode(path)) == ("all", 0o600)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.html", "older.html"]


def test_a_write_that_ends_midway_leaves_the_older_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("older")

    def ended() -> None:
        with private_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ended()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("report.html", "older")]


def test_ones_own_link_is_followed_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("older")
    link = tmp_path / "link"
    link.symlink_to("target")
    write_private(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_link_that_another_user_planted_is_replaced_and_its_target_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "target").write_text("older")
    link = tmp_path / "link"
    link.symlink_to("target")
    monkeypatch.setattr("oura_lake.output_file.os.geteuid", lambda: 4711)
    os.chown(link, 4712, -1, follow_symlinks=False) if os.getuid() == 0 else pytest.skip("only root gives files away")
    write_private(link, "new")
    assert not link.is_symlink()
    assert (tmp_path / "target").read_text() == "older"


def test_what_is_no_file_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_private(pipe, "all")
    assert os.read(reader, 100) == b"all"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_each_folder_that_is_made_is_the_owners_alone_and_one_that_exists_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path / "a" / "b")
    assert [mode(p) for p in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700, 0o700]


def test_what_cannot_be_written_is_one_sentence_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match=r"Cannot write .*no/file: .*; choose another place with --out\."):
        write_private(tmp_path / "no" / "file", "x", "--out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsWrong, match=r"Cannot write .*; choose another place with --output\."):
        private_folder(tmp_path / "file" / "folder")
