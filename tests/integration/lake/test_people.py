"""Every command about a person refuses one whom the lake does not know, and changes nothing."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from oura_lake.aws import stack
from oura_lake.cli import _persons
from oura_lake.cli.main import oura_lake as every_command
from oura_lake.errors import OuraLakeError, SettingsWrong
from oura_lake.lake.consents import decisions
from oura_lake.lake.documents import Table, land
from oura_lake.lake.people import persons_in
from oura_lake.local.folder_store import FolderStore
from oura_lake.sources import lake as own
from support.builders import NOON, a_score, a_table
from support.command_line import files

REFUSING = {
    "watch": ("--person", "nobody"),
    "consent": ("nobody", "--audience", "family", "--metric", "steps"),
    "feedback": ("illness-2026-01-01", "--ill", "--person", "nobody"),
    "backtest": ("nobody", "--output", "out.jsonl"),
    "export": ("nobody", "--out", "out"),
    "status": ("--person", "nobody"),
    "report": ("--person", "nobody"),
    "query": ("nights", "--person", "nobody"),
    "rebuild": ("--person", "nobody"),
}
OF_WHATEVER_IS_THERE = {"export", "rebuild"}  # also of a consent that nothing was received beside
MAKING = {"sync", "backfill", "import", "connect"}  # whoever is new becomes known by them, in a folder
DONE_TWICE = {"forget"}  # what is gone already is no mistake
OF_THE_STACK = {"verify", "confirm"}  # refused by the stack's settings


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """Night of each of two persons, and a consent of a third."""
    monkeypatch.chdir(tmp_path)
    store = FolderStore(tmp_path / "lake")
    for person in ("ada", "ben"):
        land(replace(a_table(store), person=person), [a_score()], NOON, "page")
    consents = Table(store=store, source="lake", endpoint=own.SOURCE.endpoint("consents"), person="nobody")
    land(consents, decisions("family", ["steps"], mode="named", state="given"), NOON, "consent")
    return store


def refusal(name: str, store: FolderStore, *arguments: str) -> str:
    """Sentence of a command's refusal."""
    lake = ("--lake", str(store.path))
    done = CliRunner().invoke(every_command.commands[name], [*arguments, *lake])
    assert isinstance(done.exception, OuraLakeError), (done.output, done.exception)
    assert isinstance(done.exception, SettingsWrong)  # exit code 2
    return str(done.exception)


@pytest.mark.parametrize("name", sorted(REFUSING.keys() - OF_WHATEVER_IS_THERE))
def test_a_person_whom_the_lake_does_not_know_is_refused_and_nothing_is_written(store: FolderStore, name: str) -> None:
    before = files(store.path.parent)
    assert refusal(name, store, *REFUSING[name]) == "The lake holds nothing of nobody; it has ada, ben."
    assert files(store.path.parent) == before


def test_an_explained_query_refuses_such_a_person_too(store: FolderStore) -> None:
    assert refusal("query", store, *REFUSING["query"], "--explain").startswith("The lake holds nothing of nobody")


def test_an_import_into_the_deployed_lake_refuses_who_is_not_in_its_settings(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "outputs", lambda *_: {"Persons": '{"ada": {}}'})
    monkeypatch.setattr(import_module("oura_lake.cli.import"), "store_of", lambda *_, **__: store)
    before = files(store.path)
    file = tmp_path / "dailysleep.csv"
    file.write_text("id;day;score\na;2026-01-01;80\n")
    done = CliRunner().invoke(every_command.commands["import"], [str(file), "--deployed", "--person", "adda"])
    assert isinstance(done.exception, SettingsWrong), (done.output, done.exception)
    assert str(done.exception) == "The lake holds nothing of adda; it has ada."
    assert files(store.path) == before


@pytest.mark.parametrize("name", sorted(OF_WHATEVER_IS_THERE))
def test_where_a_consent_may_be_meant_only_somebody_without_anything_is_refused(store: FolderStore, name: str) -> None:
    arguments = [a.replace("nobody", "zoe") for a in REFUSING[name]]
    assert refusal(name, store, *arguments) == "The lake holds nothing of zoe; it has ada, ben."


def test_every_command_that_takes_a_person_is_among_these() -> None:
    def takes_a_person(command: click.Command) -> bool:
        return any(p.name == "person" or p.metavar == "INPUT" for p in command.params)

    taking = {name for name, command in every_command.commands.items() if takes_a_person(command)}
    assert taking == REFUSING.keys() | MAKING | DONE_TWICE | OF_THE_STACK


@pytest.mark.parametrize("name", ["watch", "feedback", "report"])
def test_without_a_person_the_only_one_is_meant_and_of_several_none(store: FolderStore, name: str) -> None:
    arguments = [a for a in REFUSING[name] if a not in ("--person", "nobody")]
    assert "ada, ben; choose one with --person ada." in refusal(name, store, *arguments)


def test_a_name_that_cannot_be_one_is_refused_as_such(store: FolderStore) -> None:
    with pytest.raises(SettingsWrong, match="cannot name a person"):
        _persons.person_of(store, "../ada", deployed=False)


@pytest.mark.parametrize(("wanted", "meant"), [("cleo", "cleo"), ("ben", "ben"), (None, "cleo")])
def test_of_a_deployed_lake_the_settings_know_a_person_too(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, wanted: str | None, meant: str
) -> None:
    monkeypatch.setattr(stack, "outputs", lambda *_: {"Persons": '{"cleo": {}}'})
    assert _persons.person_of(store, wanted, deployed=True) == meant
    with pytest.raises(SettingsWrong, match="The lake holds nothing of nobody; it has ada, ben, cleo"):
        _persons.person_of(store, "nobody", deployed=True)


def test_who_has_only_been_asked_for_is_known(store: FolderStore) -> None:
    store.put("ledger/person=dan/asked.json", b"{}", replacing=None)
    assert persons_in(store) == ["ada", "ben", "dan"]
