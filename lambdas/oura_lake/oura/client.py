"""Client of Oura's API: every page of a collection, or an error with advice.

Threads may share one client: at most `concurrency` requests are in flight, and all threads wait after
a 429 that one of them gets. No token appears in a page, an error or a log.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from oura_lake.contract import Env
from oura_lake.errors import SettingsWrong, SourceRefused, SourceUnavailable
from oura_lake.oura import outbound, responses
from oura_lake.oura.connection_settings import address
from oura_lake.oura.rate_limit import Pace, Pause
from oura_lake.oura.responses import AskAgain, Unauthorized
from oura_lake.oura.tokens import TokenProvider
from oura_lake.settings import bare
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import API_BASE_URL

COLLECTIONS = "/v2/usercollection/"
DOT_SEGMENTS = (".", "..")  # an id of this kind would change the path
API_PATH = re.compile(r"/v2(/|$)")
MOST_PAGES = 1000  # of one request; 30 days of heart rate are about 40
ENDS_WITHIN_S = 1.0  # for requests under way when a client is closed


@dataclass(frozen=True)
class Page:
    """One answer: its rows, the path and query that it answers, and the time of its arrival (UTC)."""

    rows: list[dict[str, Any]]
    request: str
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """The attempts after a temporary failure, and the waits between; in a Lambda, `run_s` is below its time limit."""

    attempts: int = 6
    first_backoff_s: float = 0.5
    longest_backoff_s: float = 20.0
    longest_pause_s: float = 300.0  # Oura's limit counts requests in 5 minutes
    run_s: float = float("inf")


class Unreached(AskAgain):
    """There was no connection at all, so that any other collection would fail too."""


@dataclass(kw_only=True, eq=False)
class OuraClient:
    """Oura's API v2 for the owner of the token; close it or use it in a `with`."""

    tokens: TokenProvider
    base_url: str = API_BASE_URL
    concurrency: int = 6
    retry_policy: RetryPolicy = RetryPolicy()
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], object] | None = None  # None: wait, and end the wait when the client is closed
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self._http = outbound.client(checked_url(self.base_url), transport=self.transport, n_at_once=self.concurrency)
        self._in_flight = threading.BoundedSemaphore(self.concurrency)
        self._closing = threading.Event()
        self._sleep = self.sleep or self._closing.wait
        self._pause = Pause(self._sleep, self.monotonic)
        self._pace = Pace(self.monotonic)
        self._is_offline = False
        self._stop_at = self.monotonic() + self.retry_policy.run_s

    def __enter__(self) -> "OuraClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Wake the threads that wait for another attempt, and close the connections.

        Requests under way may end first, for a moment: a connection made while the others close would stay open.
        """
        self._closing.set()
        deadline = time.monotonic() + ENDS_WITHIN_S
        n_free = sum(
            self._in_flight.acquire(timeout=max(0.0, deadline - time.monotonic())) for _ in range(self.concurrency)
        )
        self._http.close()
        if n_free:
            self._in_flight.release(n_free)

    def pages(self, endpoint: Endpoint, params: Mapping[str, str]) -> Iterator[Page]:
        """Every page of a collection for these parameters, oldest first; raises SourceError.

        A follow-up carries `next_token` alone: some routes refuse the window beside it.
        """
        history = _PageHistory(endpoint)
        query: Mapping[str, str] = params
        while True:
            request = _request(f"{COLLECTIONS}{endpoint.collection}", query)
            rows, token = responses.envelope(endpoint, self._ask(endpoint, request))
            history.check(rows, token)
            yield Page(rows, request, self.clock())
            if token is None:
                return
            query = {"next_token": token}

    def document(self, endpoint: Endpoint, document_id: str) -> dict[str, Any]:
        """One document by its id; raises DocumentMissing where Oura says that there is none."""
        if document_id in DOT_SEGMENTS or not document_id.isprintable():
            raise SourceRefused(f"No document of {endpoint.name} can have the id {document_id!a}", "report it")
        path = f"{COLLECTIONS}{endpoint.collection}/{quote(document_id, safe='')}"
        return responses.document(endpoint, self._ask(endpoint, path, is_list=False))

    def _ask(self, endpoint: Endpoint, request: str, *, is_list: bool = True) -> Any:
        """JSON body, after the attempts of the retry policy and at most one refresh of the token."""
        attempt, is_renewed = 1, False
        while True:
            token = self.tokens.access_token()
            try:
                return responses.read(self._ask_once(endpoint, request, token), endpoint, self.clock(), is_list=is_list)
            except AskAgain as trouble:
                self._wait(trouble, attempt)
                attempt += 1
            except Unauthorized:
                if is_renewed:
                    raise
                is_renewed = bool(self.tokens.refresh(token))

    def _ask_once(self, endpoint: Endpoint, request: str, token: str) -> httpx.Response:
        if not (token.isascii() and token.isprintable()):
            raise Unauthorized("The access token holds characters that no token has", "run `oura-lake connect`")
        with self._in_flight:
            self._keep_pace(endpoint)
            self._pause.wait()
            if self._closing.is_set():
                raise SourceUnavailable(f"The run ended before {endpoint.name} was asked for", "run it again")
            try:
                response = self._fetch(request, {"Authorization": f"Bearer {token}"})
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise self._unreached(endpoint, error) from error
            except outbound.TooLarge as error:
                raise SourceRefused(
                    f"Oura's answer for {endpoint.name} is {error}", "nothing of it was stored, ask for fewer days"
                ) from error
        self._is_offline = False
        return response

    def _fetch(self, request: str, headers: Mapping[str, str]) -> httpx.Response:
        """Whole answer, within the time of an answer and the remaining time of the run."""
        seconds = min(outbound.ANSWER_S, max(1.0, self._stop_at - self.monotonic()))
        return outbound.fetch(self._http, "GET", request, headers=headers, seconds=seconds)

    def _keep_pace(self, endpoint: Endpoint) -> None:
        """Wait for this request's turn within the provider's limit; raises SourceUnavailable if the run ends before."""
        seconds = self._pace.turn_in()
        if self.monotonic() + seconds > self._stop_at:
            raise SourceUnavailable(f"Oura's rate limit is used up before {endpoint.name}", "run it again in 5 minutes")
        if seconds > 0:
            self._sleep(seconds)

    def _wait(self, trouble: AskAgain, attempt: int) -> None:
        """Wait before the next attempt; raises where there is none, or the wait is longer than the policy allows."""
        seconds = self._backoff(attempt) if trouble.wait_s is None else trouble.wait_s
        is_unreached = isinstance(trouble, Unreached)
        if attempt >= self.retry_policy.attempts or (is_unreached and self._is_offline):
            self._is_offline = is_unreached  # then the next request is not repeated
            raise trouble
        if seconds > self.retry_policy.longest_pause_s or self.monotonic() + seconds > self._stop_at:
            raise SourceUnavailable(trouble.problem, f"run it again in {seconds:.0f} s") from trouble
        if trouble.is_throttled:
            self._pause.extend(seconds)
        else:
            self._sleep(seconds)

    def _backoff(self, attempt: int) -> float:
        """Wait with full jitter: any time up to the doubled bound, so that the threads spread."""
        bound: float = min(self.retry_policy.longest_backoff_s, self.retry_policy.first_backoff_s * 2 ** (attempt - 1))
        return bound * self.jitter()

    def _unreached(self, endpoint: Endpoint, error: httpx.RequestError) -> AskAgain:
        host = self._http.base_url.host
        cause = str(error) or type(error).__name__
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return Unreached(f"Could not reach {host}: {cause}", "check the connection and run it again")
        return AskAgain(f"{host} did not finish its answer for {endpoint.name} ({cause})", "run it again later")


class _PageHistory:
    """The pages of one request so far, to notice a provider that repeats itself."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._tokens: set[str | None] = set()
        self._pages: set[str] = set()
        self._n_pages = 0

    def check(self, rows: list[dict[str, Any]], token: str | None) -> None:
        """Raise SourceRefused for a repeated token or page, or for too many pages.

        A page is recognised by its ends and its length; no two correct pages share both ends.
        """
        page = repr((rows[0], rows[-1], len(rows))) if rows else ""
        self._n_pages += 1
        if (page and page in self._pages) or token in self._tokens or self._n_pages > MOST_PAGES:
            raise SourceRefused(
                f"Oura repeated a page of {self._endpoint.name} for ever",
                "nothing is lost, ask for fewer days or run it again later",
            )
        self._pages.add(page)
        self._tokens.add(token)


def checked_url(text: str) -> httpx.URL:
    """Parse the base URL that requests go to; raises SettingsWrong."""
    url = address(bare(text), Env.API_BASE_URL, API_BASE_URL)
    if API_PATH.search(url.path):
        raise SettingsWrong(
            f"{text!r} holds the path of the API, which is added to it",
            f"set OURA_API_BASE_URL to the part before /v2, such as {API_BASE_URL}",
        )
    return url


def _request(path: str, query: Mapping[str, str]) -> str:
    """Path and query; a `+` of an offset is sent as %2B."""
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path
