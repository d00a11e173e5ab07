"""`oura-lake connect --deployed` adds an unknown person to config.toml and deploys; the rest of the file stays."""

import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from oura_lake.admin import budget_stack, deploy_options
from oura_lake.aws import stack
from oura_lake.cli import _newcomer
from oura_lake.cli.connect import command as connect
from oura_lake.errors import SettingsWrong
from oura_lake.local import toolchain
from oura_lake.local.config_file import with_person

CONFIG = """# mine
[lake]   # the name stays
name = "ours"

[persons.me]
timezone = "Europe/Berlin"  # at home
"""


class Account:
    """A deployed lake; a deploy adopts the persons of the file, or fails."""

    def __init__(self, folder: Path) -> None:
        self.config, self.deployed, self.fails = folder / "config.toml", {"me"}, False
        self.config.write_text(CONFIG)
        self.config.chmod(0o600)

    def outputs(self, *_: object) -> dict[str, str]:
        return {"Persons": "{" + ", ".join(f'"{name}": {{}}' for name in self.deployed) + "}"}

    def run_cdk(self, arguments: list[str], _environment: object) -> int:
        assert arguments == ["deploy", "-c", f"config={self.config}"]
        if not self.fails:
            self.deployed = set(tomllib.loads(self.config.read_text())["persons"])
        return int(self.fails)


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account(tmp_path)
    monkeypatch.setattr(stack, "outputs", made.outputs)
    monkeypatch.setattr(deploy_options, "options", lambda *_, **__: [])
    monkeypatch.setattr(toolchain, "run_cdk", made.run_cdk)
    monkeypatch.setattr(budget_stack, "deploy", lambda *_: "")
    return made


def welcomed(account: Account, person: str, typed: str = "", **given: str) -> str:
    """Output of the welcome of a person who lives in Tokyo."""

    @click.command
    def run() -> None:
        options = {"timezone": "Asia/Tokyo", **given}
        _newcomer.welcome(person, "OuraLake", account.config, options, is_sure=not typed)

    return CliRunner().invoke(run, input=typed, catch_exceptions=False).output


def test_a_new_person_is_added_behind_all_else_and_deployed(account: Account) -> None:
    welcomed(account, "ben", email="ben@b.de")
    assert account.config.read_text() == (CONFIG + '\n[persons.ben]\ntimezone = "Asia/Tokyo"\nemail = "ben@b.de"\n')
    assert account.config.stat().st_mode & 0o777 == 0o600
    assert account.deployed == {"me", "ben"}


def test_who_has_no_address_is_told_that_nobody_hears(account: Account) -> None:
    assert "Messages about ben go to nobody" in welcomed(account, "ben")


def test_who_is_deployed_is_asked_nothing(account: Account) -> None:
    assert welcomed(account, "me", typed="n\n") == ""


def test_a_no_changes_nothing(account: Account) -> None:
    with pytest.raises(SettingsWrong, match="ben was not connected; nothing was changed"):
        welcomed(account, "ben", typed="n\n")
    assert (account.config.read_text(), account.deployed) == (CONFIG, {"me"})


def test_after_a_failed_deploy_the_same_command_goes_on(account: Account) -> None:
    account.fails = True
    with pytest.raises(SettingsWrong, match="The deploy failed"):
        welcomed(account, "ben")
    added, account.fails = account.config.read_text(), False
    assert "add [persons.ben]" not in welcomed(account, "ben", typed="y\n")
    assert (account.config.read_text(), account.deployed) == (added, {"me", "ben"})


def test_without_a_file_the_way_to_it_is_told(account: Account) -> None:
    account.config.unlink()
    with pytest.raises(SettingsWrong, match=r"`oura-lake settings --out config.toml` writes it"):
        welcomed(account, "ben")


@pytest.mark.parametrize("text", ['persons = {me = {timezone = "UTC"}}\n', 'name = "x"\n[persons]\nben = 1\n'])
def test_a_file_of_another_form_is_left_as_it_is(text: str) -> None:
    with pytest.raises(SettingsWrong, match="add ben to it by hand"):
        with_person(text, "ben", {"timezone": "UTC"})


def test_connect_welcomes_before_it_looks_for_the_secret(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oura_lake.cli.connect.deployed_place", lambda person, _: stopped(account, person))
    with pytest.raises(InterruptedError):
        CliRunner().invoke(
            connect,
            ["--deployed", "--person", "ben", "--yes", "--config", str(account.config)],
            catch_exceptions=False,
        )


def stopped(account: Account, person: str) -> None:
    assert person in account.deployed
    raise InterruptedError
