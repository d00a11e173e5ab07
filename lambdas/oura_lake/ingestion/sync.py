"""One sync: a person's records from the provider into the lake.

Requests go out concurrently; their answers are landed in the order of the plan, one partition at a time, so that a year
of heart rate is never in memory at once. The error of a collection is part of its outcome and does not stop the others,
whatever its kind (tests/unit/lake/test_any_value.py).
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Protocol

from oura_lake.errors import CollectionAbsent, SourceRefused, TokenRejected
from oura_lake.ingestion.deletions import ask_for
from oura_lake.ingestion.outcome import Outcome, recorded_in
from oura_lake.lake.documents import Landed, Table, is_placeable, land, mark_moved
from oura_lake.lake.request_plan import Days, Request, newest_possible_day, plan
from oura_lake.lake.rows import Row, typed_key
from oura_lake.lake.store import Store
from oura_lake.lake.timeseries import SeriesPage, land_series
from oura_lake.ledger.drift import note_drift
from oura_lake.ledger.request_log import note_requests, read_request_log
from oura_lake.sources.model import Endpoint, Period, Source

CONCURRENCY = 4
AHEAD = 8  # requests under way or waiting to land: no worker idles while a month lands; bounds the memory


class Page(Protocol):
    """One page of an answer."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Records of the page, unchanged."""

    @property
    def request(self) -> str:
        """Path and query, without a token."""

    @property
    def fetched_at(self) -> datetime:
        """Moment of the answer, aware, UTC."""


class Client(Protocol):
    """Client of the provider."""

    def pages(self, endpoint: Endpoint, params: Any) -> Iterable[Page]:
        """All pages of an answer; raises SourceError."""

    def document(self, endpoint: Endpoint, document_id: str) -> dict[str, Any]:
        """One document; raises DocumentMissing."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """The parts of one run that every step needs; `is_thorough`: a run before it may have died midway.

    `account_since`: moment since which the token's account is the person's; None: it always was.
    """

    client: Client
    store: Store
    source: Source
    person: str
    window: Days
    is_thorough: bool = False
    account_since: datetime | None = None

    def may_add_tombstone(self, row: Row) -> bool:
        """Whether a stored row comes from the token's account, so that an answer without it means a deletion."""
        since = self.account_since
        return since is None or row["fetched_at"] >= since.astimezone(UTC).replace(tzinfo=None)

    def table(self, endpoint: Endpoint) -> Table:
        """Table of an endpoint of the person."""
        return Table(
            store=self.store,
            source=self.source.name,
            endpoint=endpoint,
            person=self.person,
            is_thorough=self.is_thorough,
        )


def ingest(
    run: Run,
    endpoints: Sequence[Endpoint],
    on_landed: Callable[[Outcome, int, int], None] = lambda outcome, done, total: None,
) -> list[Outcome]:
    """Fetch and land these collections; one outcome each, in their order.

    `on_landed(outcome, done, total)` is called after each partition. Raises TokenRejected, since then
    no collection can be read.
    """
    outcomes = {e.name: Outcome(endpoint=e) for e in endpoints}
    days = run.window
    groups = [g for e in endpoints for g in _groups(plan(e, days.first_of(e), days.last, days.zone))]
    with _workers() as pool:
        for done, (group, answers) in enumerate(_fetched(pool, run, groups, outcomes), start=1):
            outcome = outcomes[group[0].endpoint.name]
            _land_group(run, group, answers, outcome)
            on_landed(outcome, done, len(groups))
    _merge_absences(outcomes.values())
    _note(run, outcomes.values())
    return list(outcomes.values())


def _merge_absences(outcomes: Collection[Outcome]) -> None:
    """If every collection is absent, the address is wrong: replace their errors by one."""
    if len(outcomes) > 1 and all(isinstance(outcome.error, CollectionAbsent) for outcome in outcomes):
        wrong = SourceRefused("Oura has none of the collections at this address (404)", "check OURA_API_BASE_URL")
        for outcome in outcomes:
            outcome.error = wrong


def _note(run: Run, outcomes: Collection[Outcome]) -> None:
    """Note the requests and the drift in the ledger."""
    note_requests(run.store, run.person, run.window, {outcome.endpoint: outcome.error for outcome in outcomes})
    if absent := [outcome for outcome in outcomes if isinstance(outcome.error, CollectionAbsent)]:
        log = read_request_log(run.store, run.person)
        for outcome in absent:
            outcome.is_removed = log[outcome.endpoint.name].is_removed(run.window.now)
    note_drift(run.store, run.person, run.window, {o.endpoint.name: o.landed.drift for o in outcomes})


@contextmanager
def _workers() -> Iterator[ThreadPoolExecutor]:
    """Threads without a wait for them after an early end of the run; closing the client wakes sleeping ones."""
    pool = ThreadPoolExecutor(CONCURRENCY)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


Group = list[Request]
Answer = list[Page]


def _groups(requests: Iterable[Request]) -> Iterator[Group]:
    """Group the requests that fill the same partition."""
    return (list(group) for _, group in groupby(requests, key=lambda r: r.period))


def _fetched(
    pool: ThreadPoolExecutor, run: Run, groups: list[Group], outcomes: dict[str, Outcome]
) -> Iterator[tuple[Group, list[Future[Answer]]]]:
    """Yield each group with its answers under way, at most `AHEAD` requests ahead."""
    waiting: deque[tuple[Group, list[Future[Answer]]]] = deque()
    for group in groups:
        waiting.append((group, [pool.submit(_answer, run, request, outcomes) for request in group]))
        while sum(len(futures) for _, futures in waiting) > AHEAD:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _answer(run: Run, request: Request, outcomes: dict[str, Outcome]) -> Answer:
    """Fetch all pages of a request; none after a refusal of its collection, which would be repeated."""
    if outcomes[request.endpoint.name].error:
        return []
    return list(run.client.pages(request.endpoint, request.params))


def _land_group(run: Run, group: Group, futures: list[Future[Answer]], outcome: Outcome) -> None:
    """Land the answers for a partition; a failed request leaves its days for the next run."""
    answers: list[tuple[Request, Answer]] = []
    for request in group:
        with recorded_in(outcome, but=TokenRejected):
            answers.append((request, futures.pop(0).result()))  # popped, so that landed answers can be freed
    with recorded_in(outcome):
        _land_answers(run, answers, outcome)


def _land_answers(run: Run, answers: list[tuple[Request, Answer]], outcome: Outcome) -> None:
    endpoint, newest = outcome.endpoint, newest_possible_day(run.window.now)
    table = run.table(endpoint)
    pages = [_wanted(request, page, newest) for request, answer in answers for page in answer]
    if not pages:
        return
    if endpoint.is_series:
        outcome.landed.add(land_series(table, pages, newest_day=newest))
        return
    documents = [row for page in pages for row in page.rows]
    covered = _covered(run, endpoint, answers) if outcome.error is None else {}
    landed = land(table, documents, pages[0].fetched_at, pages[0].request, newest_day=newest, complete=covered)
    outcome.landed.add(landed)  # before more requests: their failure must not hide the objects written
    outcome.landed.add_objects(_follow_moves(run, table, documents, pages[0], answers[0][0].period))
    outcome.landed.add(ask_for(table, landed.missing, run.client.document, pages[0].fetched_at, newest))


def _covered(
    run: Run, endpoint: Endpoint, answers: list[tuple[Request, Answer]]
) -> dict[str, Callable[[dict[str, Any]], bool]]:
    """Find the stored rows that the answers must contain, since they are complete for their days."""
    if not endpoint.by_id or not endpoint.day or not answers:
        return {}
    requests = [request for request, _ in answers]

    def covers(row: Row) -> bool:
        return run.may_add_tombstone(row) and any(request.wants(_dated(endpoint, row)) for request in requests)

    return {requests[0].period: covers}


def _wanted(request: Request, page: Page, newest: date) -> SeriesPage:
    """Select the records of a page in the requested days, and those dated in the future."""
    rows = [row for row in page.rows if request.wants(row) or _is_future(request.endpoint, row, newest)]
    return SeriesPage(rows=rows, fetched_at=page.fetched_at, request=page.request)


def _is_future(endpoint: Endpoint, row: dict[str, Any], newest: date) -> bool:
    return str(row.get(endpoint.day or endpoint.instant) or "")[:10] > newest.isoformat()


def _follow_moves(run: Run, table: Table, documents: list[dict[str, Any]], page: Page, period: str) -> Landed:
    """Write tombstones in the neighbouring year for documents moved over new year, if the run requested it too."""
    landed = Landed()
    if not table.endpoint.by_id or table.endpoint.period is not Period.YEAR or not documents:
        return landed
    ids = {typed_key(table.endpoint, d) for d in documents if is_placeable(table.endpoint, d, None)}
    years = range(run.window.first_of(table.endpoint).year, run.window.last.year + 1)
    neighbours = {int(period) - 1, int(period) + 1} & set(years)
    for year in sorted(neighbours):
        landed.add(mark_moved(table, str(year), ids, page.fetched_at))
    return landed


def _dated(endpoint: Endpoint, row: dict[str, Any]) -> dict[str, Any]:
    day = endpoint.day or "day"
    return {day: row[day].isoformat()}
