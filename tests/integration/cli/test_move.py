"""`oura-lake move` asks first, deploys the old place's settings at the new one, and leads the CDK to its account."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from oura_lake.admin import budget_stack, deploy_options, deployed_config, migration, webhooks
from oura_lake.admin.migration import Moved
from oura_lake.aws import stack
from oura_lake.cli import move
from oura_lake.errors import SettingsWrong, SourceUnavailable
from oura_lake.lake.replication import Difference
from oura_lake.local import toolchain
from support.noting import noting

SETTINGS = '[lake]\nname = "ours"\n\n[persons.ada]\ntimezone = "UTC"\n\n[persons.ben]\nshare_with = ["ada"]\n'
NAMED = {"Persons": '{"ada": {}, "ben": {}}', "WebhookUrl": "https://x"}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the steps done to two accounts, of which one has no stack yet."""
    steps: list[str] = []
    there: dict[str, str] = {}

    def run_cdk(arguments: list[str], environment: dict[str, str]) -> int:
        config = Path(arguments[-1].removeprefix("config="))
        assert config.read_text() == SETTINGS
        steps.append(f"{arguments[0]} {environment['AWS_REGION']} {environment.get('AWS_PROFILE')}")
        there.update(NAMED)
        return 0

    def moved(*_: object) -> Moved:
        steps.append("move")
        return Moved(n_rows=7, differing=[])

    monkeypatch.setattr(stack, "clients", lambda: "here")
    monkeypatch.setattr(stack, "clients_of", lambda *_: "there")
    monkeypatch.setattr(stack, "outputs", lambda *_: NAMED)
    monkeypatch.setattr(stack, "deployed_outputs", lambda *_: dict(there))
    monkeypatch.setattr(deployed_config, "deployed_config_text", lambda *_: SETTINGS)
    monkeypatch.setattr(deploy_options, "options", lambda *_, **__: [])
    monkeypatch.setattr(toolchain, "run_cdk", run_cdk)
    monkeypatch.setattr(budget_stack, "deploy", lambda *_: noting(steps, "budget", ""))
    monkeypatch.setattr(migration, "require_another_place", lambda *_: None)
    monkeypatch.setattr(migration, "move", moved)
    monkeypatch.setattr(migration, "back", lambda *_: steps.append("back"))
    monkeypatch.setattr(webhooks, "unsubscribe", lambda _: noting(steps, "unsubscribe", "gone"))
    monkeypatch.setattr(webhooks, "subscribe", lambda _: noting(steps, "subscribe", "made"))
    return steps


def run(*arguments: str, typed: str = "") -> str:
    return (
        CliRunner()
        .invoke(move.command, ["--to-region", "eu-central-1", *arguments], input=typed, catch_exceptions=False)
        .output
    )


def test_it_deploys_there_moves_and_tells_oura_the_new_address(done: list[str]) -> None:
    result = run("--to-profile", "family", typed="eu-central-1\n")
    assert done == [
        "bootstrap eu-central-1 family",
        "deploy eu-central-1 family",
        "budget",
        "move",
        "unsubscribe",
        "subscribe",
    ]
    assert "7 rows there, as many as here." in result
    assert "AWS_REGION=eu-central-1 AWS_PROFILE=family oura-lake verify" in result


def test_a_second_run_deploys_nothing_anew(done: list[str]) -> None:
    run("--yes")
    run("--yes")
    assert [step for step in done if step.startswith("deploy")] == ["deploy eu-central-1 None"]


def test_another_region_typed_changes_nothing(done: list[str]) -> None:
    with pytest.raises(SettingsWrong, match="nothing was changed"):
        run(typed="us-east-1\n")
    assert done == []


def test_the_way_back_needs_no_deploy(done: list[str]) -> None:
    assert "asks Oura again" in run("--back")
    assert done == ["back"]


def test_an_oura_that_cannot_be_reached_ends_no_move(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "unsubscribe", lambda _: (_ for _ in ()).throw(SourceUnavailable("Oura is away.")))
    assert "made" in run("--yes")


def test_keys_of_this_account_do_not_win_over_the_profile_of_the_other() -> None:
    here = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c", "PATH": "/bin"}
    assert move.environment(here, "family", "eu-central-1") == {
        "PATH": "/bin",
        "AWS_PROFILE": "family",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    assert move.environment(here, None, "eu-central-1").keys() >= here.keys()


def test_tables_that_differ_are_named() -> None:
    moved = Moved(n_rows=7, differing=[Difference(person="ada", table="sleep", n_old=3, n_new=4)])
    assert moved.sentence == "The tables differ: sleep of ada 3 here and 4 there."
