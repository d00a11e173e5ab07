"""Responses of Oura's API: rows, a reason to retry, or a reason to stop."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from oura_lake.errors import (
    CollectionAbsent,
    DocumentMissing,
    MembershipLapsed,
    ScopeMissing,
    SourceRefused,
    SourceUnavailable,
    TokenRejected,
)
from oura_lake.lake.json_text import parse
from oura_lake.lake.plain import plain
from oura_lake.sources.model import Endpoint, Window

SCOPE = re.compile(r"not authorized access ['\"]?(?:extapi:)?(\w+)['\"]? scope")
MISSING_SCOPES = "Missing Scopes"
LONGEST_DETAIL = 300
LONGEST_SECONDS = 9  # digits of a Retry-After
OK, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMED_OUT, THROTTLED, SERVER_ERROR = 200, 401, 403, 404, 408, 429, 500


class AskAgain(SourceUnavailable):
    """A temporary failure; `wait_s` is the wait that the provider requested, if it did."""

    def __init__(
        self, problem: str, advice: str | None = None, *, wait_s: float | None = None, is_throttled: bool = False
    ) -> None:
        super().__init__(problem, advice)
        self.wait_s = wait_s
        self.is_throttled = is_throttled


class Unauthorized(TokenRejected):
    """Status 401 for another reason than a scope; a new token may mend it."""


def read(response: httpx.Response, endpoint: Endpoint, now: datetime, *, is_list: bool = True) -> Any:
    """JSON body of a good answer; raises an error with advice for any other."""
    if response.status_code == OK:
        return _json(response, endpoint)
    _raise_passing_trouble(response, endpoint, now)
    _raise_if_web_page(response)
    _raise_refusal(response, endpoint, is_list=is_list)
    raise AssertionError("unreachable")


def envelope(endpoint: Endpoint, body: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Rows of a list answer, and the token of the next page; raises SourceRefused for another shape.

    A row that is no document, such as null, is rejected when the others land.

    An endpoint with neither window nor ids (personal_info) answers with its one document alone.
    """
    if not isinstance(body, dict):
        raise _misshapen(endpoint)
    if endpoint.window is Window.NONE and not endpoint.by_id and "data" not in body:
        return [body], None
    rows, token = body.get("data"), body.get("next_token")
    if "data" in body and rows is None:  # not "there are none": the requested days would count as empty
        raise SourceRefused(
            f"Oura answered null instead of the documents of {endpoint.name}",
            "run it again later, and report it with the collection's name if that goes on",
        )
    if not isinstance(rows, list):
        raise _misshapen(endpoint)
    return rows, str(token) if token else None


def document(endpoint: Endpoint, body: Any) -> dict[str, Any]:
    """Document of a by-id answer; raises SourceRefused for another shape."""
    if not isinstance(body, dict):
        raise _misshapen(endpoint)
    return body


def detail(body: Any) -> str:
    """Reason in an error body, in one line: `detail` as text or as a list of complaints, else the title."""
    if not isinstance(body, Mapping):
        return ""
    text = body.get("detail") or body.get("error_description") or body.get("title") or body.get("error") or ""
    if isinstance(text, list):
        text = "; ".join(_complaint(item) for item in text)
    return plain(" ".join(str(text).split()), LONGEST_DETAIL)


def body_of(response: httpx.Response) -> Any:
    """JSON body of an error answer; None for any other body."""
    try:
        return parse(response.content)
    except ValueError:
        return None


def _json(response: httpx.Response, endpoint: Endpoint) -> Any:
    try:
        return parse(response.content)
    except ValueError as error:
        _raise_if_web_page(response)
        raise AskAgain(
            f"Oura's answer for {endpoint.name} is not JSON ({len(response.content)} bytes)", "run it again later"
        ) from error


def _raise_passing_trouble(response: httpx.Response, endpoint: Endpoint, now: datetime) -> None:
    status = response.status_code
    if status == THROTTLED:
        raise AskAgain(
            f"Oura limits the rate of requests (429) and did not give {endpoint.name}",
            "run it again later",
            wait_s=_retry_after(response, now),
            is_throttled=True,
        )
    if status == TIMED_OUT or status >= SERVER_ERROR:
        raise AskAgain(
            f"Oura answered {status} {plain(response.reason_phrase)} for {endpoint.name}",
            "run it again later",
            wait_s=_retry_after(response, now),
        )


def _raise_if_web_page(response: httpx.Response) -> None:
    """Raise SourceUnavailable for a web page, which a network's login, a proxy or a firewall sends instead of Oura.

    It goes away by itself or by a setting, never within seconds, so that the request is not repeated now. It is no
    refusal of the provider: as a refusal it would cost a refresh token (401) or make a tombstone (404).
    """
    if 300 <= response.status_code < 400 or response.content.lstrip()[:1] == b"<":
        raise SourceUnavailable(
            f"{response.url.host} answered with a web page instead of JSON (status {response.status_code})",
            "log in to the network or check OURA_API_BASE_URL, then run it again",
        )


def _raise_refusal(response: httpx.Response, endpoint: Endpoint, *, is_list: bool) -> None:
    body, status = body_of(response), response.status_code
    match status:
        case 401:
            raise _unauthorized(body, endpoint)
        case 403:
            raise MembershipLapsed(
                f"Oura does not share {endpoint.name} (403{_in_brackets(body)})",
                "renew the membership, or share this data in the Oura app",
            )
        case 404 | 410 if is_list:
            raise CollectionAbsent(
                f"Oura has no collection {endpoint.name} ({status})",
                "what is stored of it stays. Update this program; "
                "where Oura removed it, this ends no run with an error after two weeks",
            )
        case 404 if isinstance(body, dict):
            raise DocumentMissing(f"Oura has no such document of {endpoint.name} (404)")
        case 426:
            raise SourceRefused(
                f"Oura gives {endpoint.name} only to a newer app on the phone (426{_in_brackets(body)})",
                "update the Oura app there, open it once, and run it again",
            )
    raise SourceRefused(
        f"Oura refused the request for {endpoint.name} ({status}{_in_brackets(body)})",
        "check the days asked for, and update this program",
    )


def _unauthorized(body: Any, endpoint: Endpoint) -> ScopeMissing | Unauthorized:
    """Error for a 401: only the body tells a missing scope from an expired token."""
    named = SCOPE.search(detail(body))
    if named or (isinstance(body, Mapping) and body.get("title") == MISSING_SCOPES):
        scope = named[1] if named else endpoint.scope
        return ScopeMissing(
            f"The token may not read {endpoint.name}: the scope '{scope}' was not granted",
            "run `oura-lake connect` and tick it",
        )
    return Unauthorized("Oura does not accept the access token (401)", "run `oura-lake connect`")


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds of the Retry-After header, as a number or as a date; None where it has neither."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text) if len(text) <= LONGEST_SECONDS else None
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    except (ValueError, ArithmeticError):  # a year of 20 digits, an offset that leaves the calendar
        return None


def _complaint(item: Any) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    loc = item.get("loc")
    place = ".".join(map(str, loc)) if isinstance(loc, list) else ""
    return f"{place}: {item.get('msg', '')}" if place else str(item.get("msg", ""))


def _in_brackets(body: Any) -> str:
    text = detail(body)
    return f": {text}" if text else ""


def _misshapen(endpoint: Endpoint) -> SourceRefused:
    return SourceRefused(
        f"Oura's answer for {endpoint.name} has another shape than its documents",
        "nothing of it was stored, update this program",
    )
