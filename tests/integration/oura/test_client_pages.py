"""The client reads every page once, and stops where a provider repeats itself."""

import logging
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oura_lake.errors import DocumentMissing, SourceRefused, SourceUnavailable
from oura_lake.oura.client import OuraClient, Page
from oura_lake.oura.tokens import FixedToken
from oura_lake.sources.oura import SOURCE
from support.present import present

HEARTRATE = SOURCE.endpoint("heartrate")
SLEEP = SOURCE.endpoint("sleep")


def a_client(answer: Callable[..., httpx.Response]) -> OuraClient:
    return OuraClient(
        base_url="https://oura.test",
        tokens=FixedToken("secret-token"),
        transport=httpx.MockTransport(answer),
        sleep=lambda seconds: None,
    )


def rows_of(pages: list[Page]) -> list[int]:
    return [row["n"] for page in pages for row in page.rows]


def numbered(total: int, size: int) -> Callable[[httpx.Request], httpx.Response]:
    """Make a server of `total` numbered rows in pages of `size`, that refuses a window beside next_token."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = parse_qs(urlsplit(str(request.url)).query)
        if "next_token" in query and len(query) > 1:
            return httpx.Response(422, json={"detail": "next_token must come alone"})
        first = int(query.get("next_token", ["0"])[0])
        body = {"data": [{"n": n} for n in range(first, min(first + size, total))]}
        return httpx.Response(200, json=body | ({"next_token": str(first + size)} if first + size < total else {}))

    return answer


def test_every_page_is_read_to_the_end() -> None:
    with a_client(numbered(2_500, 1_000)) as client:
        pages = list(client.pages(HEARTRATE, {"start_datetime": "2026-01-01T00:00:00+00:00"}))
    assert rows_of(pages) == list(range(2_500))
    assert [len(p.rows) for p in pages] == [1_000, 1_000, 500]


def test_a_page_says_what_was_asked_and_when_but_not_by_whom() -> None:
    with a_client(numbered(1, 10)) as client:
        [page] = client.pages(HEARTRATE, {"start_datetime": "2026-01-01T00:00:00+02:00"})
    assert page.request == "/v2/usercollection/heartrate?start_datetime=2026-01-01T00%3A00%3A00%2B02%3A00"
    assert present(page.fetched_at.utcoffset()).total_seconds() == 0
    assert "secret-token" not in repr(page)


def test_no_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)  # the level of Lambda's log
    with a_client(numbered(20, 10)) as client:
        list(client.pages(HEARTRATE, {}))
    assert caplog.text == ""


def test_the_bare_object_of_personal_info_is_one_row() -> None:
    with a_client(lambda _: httpx.Response(200, json={"id": "me", "age": 40})) as client:
        [page] = client.pages(SOURCE.endpoint("personal_info"), {})
    assert page.rows == [{"id": "me", "age": 40}]


@pytest.mark.parametrize("token", [lambda n: "again", lambda n: f"token-{n}"], ids=["same token", "same page"])
def test_a_provider_that_repeats_itself_is_stopped(token: Callable[..., str]) -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        same_page = token(1) != token(2)
        rows = [{"n": 1 if same_page else len(requests)}]
        return httpx.Response(200, json={"data": rows, "next_token": token(len(requests))})

    with a_client(answer) as client, pytest.raises(SourceRefused, match="repeated a page of heartrate for ever"):
        list(client.pages(HEARTRATE, {}))
    assert len(requests) == 2


def test_new_tokens_and_new_pages_without_end_are_stopped_too() -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"data": [{"n": len(requests)}], "next_token": f"t{len(requests)}"})

    with a_client(answer) as client, pytest.raises(SourceRefused, match="for ever"):
        list(client.pages(HEARTRATE, {}))


def test_empty_pages_between_full_ones_are_passed() -> None:
    bodies = iter([{"data": [], "next_token": "a"}, {"data": [], "next_token": "b"}, {"data": [{"n": 1}]}])
    with a_client(lambda _: httpx.Response(200, json=next(bodies))) as client:
        assert rows_of(list(client.pages(HEARTRATE, {}))) == [1]


def test_a_document_is_asked_for_by_id() -> None:
    with a_client(lambda request: httpx.Response(200, json={"path": request.url.raw_path.decode()})) as client:
        assert client.document(SLEEP, "a/b") == {"path": "/v2/usercollection/sleep/a%2Fb"}


def test_a_missing_document_is_an_error_of_its_own() -> None:
    answer = httpx.Response(404, json={"detail": "Document not found."})
    with a_client(lambda _: answer) as client, pytest.raises(DocumentMissing, match="sleep"):
        client.document(SLEEP, "gone")


def test_a_web_page_that_says_404_does_not_make_a_document_missing() -> None:
    answer = httpx.Response(404, text="<html>Not here</html>")
    with a_client(lambda _: answer) as client, pytest.raises(SourceUnavailable, match="web page instead of JSON"):
        client.document(SLEEP, "gone")
