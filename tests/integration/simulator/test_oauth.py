"""The simulated consent behaves as Oura's: codes and refresh tokens valid once, two token URLs, scopes refused."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oura_lake.simulator import NEW_TOKEN, OLD_TOKEN, App, GeneratedPerson, RunningApi, simulated_oura

PERSON = GeneratedPerson(seed=3, until=date(2026, 11, 21))
CALLBACK = "http://localhost:8765/callback"
CLIENT = {"client_id": "simulated-client", "client_secret": "simulated-secret"}


class Clock:
    """A clock that a test moves."""

    now = datetime(2026, 11, 21, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def start() -> Iterator[Callable[..., RunningApi]]:
    """Provide a function that runs the API for an app."""
    with ExitStack() as stack:
        yield lambda now=None, **app: stack.enter_context(simulated_oura(PERSON, app=App(**app), now=now or Clock()))


def consent(api: RunningApi, path: str = "/oauth/authorize", **params: str) -> dict[Any, Any]:
    """Query of the redirect back to the application."""
    parameters = {"response_type": "code", "client_id": "simulated-client", "redirect_uri": CALLBACK, "state": "s1"}
    reply = httpx.get(api.base_url + path, params={**parameters, "scope": "daily heartrate spo2", **params})
    assert reply.status_code == 302
    return {k: v[0] for k, v in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def exchange(api: RunningApi, path: str = NEW_TOKEN, **form: str) -> httpx.Response:
    parameters = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **CLIENT}
    return httpx.post(api.base_url + path, data=parameters | form)


def refresh(api: RunningApi, token: Any, path: str = NEW_TOKEN) -> httpx.Response:
    return httpx.post(api.base_url + path, data={"grant_type": "refresh_token", "refresh_token": token, **CLIENT})


def read(api: RunningApi, token: str, collection: str = "daily_sleep") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{api.base_url}/v2/usercollection/{collection}", headers=headers).status_code


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/v2/ext/oauth-authorize"])
def test_consent_leads_back_with_code_state_and_granted_scopes(start: Callable[..., RunningApi], path: str) -> None:
    answer = consent(start(), path)
    assert answer["state"] == "s1"
    assert answer["scope"] == "extapi:daily extapi:heartrate extapi:spo2"
    assert answer["code"]


def test_scopes_that_are_unknown_or_unticked_are_dropped_without_a_word(start: Callable[..., RunningApi]) -> None:
    answer = consent(start(granted=("daily",)), scope="daily spo2Daily heartrate")
    assert answer["scope"] == "extapi:daily"


def test_a_refusal_leads_back_with_an_error(start: Callable[..., RunningApi]) -> None:
    assert consent(start(is_denied=True)) == {"error": "access_denied", "state": "s1"}


def test_an_unknown_redirect_is_refused(start: Callable[..., RunningApi]) -> None:
    api = start(redirect_uris=(CALLBACK,))
    parameters = {"client_id": "simulated-client", "redirect_uri": CALLBACK + "/"}
    assert httpx.get(api.base_url + "/oauth/authorize", params=parameters).status_code == 400


def test_a_code_gives_tokens_that_read_what_was_granted(start: Callable[..., RunningApi]) -> None:
    api = start()
    tokens = exchange(api, code=consent(api)["code"]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 86_400)
    assert (read(api, tokens["access_token"]), read(api, tokens["access_token"], "workout")) == (200, 401)


def test_a_code_is_used_once(start: Callable[..., RunningApi]) -> None:
    api = start()
    code = consent(api)["code"]
    assert [exchange(api, code=code).status_code for _ in range(2)] == [200, 400]


def test_a_code_dies_after_ten_minutes(start: Callable[..., RunningApi]) -> None:
    clock = Clock()
    api = start(now=clock)
    code = consent(api)["code"]
    clock.now += timedelta(minutes=11)
    assert exchange(api, code=code).json()["error"] == "invalid_grant"


def test_a_code_of_another_redirect_is_refused(start: Callable[..., RunningApi]) -> None:
    api = start()
    assert exchange(api, code=consent(api)["code"], redirect_uri="http://localhost/other").status_code == 400


def test_a_code_with_a_challenge_needs_its_verifier(start: Callable[..., RunningApi]) -> None:
    api = start()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    parameters = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert exchange(api, code=consent(api, **parameters)["code"], code_verifier="wrong").status_code == 400
    assert exchange(api, code=consent(api, **parameters)["code"], code_verifier="verifier").status_code == 200


def test_the_client_may_name_itself_by_basic_authentication(start: Callable[..., RunningApi]) -> None:
    api = start()
    form = {"grant_type": "authorization_code", "code": consent(api)["code"], "redirect_uri": CALLBACK}
    assert (
        httpx.post(api.base_url + NEW_TOKEN, data=form, auth=(CLIENT["client_id"], CLIENT["client_secret"])).status_code
        == 200
    )


def test_a_wrong_client_is_refused(start: Callable[..., RunningApi]) -> None:
    api = start()
    reply = exchange(api, code=consent(api)["code"], client_secret="wrong")
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_client")


def test_the_old_token_url_refuses_a_new_app_and_burns_its_code(start: Callable[..., RunningApi]) -> None:
    api = start(portal="new")
    code = consent(api)["code"]
    assert exchange(api, OLD_TOKEN, code=code).status_code == 401
    assert exchange(api, NEW_TOKEN, code=code).status_code == 400


def test_the_new_token_url_comes_first_for_a_new_app(start: Callable[..., RunningApi]) -> None:
    api = start(portal="new")
    assert exchange(api, api.token_urls[0].removeprefix(api.base_url), code=consent(api)["code"]).status_code == 200


def test_the_old_token_url_refuses_to_refresh_for_a_new_app_and_burns_nothing(start: Callable[..., RunningApi]) -> None:
    api = start(portal="new")
    token = api.grant()["refresh_token"]
    assert (refresh(api, token, OLD_TOKEN).status_code, refresh(api, token).status_code) == (400, 200)


def test_a_refresh_token_is_used_once_and_replaced(start: Callable[..., RunningApi]) -> None:
    api = start()
    old = api.grant("daily")["refresh_token"]
    new = refresh(api, old).json()
    assert new["refresh_token"] != old
    assert refresh(api, old).json()["error_description"] == "Refresh token already used"
    assert refresh(api, new["refresh_token"]).json()["scope"] == "extapi:daily"


def test_an_access_token_expires(start: Callable[..., RunningApi]) -> None:
    clock = Clock()
    api = start(now=clock, expires_in=60)
    token = api.grant()["access_token"]
    before = read(api, token)
    clock.now += timedelta(seconds=61)
    assert (before, read(api, token)) == (200, 401)


def test_all_access_tokens_can_be_made_to_expire(start: Callable[..., RunningApi]) -> None:
    api = start()
    tokens = api.grant()
    api.expire_tokens()
    assert (read(api, tokens["access_token"]), read(api, api.token)) == (401, 401)
    assert read(api, refresh(api, tokens["refresh_token"]).json()["access_token"]) == 200


def test_a_revoked_token_reads_nothing(start: Callable[..., RunningApi]) -> None:
    api = start()
    old, new = api.grant(), api.grant()
    httpx.post(api.base_url + "/oauth/revoke", params={"access_token": old["access_token"]})
    httpx.post(api.base_url + "/oauth/v2/ext/oauth-revoke", data={"token": new["refresh_token"], **CLIENT})
    assert read(api, old["access_token"]) == 401
    assert refresh(api, new["refresh_token"]).status_code == 400
