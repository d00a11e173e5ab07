"""The checks of config.toml find what AWS or Oura refuses, and read as much as they can of a wrong file."""

from pathlib import Path

import pytest
from oura_lake.admin.checks.model import State
from oura_lake.admin.preflight import settings
from oura_lake.admin.preflight.settings import Wanted
from oura_lake.errors import SettingsWrong

ONE = '[persons.me]\ntimezone = "Europe/Berlin"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_what_an_account_may_refuse_is_read(config: Path) -> None:
    config.write_text(
        '[lake]\nname = "l"\nwebhooks = true\nwebhooks_at_once = 2\nbudget_email = "a@b.c"\n' + ONE + "sms = '+1'"
    )
    assert settings.wanted(config) == Wanted(
        lake="l",
        zones={"me": "Europe/Berlin"},
        numbers=("+1",),
        has_budget=True,
        has_webhooks=True,
        webhooks_at_once=2,
    )


@pytest.mark.parametrize(("text", "words"), [(None, "cp config.example.toml config.toml"), ("[", "cannot be read")])
def test_a_file_that_is_not_there_or_no_toml_is_one_sentence(config: Path, text: str | None, words: str) -> None:
    if text:
        config.write_text(text)
    with pytest.raises(SettingsWrong, match=words):
        settings.wanted(config)


@pytest.mark.parametrize(
    "text",
    ["persons = 3", "lake = []", "persons = {me = {sms = 3}}", 'persons = {me = 3}\nlake = {webhooks_at_once = "x"}'],
)
def test_settings_of_the_wrong_kind_count_as_absent(config: Path, text: str) -> None:
    config.write_text(text)
    assert settings.wanted(config).numbers == ()


@pytest.mark.parametrize(("n", "state"), [(0, State.FAILED), (1, State.OK), (10, State.OK), (11, State.WARNING)])
def test_more_persons_than_oura_allows_an_app_are_a_warning(config: Path, n: int, state: State) -> None:
    config.write_text("".join(ONE.replace("me", f"p{i}") for i in range(n)))
    assert settings.read(config)[0] is state


@pytest.mark.parametrize(
    ("name", "state"), [("oura-lake", State.OK), ("aws-lake", State.FAILED), ("ssm", State.FAILED), ("a-ws", State.OK)]
)
def test_names_that_ssm_refuses_fail(name: str, state: State) -> None:
    assert settings.names(Wanted(lake=name))[0] is state


@pytest.mark.parametrize(
    ("zone", "state", "words"),
    [
        ("Europe/Berlin", State.OK, ""),
        ("Europe/Nowhere", State.FAILED, "No such time zone: Europe/Nowhere"),
        ("Europe/Kyiv", State.WARNING, "write Europe/Kiev for Europe/Kyiv"),
    ],
)
def test_zones_that_aws_may_not_know_are_named(zone: str, state: State, words: str) -> None:
    found = settings.zones(Wanted(zones={"me": zone}))
    assert (found[0], words in found[1]) == (state, True)
