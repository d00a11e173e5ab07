"""The data routes answer as the real ones: pages, ids, fields, scopes, errors."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from oura_lake.simulator import SCOPES, GeneratedPerson, simulated_oura
from oura_lake.simulator.routes import COLLECTIONS, Clock
from oura_lake.sources.model import Window
from oura_lake.sources.oura import ENDPOINTS

UNTIL = date(2026, 11, 21)
PERSON = GeneratedPerson(seed=3, until=UNTIL)
EVERYTHING = {"start_date": "2020-01-01", "end_date": "2030-01-01"}
ALL_ROWS = {"start_datetime": "2026-11-01", "end_datetime": "2026-12-01"}
HEADERS = {"Authorization": "Bearer simulated-access-token"}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with (
        simulated_oura(PERSON, page_size=50) as api,
        httpx.Client(base_url=f"{api.base_url}/v2/usercollection/", headers=HEADERS) as client,
    ):
        yield client


@pytest.fixture
def with_scopes() -> Callable[..., httpx.Response]:
    """Provide a function that requests a route with a token of these scopes."""

    def ask(path: str, *scopes: object, headers: dict[str, str] = HEADERS) -> httpx.Response:
        with simulated_oura(PERSON, scopes=scopes) as api:
            return httpx.get(f"{api.base_url}/v2/usercollection/{path}", headers=headers)

    return ask


def pages(http: httpx.Client, collection: str, params: dict[str, str]) -> Iterator[Any]:
    """All pages, following the token alone."""
    while True:
        page = http.get(collection, params=params).json()
        yield page["data"]
        if page["next_token"] is None:
            return
        params = {"next_token": page["next_token"]}


def test_the_lakes_table_of_endpoints_agrees_with_the_measured_routes() -> None:
    lake = {e.collection: (e.scope, e.by_id, e.day or "", e.webhook) for e in ENDPOINTS}
    assert lake == {c.path: (c.scope, c.has_ids, c.day, c.webhook) for c in COLLECTIONS.values()}


def test_the_lakes_windows_agree_with_the_measured_routes() -> None:
    kinds = {Clock.ROW: Window.INSTANTS, Clock.NONE: Window.NONE}
    assert {e.collection: e.window for e in ENDPOINTS} == {
        c.path: kinds.get(c.clock, Window.DATES) for c in COLLECTIONS.values()
    }


@pytest.mark.parametrize("collection", [c.path for c in COLLECTIONS.values() if c.day])
def test_pages_together_hold_every_document_once(http: httpx.Client, collection: str) -> None:
    found = [d for page in pages(http, collection, EVERYTHING) for d in page]
    expected = [d for n in range(365) for d in PERSON.on(collection, date.fromordinal(UNTIL.toordinal() - n))]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_heart_rate_comes_in_pages_of_a_thousand(http: httpx.Client) -> None:
    sizes = [len(page) for page in pages(http, "heartrate", ALL_ROWS)]
    assert len(sizes) > 20
    assert set(sizes[:-1]) == {1000}


def test_heart_rate_pages_hold_every_row_once_and_in_order(http: httpx.Client) -> None:
    stamps = [r["timestamp_unix"] for page in pages(http, "heartrate", ALL_ROWS) for r in page]
    expected = [i for n in range(22) for i in PERSON.rows("heartrate", date(2026, 11, 1 + n)).instants]
    assert stamps == expected


def test_the_latest_row_comes_alone(http: httpx.Client) -> None:
    [row] = http.get("heartrate", params={"latest": "true", **ALL_ROWS}).json()["data"]
    expected = [i for d in (21, 22) for i in PERSON.rows("heartrate", date(2026, 11, d)).instants]
    assert row["timestamp_unix"] == expected[-1]


def test_an_invented_token_is_unprocessable(http: httpx.Client) -> None:
    assert http.get("sleep", params={"next_token": "invented"}).status_code == 422


@pytest.mark.parametrize("collection", [c.path for c in COLLECTIONS.values() if c.has_ids])
def test_a_document_comes_by_its_id(http: httpx.Client, collection: str) -> None:
    document = next(pages(http, collection, EVERYTHING))[-1]
    assert http.get(f"{collection}/{document['id']}").json() == document


@pytest.mark.parametrize("identity", ["not-existing", "ffffffff-0000-4000-a000-000000000000", "zz"])
def test_an_unknown_id_is_not_found(http: httpx.Client, identity: str) -> None:
    reply = http.get(f"sleep/{identity}")
    assert (reply.status_code, reply.json()) == (404, {"detail": "Document not found."})


@pytest.mark.parametrize("path", ["no_such_collection", "vo2_max", "heartrate/some-id", "personal_info/some-id"])
def test_an_unknown_path_is_not_found(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_fields_keep_what_is_named_with_id_and_day(http: httpx.Client) -> None:
    found = http.get("daily_sleep", params={"fields": "score,made_up", **EVERYTHING}).json()["data"]
    assert set().union(*found) == {"id", "day", "score"}


def test_fields_that_do_not_exist_leave_the_record_whole(http: httpx.Client) -> None:
    assert "contributors" in http.get("daily_sleep", params={"fields": "made_up", **EVERYTHING}).json()["data"][0]


def test_some_routes_know_no_fields(http: httpx.Client) -> None:
    assert "level" in http.get("daily_resilience", params={"fields": "day", **EVERYTHING}).json()["data"][0]


def test_the_person_is_a_bare_object(http: httpx.Client) -> None:
    assert http.get("personal_info").json() == PERSON.undated("personal_info")[0]


@pytest.mark.parametrize("collection", [c for c in COLLECTIONS if c != "personal_info"])
def test_a_missing_scope_is_unauthorized_and_named(with_scopes: Callable[..., httpx.Response], collection: str) -> None:
    scope = COLLECTIONS[collection].scope
    reply = with_scopes(collection, *(s for s in SCOPES if s != scope))
    assert reply.status_code == 401
    assert reply.json() == {"detail": f"Token is not authorized access {scope} scope."}


def test_only_the_id_of_the_person_needs_no_scope(with_scopes: Callable[..., httpx.Response]) -> None:
    assert with_scopes("personal_info", "daily").json().keys() == {"id"}
    assert "email" not in with_scopes("personal_info", "personal").json()


def test_a_request_without_a_token_is_a_bad_one(with_scopes: Callable[..., httpx.Response]) -> None:
    assert with_scopes("sleep", "daily", headers={}).status_code == 400


def test_an_unknown_token_is_unauthorized(with_scopes: Callable[..., httpx.Response]) -> None:
    reply = with_scopes("sleep", "daily", headers={"Authorization": "Bearer other"})
    assert (reply.status_code, reply.json()["title"]) == (401, "Invalid Access token")


def test_a_connection_serves_many_requests(http: httpx.Client) -> None:
    streams = [http.get("ring_configuration").extensions["network_stream"] for _ in range(5)]
    assert len({stream.get_extra_info("client_addr") for stream in streams}) == 1


def test_the_log_of_requests_keeps_no_token() -> None:
    with simulated_oura(PERSON) as api:
        httpx.get(f"{api.base_url}/v2/usercollection/sleep", params={"start_date": "2026-11-20"}, headers=HEADERS)
        httpx.get(f"{api.base_url}/oauth/revoke", params={"access_token": "secret"})
    assert [(r.collection, r.status) for r in api.requests] == [("sleep", 200), ("", 401)]
    assert "secret" not in json.dumps([dict(r.params) for r in api.requests])
