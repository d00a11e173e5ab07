"""Each planted fault happens at its request and at no other."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from oura_lake.errors import SettingsWrong
from oura_lake.simulator import FOR_EVER, Fault, GeneratedPerson, RunningApi, simulated_oura
from oura_lake.simulator.faults import faults_of

PERSON = GeneratedPerson(seed=3, until=date(2026, 11, 21))
HEADERS = {"Authorization": "Bearer simulated-access-token"}
WEEK = {"start_date": "2026-11-14", "end_date": "2026-11-21"}


@pytest.fixture
def api() -> Iterator[RunningApi]:
    with simulated_oura(PERSON) as running:
        yield running


@pytest.fixture
def ask(api: RunningApi) -> Iterator[Callable[..., httpx.Response]]:
    """Provide a function that requests a list route."""
    with httpx.Client(base_url=f"{api.base_url}/v2/usercollection/", headers=HEADERS) as http:
        yield lambda collection="daily_sleep", **params: http.get(collection, params=params or WEEK)


def test_a_fault_meets_the_named_request_of_the_named_collection_only(
    api: RunningApi, ask: Callable[..., httpx.Response]
) -> None:
    api.plant(Fault(collection="daily_sleep", status=503, on_request=2, times=2))
    assert ask("sleep").status_code == 200
    assert [ask().status_code for _ in range(5)] == [200, 503, 503, 200, 200]


def test_a_rate_limit_says_when_to_come_back(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(status=429, retry_after=7))
    reply = ask()
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")
    assert {"x-ratelimit-limit", "x-ratelimit-window", "x-ratelimit-reset", "x-ratelimit-tier"} <= reply.headers.keys()
    assert not any(name.startswith("x-ratelimit") for name in ask().headers)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 426, 500, 502, 503, 504])
def test_any_status_has_a_json_body(api: RunningApi, ask: Callable[..., httpx.Response], status: int) -> None:
    api.plant(Fault(status=status))
    reply = ask()
    assert reply.status_code == status
    assert reply.json()["detail"]


def test_a_scope_can_go_missing(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(status=401, scope="stress"))
    assert ask().json() == {"detail": "Token is not authorized access stress scope."}


def test_html_comes_instead_of_json(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="html"))
    reply = ask()
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_page_repeats_for_ever(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(collection="heartrate", kind="loop", times=FOR_EVER))
    first = ask("heartrate").json()
    again = [ask("heartrate", next_token=first["next_token"]).json() for _ in range(3)]
    assert again == [first] * 3
    assert first["next_token"]


def test_a_document_comes_without_its_key(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="no_key"))
    *good, bad = ask().json()["data"]
    assert {"id", "day"} & bad.keys() == set()
    assert all("id" in d for d in good)


def test_a_document_comes_from_the_future(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(collection="sleep", kind="future"))
    documents = ask("sleep").json()["data"]
    assert documents[-1]["day"].startswith("2196")
    assert len({d["id"] for d in documents}) == len(documents)


def test_a_body_ends_in_the_middle(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="truncated"))
    with pytest.raises(json.JSONDecodeError):
        ask().json()


def test_a_good_answer_can_be_empty(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="empty"))
    assert ask().json() == {"data": [], "next_token": None}


def test_the_key_of_the_token_can_be_absent(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="no_token"))
    assert ask().json().keys() == {"data"}


def test_the_connection_can_end_without_an_answer(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(kind="drop"))
    with pytest.raises(httpx.RemoteProtocolError):
        ask()
    assert ask().status_code == 200


def test_an_answer_can_be_slow(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    api.plant(Fault(delay_s=0.3))
    start = time.monotonic()
    assert ask().status_code == 200
    assert time.monotonic() - start >= 0.3


def test_the_token_endpoint_can_fail(api: RunningApi) -> None:
    api.plant(Fault(collection="token", status=500))
    assert [httpx.post(url).status_code for url in api.token_urls] == [500, 400]


def test_faults_are_planted_and_forgotten_over_http(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    url = api.base_url + "/_simulate/faults"
    assert httpx.post(url, json=[{"collection": "daily_sleep", "status": 429, "times": 9}]).json() == {"planted": 1}
    assert ask().status_code == 429
    httpx.delete(url)
    assert ask().status_code == 200


def test_the_levers_are_not_in_the_log_and_the_log_can_be_read(
    api: RunningApi, ask: Callable[..., httpx.Response]
) -> None:
    ask()
    assert httpx.get(api.base_url + "/_simulate/requests").json() == [
        {"method": "GET", "path": "/v2/usercollection/daily_sleep", "params": WEEK, "status": 200}
    ]


@pytest.mark.parametrize("plan", [[{"stat": 1}], [{"kind": "odd"}]])
def test_a_plan_with_a_typing_error_is_refused(api: RunningApi, plan: list[Any]) -> None:
    with pytest.raises(SettingsWrong):
        faults_of(plan)
    assert httpx.post(api.base_url + "/_simulate/faults", json=plan).status_code == 422


def test_requests_in_flight_are_counted(api: RunningApi, ask: Callable[..., httpx.Response]) -> None:
    ask()
    assert api.api.most_in_flight == 1
