"""A new laptop gets the settings that the account stores, and only from the right account."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from oura_lake.admin import deployed_config
from oura_lake.aws.persons import with_persons
from oura_lake.aws.stack import outputs
from oura_lake.cli.settings import command
from oura_lake.errors import SettingsWrong, StoreUnavailable

TABLES = ('[lake]\nname = "ours"\n', '[persons.ada]\ntimezone = "Europe/Berlin"\n')


class Account:
    """Clients of an account with a stack, whose outputs a test may change."""

    def __init__(self) -> None:
        self.outputs = {
            "PersonsIn": "/ours/persons-0,/ours/persons-1",
            "SettingsIn": "/ours/settings-0,/ours/settings-1",
        }

    def __call__(self, service: str) -> Any:
        if service != "cloudformation":
            return boto3.client(service, region_name="us-east-1")
        described = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return SimpleNamespace(describe_stacks=lambda StackName: {"Stacks": [{"Outputs": described}]})  # noqa: N803

    client = __call__


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        made = Account()
        monkeypatch.setattr(deployed_config, "clients", lambda: made)
        ssm = made("ssm")
        persons = (
            {"ada": {"timezone": "Europe/Berlin", "topic": "arn:a"}},
            {"ben": {"timezone": "UTC", "topic": "arn:b"}},
        )
        for n in range(2):
            ssm.put_parameter(Name=f"/ours/persons-{n}", Value=json.dumps(persons[n]), Type="String")
            ssm.put_parameter(Name=f"/ours/settings-{n}", Value=TABLES[n], Type="String")
        yield made


def printed(*arguments: str) -> str:
    return CliRunner().invoke(command, arguments, catch_exceptions=False).output


def test_a_new_laptop_gets_the_deployed_file_and_no_file_is_overwritten(account: Account, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert printed() == "\n".join(TABLES)
    printed("--out", str(file))
    assert file.read_text() == "\n".join(TABLES)
    file.write_text("mine")
    with pytest.raises(SettingsWrong, match="exists and was left as it is"):
        printed("--out", str(file))
    assert file.read_text() == "mine"


def test_of_a_version_that_kept_none_the_persons_are_known_and_no_file_is_made(account: Account) -> None:
    account.outputs = {"Persons": '{"ada": {}, "ben": {}}'}
    assert deployed_config.deployed_settings() == "[persons.ada]\n[persons.ben]\n"
    with pytest.raises(SettingsWrong, match="stored no settings"):
        printed()


def test_the_account_of_the_cdk_must_be_the_one_that_is_asked(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["kept", "999999999999"])
    with pytest.raises(SystemExit, match=r"deploys to account 999999999999, and AWS_PROFILE leads to 123456789012"):
        deployed_config.main()
    monkeypatch.setattr("sys.argv", ["kept", "123456789012"])
    deployed_config.main()
    assert capsys.readouterr().out == "\n".join(TABLES)


def test_functions_and_commands_learn_of_the_persons_from_all_parameters(account: Account) -> None:
    environment = with_persons({"OURA_LAKE_PERSONS_IN": account.outputs["PersonsIn"]}, account)
    assert json.loads(environment["OURA_LAKE_PERSONS"]) == {
        "ada": {"timezone": "Europe/Berlin"},
        "ben": {"timezone": "UTC"},
    }
    assert json.loads(environment["OURA_LAKE_TOPICS"]) == {"ada": "arn:a", "ben": "arn:b"}
    named = outputs(client=account)
    assert (named["Persons"], named["Topics"]) == (environment["OURA_LAKE_PERSONS"], environment["OURA_LAKE_TOPICS"])


def test_a_parameter_that_is_gone_is_named(account: Account) -> None:
    account("ssm").delete_parameter(Name="/ours/persons-1")
    with pytest.raises(StoreUnavailable, match="There is no parameter /ours/persons-1, which the stack names"):
        outputs(client=account)
