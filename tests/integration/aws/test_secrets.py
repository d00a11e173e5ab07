"""A token in Secrets Manager survives two writers and a crash between any two lines."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from oura_lake.aws.parameters import client_secret
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.errors import NotConnected, SettingsWrong, StoreUnavailable, WriteConflict
from oura_lake.oura.tokens import App, Token
from oura_lake.oura.webhook_event import Call
from oura_lake.public_endpoint.endpoint import Accounts, PublicEndpoint, Secret
from support.present import present

NAME = "oura-lake/me"


def a_token(n: int) -> Token:
    return Token(access_token=f"a{n}", refresh_token=f"r{n}", expires_at=datetime(2030, 1, n, tzinfo=UTC))


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-central-1")
        client.create_secret(Name=NAME, SecretString="random-placeholder")
        yield client


@pytest.fixture
def store(secrets: Any) -> SecretTokens:
    tokens = SecretTokens(NAME, secrets)
    tokens.save(a_token(1), replacing=None)
    return tokens


def current(secrets: Any) -> str:
    text = secrets.get_secret_value(SecretId=NAME, VersionStage="AWSCURRENT")["SecretString"]
    found: str = json.loads(text)["access_token"]
    return found


THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateSecretVersionStage")


class Broken:
    """A client whose n-th move of a stage fails, as AWS may, or as a process that is killed there."""

    def __init__(self, client: Any, error: BaseException, n: int = 1) -> None:
        self._client, self._error, self._left = client, error, n

    def __getattr__(self, name: str) -> Any:
        if name == "update_secret_version_stage":
            self._left -= 1
            if self._left <= 0:
                raise self._error
        return getattr(self._client, name)


def stages(secrets: Any) -> list[str]:
    return sorted(s for names in secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"].values() for s in names)


def test_the_placeholder_of_a_new_secret_is_no_token(secrets: Any) -> None:
    assert SecretTokens(NAME, secrets).load() is None


DAMAGED = ["{client_id: 1}", '["x"]', '{"access_token": "a1', '"text"', "[" * 100_000, "{"]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:20])
def test_a_damaged_secret_is_an_error_that_a_new_consent_mends(secrets: Any, text: str) -> None:
    secrets.put_secret_value(SecretId=NAME, SecretString=text)
    with pytest.raises(
        StoreUnavailable, match=r"secret oura-lake/me is damaged; run `oura-lake connect --deployed --p"
    ):
        SecretTokens(NAME, secrets).load()
    SecretTokens(NAME, secrets).connect(a_token(1))
    assert present(SecretTokens(NAME, secrets).load()).token == a_token(1)


def test_a_damaged_pending_version_leaves_the_current_one_in_place(store: SecretTokens, secrets: Any) -> None:
    secrets.put_secret_value(SecretId=NAME, SecretString='{"access_token": "a2', VersionStages=["AWSPENDING"])
    assert present(store.load()).token == a_token(1)


@pytest.mark.parametrize("text", [*DAMAGED, '{"client_secret": 5}', "5"], ids=lambda text: text[:20])
def test_a_damaged_parameter_of_the_app_is_an_error_and_not_an_absence(secrets: Any, text: str) -> None:
    ssm = boto3.client("ssm", region_name="eu-central-1")
    ssm.put_parameter(Name="/oura-lake/app", Value=text, Type="SecureString", Tier="Intelligent-Tiering")
    app = AppParameter("/oura-lake/app", ssm)
    message = r"parameter /oura-lake/app is damaged; run `aws ssm delete-parameter --name /oura-lake/app`"
    for ask in (lambda: client_secret(ssm, "/oura-lake/app"), app.find, app.load):
        with pytest.raises(StoreUnavailable, match=message):
            ask()


@pytest.mark.parametrize("text", ["{client_id: 1}", '["x"]'])
def test_a_damaged_parameter_of_the_app_lets_oura_come_again(secrets: Any, text: str) -> None:
    ssm = boto3.client("ssm", region_name="eu-central-1")
    ssm.put_parameter(Name="/oura-lake/app", Value=text, Type="SecureString")
    door = PublicEndpoint(
        secret=Secret(lambda: client_secret(ssm, "/oura-lake/app")), accounts=Accounts(lambda _: None), send=print
    )
    call = Call(method="GET", query={"verification_token": "t", "challenge": "c"}, headers={}, body=b"")
    assert door.answer(call, datetime(2026, 8, 21, tzinfo=UTC)).status == 503


def test_what_was_stored_is_the_current_version(store: SecretTokens, secrets: Any) -> None:
    assert present(store.load()).token == a_token(1)
    assert current(secrets) == "a1"


def test_a_new_token_replaces_the_version_that_was_read(store: SecretTokens, secrets: Any) -> None:
    store.save(a_token(2), replacing=present(store.load()).version)
    assert current(secrets) == "a2"


def test_the_slower_of_two_writers_is_told_and_does_not_win_later(store: SecretTokens, secrets: Any) -> None:
    version = present(store.load()).version
    store.save(a_token(2), replacing=version)
    with pytest.raises(WriteConflict):
        store.save(a_token(3), replacing=version)
    assert present(store.load()).token == a_token(2)


@pytest.mark.parametrize(("error", "raised"), [(KeyboardInterrupt(), KeyboardInterrupt), (THROTTLED, StoreUnavailable)])
def test_a_token_stored_before_a_crash_or_an_outage_is_promoted_by_the_next_reader(
    store: SecretTokens, secrets: Any, error: KeyboardInterrupt, raised: type[BaseException]
) -> None:
    with pytest.raises(raised):
        SecretTokens(NAME, Broken(secrets, error)).save(a_token(2), replacing=present(store.load()).version)
    assert current(secrets) == "a1"
    assert present(store.load()).token == a_token(2)
    assert current(secrets) == "a2"


def test_a_crash_after_the_swap_leaves_the_new_token_current(store: SecretTokens, secrets: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        SecretTokens(NAME, Broken(secrets, KeyboardInterrupt(), n=2)).save(
            a_token(2), replacing=present(store.load()).version
        )
    assert present(store.load()).token == a_token(2)
    store.save(a_token(3), replacing=present(store.load()).version)
    assert present(store.load()).token == a_token(3)


def test_no_version_stays_pending_when_all_went_well(store: SecretTokens, secrets: Any) -> None:
    store.save(a_token(2), replacing=present(store.load()).version)
    assert stages(secrets) == ["AWSCURRENT", "AWSPREVIOUS"]


def test_storing_the_same_token_again_changes_nothing(store: SecretTokens) -> None:
    version = present(store.load()).version
    store.save(a_token(1), replacing=version)
    assert present(store.load()).version == version


def test_a_person_without_a_secret_is_told_to_deploy(secrets: Any) -> None:
    with pytest.raises(SettingsWrong, match="nothing named oura-lake/nobody; deploy the stack"):
        SecretTokens("oura-lake/nobody", secrets).require()


def test_the_app_is_kept_encrypted_beside_what_else_is_there(secrets: Any) -> None:
    ssm = boto3.client("ssm", region_name="eu-central-1")
    ssm.put_parameter(Name="/oura-lake/app", Value='{"verification_token": "v"}', Type="SecureString")
    AppParameter("/oura-lake/app", ssm).save(App(client_id="app", client_secret="hidden"))
    stored = ssm.get_parameter(Name="/oura-lake/app", WithDecryption=True)["Parameter"]
    assert stored["Type"] == "SecureString"
    assert json.loads(stored["Value"]) == {
        "verification_token": "v",
        "client_id": "app",
        "client_secret": "hidden",
        "token_url": "",
    }


def test_an_app_that_was_never_stored_says_how_to_store_it(secrets: Any) -> None:
    ssm = boto3.client("ssm", region_name="eu-central-1")
    with pytest.raises(NotConnected, match="`oura-lake connect --deployed`"):
        AppParameter("/oura-lake/app", ssm).load()
