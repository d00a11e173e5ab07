"""A person's table goes into config.toml and out of it, whatever lies in the way of the file."""

import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.local.config_file import add_person, persons_in, remove_person, with_person, without_person

TEXT = '[lake]\ntimezone = "Europe/Berlin"\n\n[persons.ada]\nemail = "ada@example.com"\n\n[persons.ben]\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_planted_name_beside_the_file_is_not_followed_and_the_file_is_its_owners_alone(config: Path) -> None:
    victim = config.with_name("victim")
    victim.write_text("precious")
    config.with_name(".config.toml.new").symlink_to(victim)
    assert remove_person(config, "ada")
    assert (victim.read_text(), config.is_symlink(), persons_in(config)) == ("precious", False, {"ben"})
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_a_person_is_taken_out_of_the_file_behind_a_link_and_not_out_of_the_link(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(config)
    assert remove_person(link, "ada")
    assert (link.is_symlink(), persons_in(config)) == (True, {"ben"})


@pytest.mark.parametrize(
    ("data", "pattern"),
    [
        ("[persons.müde]".encode("latin-1"), "no text in UTF-8"),
        (b"a = " + b"[" * 100_000, "is not valid TOML"),
        (b"[persons", "is not valid TOML"),
    ],
    ids=["latin-1", "nested", "cut"],
)
@pytest.mark.parametrize("change", [lambda path: remove_person(path, "ada"), persons_in], ids=["remove", "list"])
def test_a_file_that_cannot_be_read_is_named_and_left(
    change: Callable[..., bool | set[str]], data: bytes, pattern: str, config: Path
) -> None:
    config.write_bytes(data)
    with pytest.raises(SettingsWrong, match=pattern):
        change(config)
    assert config.read_bytes() == data


def test_a_file_that_is_not_there_has_nobody_to_take_out(tmp_path: Path) -> None:
    assert not remove_person(tmp_path / "none.toml", "ada")


def test_a_folder_in_the_way_is_named(config: Path) -> None:
    config.with_name(".config.toml.new").mkdir()
    with pytest.raises(SettingsWrong, match="cannot be written"):
        add_person(config, "cleo", {})
    assert config.read_text(encoding="utf-8") == TEXT


FORMS = {
    "another table between": (
        '[persons.ada]\nemail = "a@b.de"\n[lake]\nname = "x"\n[persons.ben]\n[persons.ada.more]\nx = 1\n',
        '[lake]\nname = "x"\n[persons.ben]\n',
    ),
    "quoted": ('[persons."ada"]\nemail = "a@b.de"\n# of ben\n[ persons.ben ]\n', "# of ben\n[ persons.ben ]\n"),
    "a table of her own": (
        "[persons.ada]\n[persons.ada.more]\nx = 1\n# of ben\n[persons.ben]\n",
        "# of ben\n[persons.ben]\n",
    ),
    "her own comments": ('[persons.ben]\n[persons.ada]\n# email = "a@b.de"\n\n# sms = "+49"\n', "[persons.ben]\n"),
    "dotted": ('[persons]\nada.timezone = "UTC"\nben.timezone = "UTC"\n', '[persons]\nben.timezone = "UTC"\n'),
    "a header in a text": (
        '[persons.ben]\nemail = """\n[persons.ada]\n"""\n[persons.ada]\n',
        '[persons.ben]\nemail = """\n[persons.ada]\n"""\n',
    ),
}


@pytest.mark.parametrize(("text", "left"), FORMS.values(), ids=FORMS)
def test_a_person_leaves_whatever_form_of_toml_the_file_has(text: str, left: Any) -> None:
    assert without_person(text, "ada") == left


@pytest.mark.parametrize(
    "text", ['persons = {ada = {timezone = "UTC"}, ben = {}}\n', 'persons.ada = {timezone = "UTC"}\n']
)
def test_a_person_in_an_inline_table_is_left_to_the_owner(text: str) -> None:
    with pytest.raises(SettingsWrong, match=r"delete the table \[persons.ada\]"):
        without_person(text, "ada")


@pytest.mark.parametrize("value", ['a "quoted" \\ word', "Zoë\u2028", "two\nlines", "\x7f", "'''"])
def test_any_value_is_added_as_it_is(value: str) -> None:
    assert tomllib.loads(with_person(TEXT, "cleo", {"email": value}))["persons"]["cleo"] == {"email": value}
