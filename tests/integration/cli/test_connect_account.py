"""A consent of the wrong Oura account is refused and revoked, and nothing of it is stored."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import boto3
import httpx
import pytest
from moto import mock_aws
from oura_lake.aws.accounts import Accounts
from oura_lake.cli._account import checked_account
from oura_lake.cli._place import Place, local_place
from oura_lake.cli.connect import credentials
from oura_lake.errors import SettingsWrong, SourceRefused, SourceUnavailable
from oura_lake.local.token_file import token_file
from oura_lake.oura.oauth import Authority
from oura_lake.oura.tokens import App as Registered
from oura_lake.oura.tokens import Token
from oura_lake.simulator import NEW_TOKEN, OLD_TOKEN, App, Fault, GeneratedPerson, RunningApi, simulated_oura
from support.present import present

APP = Registered(client_id=App().client_id, client_secret=App().client_secret)


@pytest.fixture
def oura() -> Iterator[RunningApi]:
    with simulated_oura(GeneratedPerson(seed=3, until=datetime(2026, 11, 21, tzinfo=UTC).date())) as api:
        yield api


def a_token(oura: RunningApi, path: str = NEW_TOKEN) -> Token:
    given = oura.grant()
    return Token(
        access_token=given["access_token"],
        refresh_token=given["refresh_token"],
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        token_url=oura.base_url + path,
    )


def a_place(**accounts: str) -> Place:
    return Place(
        name="x",
        person="bob",
        connect="oura-lake connect --person bob",
        app=None,
        accounts=accounts,
        keep=lambda *_: None,
        next_step="",
    )


def check(oura: RunningApi, place: Place, token: Token, *, is_other_welcome: bool = False) -> str:
    authority = Authority(app=APP)
    return checked_account(place, authority, token, lambda: "u1", is_other_welcome=is_other_welcome)


def is_dead(oura: RunningApi, token: Token) -> bool:
    issued = oura.api.oauth.tokens
    return token.access_token not in issued.access and token.refresh_token not in issued.refresh


def test_an_account_connected_under_another_name_is_refused_and_the_consent_taken_back(oura: RunningApi) -> None:
    token = a_token(oura)
    with pytest.raises(SettingsWrong, match=r"connected as ada.*sign out.*--person bob.*was taken back") as refused:
        check(oura, a_place(u1="ada"), token)
    assert is_dead(oura, token)
    assert "u1" not in str(refused.value)


def test_the_same_account_may_be_connected_again(oura: RunningApi) -> None:
    assert check(oura, a_place(u1="bob", u2="ada"), a_token(oura)) == "u1"


def test_a_person_with_another_account_than_before_is_refused_unless_they_say_so(oura: RunningApi) -> None:
    token = a_token(oura)
    with pytest.raises(SettingsWrong, match=r"another Oura account than the one .* --another-account"):
        check(oura, a_place(u2="bob"), token)
    assert is_dead(oura, token)
    assert check(oura, a_place(u2="bob"), a_token(oura), is_other_welcome=True) == "u1"


def test_an_account_that_cannot_be_asked_for_is_not_stored_and_leaves_nothing_at_oura(oura: RunningApi) -> None:
    def down() -> str:
        raise SourceUnavailable("Oura is down.")

    token = a_token(oura)
    with pytest.raises(SourceUnavailable):
        checked_account(a_place(), Authority(app=APP), token, down, is_other_welcome=False)
    assert is_dead(oura, token)


def test_a_consent_that_could_not_be_taken_back_is_told(oura: RunningApi) -> None:
    token = replace(a_token(oura), token_url="http://127.0.0.1:9/oauth/token")
    with pytest.raises(SettingsWrong, match="did not take the new permission back: remove it"):
        check(oura, a_place(u1="ada"), token)


@pytest.mark.parametrize("path", [NEW_TOKEN, OLD_TOKEN])
def test_a_permission_is_taken_back_once_and_again_is_no_error(oura: RunningApi, path: str) -> None:
    token = a_token(oura, path)
    for _ in range(2):
        Authority(app=APP).revoke(token)
    assert is_dead(oura, token)


def test_an_app_that_oura_does_not_know_is_told_that_nothing_was_taken_back(oura: RunningApi) -> None:
    token = a_token(oura)
    with pytest.raises(SourceRefused, match=r"did not take the permission back .401 invalid_client.; remove the app"):
        Authority(app=replace(APP, client_secret="wrong")).revoke(token)
    assert not is_dead(oura, token)


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(401, html="<p>Log in</p>")])
def test_an_outage_while_taking_back_is_told_from_a_permission_that_is_gone(
    oura: RunningApi, answer: httpx.Response
) -> None:
    authority = Authority(app=APP, transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(SourceUnavailable, match="run it again later"):
        authority.revoke(a_token(oura))


def test_the_files_of_a_folder_know_whose_accounts_are_connected_and_the_apps_endpoint(
    oura: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    token_file({"XDG_CONFIG_HOME": str(tmp_path)}, "ada").connect(APP, a_token(oura, OLD_TOKEN), "u1")
    place = local_place("bob")
    assert (place.accounts, present(place.app).token_url) == ({"u1": "ada"}, oura.base_url + OLD_TOKEN)


def test_a_known_endpoint_of_the_app_is_the_only_one_that_sees_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    known = replace(APP, token_url="https://old.test/oauth/token")
    monkeypatch.delenv("OURA_TOKEN_URL", raising=False)
    monkeypatch.setenv("OURA_CLIENT_SECRET", "")
    assert credentials(None, known).token_url == known.token_url
    monkeypatch.setenv("OURA_TOKEN_URL", "https://new.test/oauth-token")
    assert credentials(None, known).token_url == ""


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with ExitStack() as stack:
        stack.enter_context(mock_aws())
        yield Accounts("/oura-lake/app", boto3.client("ssm", region_name="eu-central-1"))


def test_an_account_is_written_once_and_the_same_person_may_write_it_again(accounts: Accounts) -> None:
    for _ in range(2):
        accounts.keep("u1", "ada")
    assert accounts.all() == {"u1": "ada"}


def test_of_two_names_for_one_account_the_second_is_refused(accounts: Accounts) -> None:
    accounts.keep("u1", "ada")
    with pytest.raises(SettingsWrong, match="under another name meanwhile"):
        accounts.keep("u1", "bob")
    assert accounts.all() == {"u1": "ada"}


def test_a_person_who_changed_accounts_has_one(accounts: Accounts) -> None:
    accounts.keep("u1", "ada")
    accounts.keep("u9", "bob")
    accounts.keep("u2", "ada")
    assert accounts.all() == {"u2": "ada", "u9": "bob"}


def test_a_token_endpoint_that_answers_a_web_page_burns_nothing(oura: RunningApi) -> None:
    token = a_token(oura)
    oura.plant(Fault(collection="token", kind="html", status=401))
    with pytest.raises(SourceUnavailable, match="web page"):
        Authority(app=APP).renew(token)
    assert Authority(app=APP).renew(token).refresh_token
