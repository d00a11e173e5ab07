"""The client repeats a request where that helps, stops where it does not, and gives advice."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from oura_lake.errors import (
    CollectionAbsent,
    MembershipLapsed,
    ScopeMissing,
    SettingsWrong,
    SourceRefused,
    SourceUnavailable,
    TokenRejected,
)
from oura_lake.oura.client import OuraClient, RetryPolicy
from oura_lake.sources.oura import SOURCE

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
RESILIENCE = SOURCE.endpoint("daily_resilience")
GOOD = httpx.Response(200, json={"data": [{"id": "1"}], "next_token": None})
SCOPE_BODIES = [
    {"detail": "Token is not authorized access stress scope."},
    {"status": 401, "title": "Missing Scopes", "detail": "Token is not authorized access stress scope."},
    {"status": 401, "title": "Missing Scopes", "detail": "in another wording"},
]
HTML = httpx.Response(200, html="<!doctype html><title>Hotel Wi-Fi</title>")


class Tokens:
    """The tokens t0, t1, … and those that were rejected."""

    def __init__(self) -> None:
        self.rejected: list[str] = []

    def access_token(self) -> str:
        return f"t{len(self.rejected)}"

    def refresh(self, rejected: str) -> str:
        self.rejected.append(rejected)
        return self.access_token()


class Api:
    """A server of the answers in turn (the last one for ever), and a clock that counts the sleeps."""

    def __init__(self, *answers: httpx.Response | Exception, **options: Any) -> None:
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self.tokens = Tokens()
        self._answers = [*answers[:-1]], answers[-1]
        self.client = OuraClient(
            base_url="https://oura.test",
            tokens=self.tokens,
            transport=httpx.MockTransport(self._answer),
            sleep=self._sleep,
            clock=lambda: NOW,
            monotonic=lambda: 100.0 + sum(self.slept),
            jitter=lambda: 0.5,
            **options,
        )

    def rows(self) -> list[dict[str, Any]]:
        with self.client as client:
            return [row for page in client.pages(RESILIENCE, {}) for row in page.rows]

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        first, last = self._answers
        answer = first.pop(0) if first else last
        if isinstance(answer, Exception):
            raise answer
        return answer


def throttled(retry_after: str | None) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": retry_after} if retry_after else {})


@pytest.mark.parametrize("body", SCOPE_BODIES, ids=["detail", "RFC 7807", "title alone"])
def test_a_missing_scope_is_named_and_costs_no_refresh(body: object) -> None:
    api = Api(httpx.Response(401, json=body))
    with pytest.raises(ScopeMissing, match=r"daily_resilience: the scope 'stress' was not granted; run `oura-lake"):
        api.rows()
    assert api.tokens.rejected == []
    assert len(api.requests) == 1


@pytest.mark.parametrize("body", [b"", b'{"title": "Expired Token", "detail": "Token is expired."}'])
def test_an_expired_token_is_refreshed_once_and_the_request_repeated(body: bytes) -> None:
    api = Api(httpx.Response(401, content=body), GOOD)
    assert api.rows() == [{"id": "1"}]
    assert [r.headers["authorization"] for r in api.requests] == ["Bearer t0", "Bearer t1"]


def test_a_token_rejected_twice_ends_in_one_sentence() -> None:
    api = Api(httpx.Response(401))
    with pytest.raises(TokenRejected, match="run `oura-lake connect`"):
        api.rows()
    assert api.tokens.rejected == ["t0"]


def test_a_lapsed_membership_is_not_asked_again() -> None:
    api = Api(httpx.Response(403))
    with pytest.raises(MembershipLapsed, match=r"daily_resilience .*renew the membership"):
        api.rows()
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0), (None, 0.25), ("soon", 0.25)],
)
def test_a_rate_limit_is_waited_out_as_long_as_told(header: str | None, seconds: float) -> None:
    api = Api(throttled(header), GOOD)
    assert api.rows() == [{"id": "1"}]
    assert api.slept == [seconds]


def test_a_rate_limit_longer_than_the_patience_is_not_waited_for() -> None:
    api = Api(throttled("3600"))
    with pytest.raises(SourceUnavailable, match=r"limits the rate .*daily_resilience; run it again in 3600 s"):
        api.rows()
    assert api.slept == []


def test_no_wait_outlasts_the_time_given_to_the_run() -> None:
    api = Api(throttled("40"), retry_policy=RetryPolicy(run_s=100))
    with pytest.raises(SourceUnavailable, match="again in 40 s"):
        api.rows()
    assert api.slept == [40.0, 40.0]


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(503),
        httpx.Response(500, html="<h1>Oops</h1>"),
        httpx.Response(408),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("cut off"),
        httpx.Response(200, content=b'{"data": ['),
    ],
    ids=["503", "500", "408", "time-out", "no connection", "cut off", "half a body"],
)
def test_a_passing_trouble_is_asked_again_after_a_growing_wait(
    trouble: httpx.Response | httpx.ReadTimeout | httpx.ConnectError | httpx.RemoteProtocolError,
) -> None:
    api = Api(trouble, trouble, GOOD)
    assert api.rows() == [{"id": "1"}]
    assert api.slept == [0.25, 0.5]


def test_an_outage_that_lasts_is_given_up_with_its_cause() -> None:
    api = Api(httpx.Response(502))
    with pytest.raises(SourceUnavailable, match="502 Bad Gateway for daily_resilience"):
        api.rows()
    assert len(api.requests) == RetryPolicy().attempts


def test_no_network_says_so() -> None:
    api = Api(httpx.ConnectError("Name or service not known"))
    with pytest.raises(SourceUnavailable, match=r"^Could not reach oura.test: Name or service not known; check the"):
        api.rows()


def test_without_network_the_first_request_is_patient_and_the_others_are_not() -> None:
    api = Api(httpx.ConnectError("down"))
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="Could not reach"):
            list(api.client.pages(RESILIENCE, {}))
    assert len(api.requests) == RetryPolicy().attempts + 2


def test_patience_returns_with_the_network() -> None:
    down = httpx.ConnectError("down")
    api = Api(*[down] * RetryPolicy().attempts, GOOD, down, GOOD)
    with pytest.raises(SourceUnavailable):
        list(api.client.pages(RESILIENCE, {}))
    list(api.client.pages(RESILIENCE, {}))
    assert api.rows() == [{"id": "1"}]


@pytest.mark.parametrize("answer", [HTML, httpx.Response(302), httpx.Response(401, html="<p>Log in</p>")])
def test_a_web_page_in_between_is_neither_data_nor_a_rejected_token(answer: httpx.Response) -> None:
    api = Api(answer)
    with pytest.raises(SourceUnavailable, match=r"oura\.test answered with a web page instead of JSON"):
        api.rows()
    assert len(api.requests) == 1
    assert api.tokens.rejected == []


@pytest.mark.parametrize(("body", "sentence"), [
    ([], "another shape"), ({}, "another shape"), ({"data": None}, "answered null instead of the documents"),
    ({"data": 1}, "another shape"), ({"error": "odd"}, "another shape"), ("text", "another shape"),
])  # fmt: skip
def test_json_of_another_shape_is_refused(body: object, sentence: str) -> None:
    with pytest.raises(SourceRefused, match=sentence):
        Api(httpx.Response(200, json=body)).rows()


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (400, {"detail": "Invalid query."}, "400: Invalid query."),
        (
            422,
            {"detail": [{"loc": ["query", "start_date"], "msg": "bad date"}, {"msg": "x"}]},
            r"422: query.start_date: bad date; x",
        ),
        (
            422,
            {"detail": [{"loc": 5, "msg": "x"}, {"loc": {"a": 1}, "msg": 7}, {"loc": True}, None]},
            r"422: x; 7; ; None",
        ),
        (426, {"title": "Minimum App Version Error"}, "426: Minimum App Version Error"),
        (404, "no such route", "404"),
        (418, None, "418"),
    ],
)
def test_a_refusal_repeats_what_oura_says_and_is_not_asked_again(
    status: int, body: dict[str, str] | dict[str, list[object]] | str | None, text: str
) -> None:
    api = Api(httpx.Response(status, json=body))
    with pytest.raises(SourceRefused, match=text):
        api.rows()
    assert len(api.requests) == 1


@pytest.mark.parametrize(("status", "body"), [(404, {"detail": "Not Found"}), (404, ""), (410, {})])
def test_a_list_that_is_not_found_is_an_absent_collection_and_no_deleted_document(
    status: int, body: dict[str, str] | str
) -> None:
    with pytest.raises(CollectionAbsent, match=rf"Oura has no collection daily_resilience \({status}\)") as caught:
        Api(httpx.Response(status, json=body)).rows()
    assert "deleted" not in str(caught.value)


def test_a_phone_app_that_is_too_old_is_what_must_be_updated() -> None:
    with pytest.raises(SourceRefused, match="update the Oura app there"):
        Api(httpx.Response(426, json={"title": "Minimum App Version Error"})).rows()


@pytest.mark.parametrize("identity", ["..", ".", "night\ud800", "a\x1bb", "a\nb"])
def test_an_id_that_no_document_can_have_is_not_asked_for(identity: str) -> None:
    api = Api(GOOD)
    with pytest.raises(SourceRefused, match="can have the id"):
        api.client.document(RESILIENCE, identity)
    assert api.requests == []


@pytest.mark.parametrize(
    "text",
    ["Wed, 21 Oct 99999999999999999999 07:28:00 GMT", "9" * 400, "\u0663", "soon", "Mon, 01 Jan 0001 00:00:00 +1400"],
)
def test_a_time_to_wait_that_means_nothing_is_none(text: str) -> None:
    api = Api(httpx.Response(429, headers={b"retry-after": text.encode()}), GOOD)
    assert api.rows() == [{"id": "1"}]


def test_a_token_with_letters_that_no_token_has_is_renewed_and_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(GOOD)
    monkeypatch.setattr(api.tokens, "access_token", lambda: "t1" if api.tokens.rejected else "t\u00e4")
    assert api.rows() == [{"id": "1"}]
    assert api.tokens.rejected == ["t\u00e4"]


@pytest.mark.parametrize("url", ["api.ouraring.com", "ftp://oura.test", "https://"])
def test_an_address_that_is_none_is_told_before_anything_is_asked(url: str) -> None:
    with pytest.raises(SettingsWrong, match="OURA_API_BASE_URL"):
        OuraClient(base_url=url, tokens=Tokens())


def test_no_error_shows_the_token() -> None:
    troubles = [httpx.Response(s) for s in (400, 401, 403, 404, 429, 503)] + [httpx.ConnectError("down")]
    for trouble in troubles:
        with pytest.raises(Exception, match=r"(?i)oura") as caught:
            Api(trouble).rows()
        assert "t0" not in str(caught.value)
