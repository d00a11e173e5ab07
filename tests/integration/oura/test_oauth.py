"""Codes and refresh tokens go to the right endpoint, and its answers become tokens."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from moto import mock_aws
from oura_lake.aws.secrets import SecretTokens
from oura_lake.errors import AppRefused, SourceError, SourceRefused, SourceUnavailable, TokenRejected
from oura_lake.local.token_file import TokenFile
from oura_lake.oura.oauth import Authority, Grant, authorize_url, bare_scopes, challenge, tables_without
from oura_lake.oura.token_json import token_json
from oura_lake.oura.tokens import YOUNG, App, RefreshingTokens, Token, TokenStore

NOW = datetime(2026, 7, 1, tzinfo=UTC)
NEW, OLD = "https://new.test/token", "https://old.test/token"
APP = App(client_id="app", client_secret="hidden")
GRANT = Grant(code="code-1", redirect_uri="http://localhost:8723/callback", verifier="v" * 43, scopes=("daily",))
TOKEN = Token(access_token="a1", refresh_token="r1", expires_at=NOW, scopes=("daily",), token_url=OLD)
REPLY = {"access_token": "a2", "refresh_token": "r2", "expires_in": 3600, "scope": "extapi:daily extapi:spo2"}


class Endpoints:
    """The token endpoints by host, and the requests that they got."""

    def __init__(self, **answers: httpx.Response | Exception) -> None:
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._answers = answers
        self.authority = Authority(
            app=APP, token_urls=(NEW, OLD), transport=httpx.MockTransport(self._answer), clock=lambda: NOW
        )

    @property
    def hosts(self) -> list[str]:
        return [host for host, _ in self.forms]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host.partition(".")[0]
        self.forms.append((host, {k: v[0] for k, v in parse_qs(request.content.decode()).items()}))
        answer = self._answers[host]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refused(status: int, error: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error})


def test_a_code_becomes_a_token_that_knows_its_scopes_end_and_endpoint() -> None:
    endpoints = Endpoints(new=httpx.Response(200, json=REPLY))
    assert endpoints.authority.exchange(GRANT) == Token(
        access_token="a2",
        refresh_token="r2",
        expires_at=NOW + timedelta(hours=1),
        scopes=("daily", "spo2"),
        token_url=NEW,
    )
    assert endpoints.forms[0][1] == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": GRANT.redirect_uri,
        "code_verifier": GRANT.verifier,
        "client_id": "app",
        "client_secret": "hidden",
    }


@pytest.mark.parametrize("refusal", [refused(401, "invalid_client"), refused(400, "invalid_request")])
def test_an_app_of_the_old_portal_is_served_by_the_second_endpoint(refusal: httpx.Response) -> None:
    endpoints = Endpoints(new=refusal, old=httpx.Response(200, json=REPLY))
    assert endpoints.authority.exchange(GRANT).token_url == OLD
    assert endpoints.hosts == ["new", "old"]


@pytest.mark.parametrize("host", ["new", "old"])
def test_a_code_goes_to_the_endpoint_of_the_portal_that_gave_it_and_to_no_other(host: str) -> None:
    endpoints = Endpoints(new=refused(400, "invalid_grant"), old=refused(400, "invalid_grant"))
    other = {"new": OLD, "old": NEW}[host]
    with pytest.raises(TokenRejected, match=rf"\({host}.test answered 400 invalid_grant\), .*OURA_TOKEN_URL={other}"):
        endpoints.authority.exchange(replace(GRANT, issuer=f"https://{host}.test/oauth/v2/ext/oauth-anonymous"))
    assert endpoints.hosts == [host]


def test_a_code_of_an_unknown_portal_goes_to_each_endpoint_in_their_order() -> None:
    endpoints = Endpoints(new=refused(401, "invalid_client"), old=httpx.Response(200, json=REPLY))
    endpoints.authority.exchange(replace(GRANT, issuer="https://elsewhere.test"))
    assert endpoints.hosts == ["new", "old"]


def test_a_code_that_no_endpoint_takes_ends_in_one_sentence_with_both_answers() -> None:
    endpoints = Endpoints(new=refused(401, "invalid_client"), old=refused(400, "invalid_grant"))
    error_body = (
        r"new.test answered 401 invalid_client; old.test answered 400 invalid_grant\), which works only once; .* "
        r"OURA_TOKEN_URL=https://old.test/token"
    )
    with pytest.raises(TokenRejected, match=error_body):
        endpoints.authority.exchange(GRANT)


def test_the_scopes_of_the_callback_count_where_the_reply_names_none() -> None:
    reply = {k: v for k, v in REPLY.items() if k != "scope"}
    assert Endpoints(new=httpx.Response(200, json=reply)).authority.exchange(GRANT).scopes == ("daily",)


def test_a_refresh_goes_to_the_endpoint_that_gave_the_token_and_to_no_other() -> None:
    endpoints = Endpoints(old=httpx.Response(200, json=REPLY))
    assert endpoints.authority.renew(TOKEN).refresh_token == "r2"
    assert endpoints.forms[0][1]["refresh_token"] == "r1"
    assert endpoints.hosts == ["old"]


def test_a_refresh_reply_keeps_what_it_does_not_mention() -> None:
    endpoints = Endpoints(old=httpx.Response(200, json={"access_token": "a2"}))
    renewed = endpoints.authority.renew(TOKEN)
    assert (renewed.refresh_token, renewed.scopes, renewed.expires_at) == ("r1", ("daily",), NOW + timedelta(days=1))


def test_a_used_refresh_token_asks_for_a_new_consent() -> None:
    with pytest.raises(TokenRejected, match=r"400 invalid_grant\); run `oura-lake connect`"):
        Endpoints(old=refused(400, "invalid_grant")).authority.renew(TOKEN)


@pytest.mark.parametrize("error_body", [
    {"error": "invalid_grant"}, {"title": "Token Already Used Or Revoked", "detail": "It can only be used once."},
    {"error": "invalid_request", "error_description": "Refresh token already used"},
    {"status": 401, "title": "Invalid Token"},
])  # fmt: skip
@pytest.mark.parametrize("status", [400, 401])
def test_a_refresh_token_that_oura_calls_used_or_revoked_is_gone(status: int, error_body: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected) as refused:
        Endpoints(old=httpx.Response(status, json=error_body)).authority.renew(TOKEN)
    assert not isinstance(refused.value, AppRefused)


@pytest.mark.parametrize("error_body", [
    {"error": "invalid_client"}, {"error": "invalid_client", "error_description": "The client was revoked."},
    {"error": "unauthorized_client"}, {"error": "unsupported_grant_type"},
])  # fmt: skip
@pytest.mark.parametrize("status", [400, 401])
def test_a_refusal_that_is_not_about_the_token_is_the_apps_and_says_what_mends_it(
    status: int, error_body: dict[str, str]
) -> None:
    with pytest.raises(AppRefused, match=r"the app app, not the person; .* OURA_CLIENT_SECRET and run `oura-lake conn"):
        Endpoints(old=httpx.Response(status, json=error_body)).authority.renew(TOKEN)


@pytest.mark.parametrize(
    "error_body", [{"error": "invalid_request"}, {}, {"title": "Bad Request"}, {"error": {}}, ["no"]]
)
def test_a_refusal_that_does_not_say_why_blames_neither_the_app_nor_the_person(
    error_body: dict[str, str] | dict[str, dict[Any, Any]] | list[str],
) -> None:
    with pytest.raises(TokenRejected, match=r"does not say why; run `oura-lake connect`, and if that is") as refused:
        Endpoints(old=httpx.Response(400, json=error_body)).authority.renew(TOKEN)
    assert not isinstance(refused.value, AppRefused)


@pytest.mark.parametrize("error_body", [
    {"error": "invalid_request", "error_description": "The refresh token has expired"},
    {"detail": "Invalid or expired refresh token"}, {"errors": [{"code": "invalid_grant"}]},
    {"error": {"code": "invalid_grant", "message": "r1"}},
    {"title": "Bad Request", "detail": "refresh token not found"},
])  # fmt: skip
def test_a_refusal_in_other_words_is_of_the_token_and_repeats_nothing_that_was_sent(error_body: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected, match=r"\); run `oura-lake connect`\.$") as refused:
        Endpoints(old=httpx.Response(400, json=error_body)).authority.renew(TOKEN)
    assert not isinstance(refused.value, AppRefused)
    assert "r1" not in str(refused.value)


@pytest.mark.parametrize(
    "odd",
    [
        b'"expires_in": ' + b"9" * 401,
        b'"x": ' + b"[" * 5000 + b"]" * 5000,
        b'"expires_in": 1e999',
        b'"expires_in": -Infinity',
        b'"x": "\\ud800"',
        b'"x": "\xff"',
        b'"expires_in": ' + b"9" * 5000,
        b'"expires_in": {}',
        b'"scope": 5',
    ],
)
def test_no_odd_answer_loses_the_refresh_token(odd: bytes) -> None:
    body = b'{"access_token": "a2", "refresh_token": "r2", ' + odd + b"}"
    fresh = Endpoints(old=httpx.Response(200, content=body)).authority.renew(TOKEN)
    assert (fresh.access_token, fresh.refresh_token, fresh.expires_at) == ("a2", "r2", NOW + timedelta(days=1))


@pytest.fixture(params=["file", "secret"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., TokenFile | SecretTokens]]:
    """Yield a function that opens the token store, as a new process does; the store holds TOKEN."""
    if request.param == "file":
        TokenFile(tmp_path / "me.json").connect(APP, TOKEN)
        yield lambda: TokenFile(tmp_path / "me.json")
        return
    with mock_aws():
        secrets = boto3.client("secretsmanager", region_name="eu-central-1")
        secrets.create_secret(Name="oura-lake/me", SecretString=json.dumps(token_json(TOKEN)))
        yield lambda: SecretTokens("oura-lake/me", secrets)


def tokens_of(store: TokenStore, endpoints: Endpoints, now: datetime) -> RefreshingTokens:
    return RefreshingTokens(store, endpoints.authority.renew, clock=lambda: now, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("answer", "access_token", "refresh_token"),
    [
        ({"access_token": "a2", "refresh_token": "r2\n"}, "a2", "r2"),
        ({"access_token": " a2\r\n", "refresh_token": "\tr2"}, "a2", "r2"),
        ({"access_token": "a2", "refresh_token": "r\u00e9"}, "a2", "r\u00e9"),
        ({"access_token": "a2", "refresh_token": 22}, "a2", "22"),
        ([{"access_token": "a2", "refresh_token": "r2"}], "a2", "r2"),
        ({"access_token": "a2", "refresh_token": {}}, "a2", "r1"),
        ({"access_token": "a2", "refresh_token": "r\x00"}, "a2", "r1"),
        ({"access_token": None, "refresh_token": "r2"}, "", "r2"),
        ({"access_token": ["a2"], "refresh_token": "r2"}, "", "r2"),
        ({"access_token": "\u00e4", "refresh_token": "r2\n"}, "", "r2"),
        ({"refresh_token": "r2"}, "", "r2"),
    ],
)
@pytest.mark.parametrize("call", ["access_token", "refresh"])
def test_the_next_refresh_token_of_an_odd_answer_is_stored_and_the_next_renewal_sends_it(
    stored: Any, answer: object, access_token: str, refresh_token: str, call: str
) -> None:
    tokens = tokens_of(stored(), Endpoints(old=httpx.Response(200, json=answer)), NOW)
    ask = tokens.access_token if call == "access_token" else lambda: tokens.refresh("a1")
    if access_token:
        assert ask() == access_token
    for again in () if access_token else (ask, ask, tokens.access_token, lambda: tokens.refresh("a1")):
        with pytest.raises(SourceUnavailable, match="without an access token"):
            again()
    later = Endpoints(old=httpx.Response(200, json=REPLY | {"access_token": "a3"}))
    assert tokens_of(stored(), later, NOW + YOUNG).refresh(access_token or "a1") == "a3"
    assert [form["refresh_token"] for _, form in later.forms] == [refresh_token]


def test_a_first_answer_without_an_access_token_is_no_consent() -> None:
    with pytest.raises(SourceRefused, match=r"new\.test answered without a token"):
        Endpoints(new=httpx.Response(200, json={"refresh_token": "r2"})).authority.exchange(GRANT)


def test_a_token_of_any_letters_can_be_taken_back() -> None:
    endpoints = Endpoints(old=httpx.Response(200))
    endpoints.authority.revoke(replace(TOKEN, refresh_token="r\u00e9"))
    assert endpoints.hosts == ["old", "old"]


def test_of_two_endpoints_the_one_that_knows_the_app_says_whether_the_token_is_gone() -> None:
    endpoints = Endpoints(new=refused(401, "invalid_client"), old=refused(400, "invalid_grant"))
    with pytest.raises(TokenRejected, match="run `oura-lake connect`") as error_body:
        endpoints.authority.renew(replace(TOKEN, token_url=""))
    assert not isinstance(error_body.value, AppRefused)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": "temporarily_unavailable"}), SourceUnavailable),
        (httpx.Response(503), SourceUnavailable),
        (httpx.ConnectError("down"), SourceUnavailable),
        (httpx.Response(200, html="<p>Log in</p>"), SourceUnavailable),
        (httpx.Response(401, html="<p>Log in</p>"), SourceUnavailable),
        (httpx.Response(200, json={}), SourceRefused),
    ],
)
def test_an_endpoint_in_trouble_is_asked_once_and_named(
    answer: httpx.Response | httpx.ConnectError, error: type[SourceError]
) -> None:
    endpoints = Endpoints(old=answer)
    with pytest.raises(error, match=r"old\.test"):
        endpoints.authority.renew(TOKEN)
    assert endpoints.hosts == ["old"]


def test_the_address_of_the_consent_asks_for_every_scope_with_a_challenge() -> None:
    url = authorize_url(APP, GRANT.redirect_uri, state="s", verifier="v", base_url="https://oura.test/authorize")
    query = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
    assert query.pop("scope").split() == [
        "daily",
        "spo2",
        "stress",
        "heart_health",
        "workout",
        "session",
        "tag",
        "ring_configuration",
        "heartrate",
        "personal",
        "email",
    ]
    assert query == {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": GRANT.redirect_uri,
        "state": "s",
        "code_challenge": challenge("v"),
        "code_challenge_method": "S256",
    }


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_granted_scopes_are_compared_without_their_prefix() -> None:
    assert bare_scopes("extapi:daily extapi:heart_health spo2") == ("daily", "heart_health", "spo2")


def test_what_stays_empty_follows_from_the_scopes_that_are_missing() -> None:
    granted = bare_scopes("email personal daily heartrate workout tag session spo2 stress")
    assert tables_without(granted) == {
        "heart_health": ["daily_cardiovascular_age", "vo2_max"],
        "ring_configuration": ["ring_configuration", "ring_battery_level"],
    }
