"""Status of one person's lake: freshness, completeness, gaps and errors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import Precision, labels_of, precision_of
from oura_lake.alerts.ledger import stored_entries as ledger_of
from oura_lake.analyses.data_readiness import Course, Readiness, course_of, readiness
from oura_lake.analyses.model import QUESTIONS, Analysis, PersonDay
from oura_lake.lake.schema_version import Outdated, outdated
from oura_lake.lake.store import Store
from oura_lake.ledger.drift import read_drift
from oura_lake.ledger.gaps import NOT_SYNCED_YET, Gap, Missing, find_gaps, missing
from oura_lake.ledger.request_log import RequestLog
from oura_lake.ledger.token_status import broken
from oura_lake.monitoring.completeness import Extent, extents_of, known_of, record_days
from oura_lake.monitoring.feedback import feedback_labels
from oura_lake.monitoring.findings import facts_of, verdicts_of
from oura_lake.monitoring.judged import digests_of, judged_of
from oura_lake.monitoring.notices import open_notices
from oura_lake.monitoring.run import days_of, kinds_for
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.registry import plugins
from oura_lake.sources.lake import ENDPOINTS as OWN
from oura_lake.sources.model import Endpoint, Window
from oura_lake.sources.oura import ENDPOINTS


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Holding of one collection; `says` is a remark beside the numbers."""

    collection: str
    n_records: int
    first_day: date | None
    last_day: date | None
    n_days_missing: int | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Condition:
    """State of one person's lake."""

    person: str
    today: date
    newest_day: date | None
    token_broken_since: str | None
    holdings: list[Holding]
    missing: list[Missing]
    errors: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    drift: list[str]
    standing: list[Readiness]
    precision: list[Precision]
    outdated: list[Outdated]


def condition_of(engine: Engine, store: Store, configured: Person, now: datetime, zone: tzinfo) -> Condition:
    """Read the state of one person's lake; raises QueryFailed and StoreError."""
    person = configured.name
    records = record_days(engine, person)
    known = known_of(engine, store, person, now, zone, records)
    today, extents = known.today, extents_of(records)
    gaps = [gap for gap in find_gaps(known, ENDPOINTS) if gap.day < today]  # today is not over
    days = days_of(engine, person)
    return Condition(
        person=person,
        today=today,
        newest_day=known.newest_day,
        token_broken_since=noted.since.isoformat() if (noted := broken(store, person)) else None,
        holdings=[_holding(e, extents.get(e.name), known.requests.get(e.name), gaps) for e in ENDPOINTS],
        missing=missing(gaps),
        errors=list(_errors(known.requests.items())),
        notices=open_notices(store, person),
        standing=[
            readiness(plugins(QUESTIONS, Analysis)[kind], course, days, today)
            for kind, course in _courses(store, configured, days).items()
        ],
        precision=list(_precision(store, person, days)),
        drift=[seen.sentence for seen in read_drift(store, person)],
        outdated=outdated(store, (*ENDPOINTS, *OWN), person),
    )


def _courses(store: Store, person: Person, days: Sequence[PersonDay]) -> dict[str, Course | None]:
    """Course of each kind that is on: from the note of the last run, judged anew where the days differ from its."""
    kinds = kinds_for(person)
    months = digests_of(person, days, facts_of(store, person, days))
    if (outcomes := judged_of(store, person.name).outcomes_of(months, kinds)) is not None:
        return {kind: outcomes[kind].course for kind in kinds}
    verdicts = verdicts_of(store, person, days, kinds)
    return {kind: course_of(plugins(QUESTIONS, Analysis)[kind], verdicts[kind]) for kind in kinds}


def _precision(store: Store, person: str, days: Sequence[PersonDay]) -> Iterator[Precision]:
    """Precision of each kind of alert that the person received."""
    ledgers = {
        kind: [e.alert for e in ledger_of(store, person, kind) if e.sent_at] for kind in plugins(ALERT_KINDS, AlertKind)
    }
    sent = {kind: episodes for kind, episodes in ledgers.items() if episodes}
    spoken = feedback_labels(store, person)
    for kind, episodes in sent.items():
        yield precision_of(kind, episodes, labels_of(episodes, days, spoken))


def _holding(endpoint: Endpoint, stored: Extent | None, log: RequestLog | None, gaps: Iterable[Gap]) -> Holding:
    lacking = {gap.day for gap in gaps if gap.collection == endpoint.name and gap.state != NOT_SYNCED_YET}
    return Holding(
        collection=endpoint.name,
        n_records=stored.n_records if stored else 0,
        first_day=stored.first_day if stored else None,
        last_day=stored.last_day if stored else None,
        n_days_missing=len(lacking) if endpoint.is_daily and endpoint.window is not Window.NONE and stored else None,
        says=_remark(log, bool(stored)),
    )


def _remark(log: RequestLog | None, has_records: bool) -> str:
    if log and log.is_refused and log.trouble:
        return log.trouble.state
    if has_records:
        return ""
    return "nothing_recorded" if log else "not_asked"


def _errors(logs: Iterable[tuple[str, RequestLog]]) -> Iterator[dict[str, Any]]:
    """Latest trouble of each collection, those that are not over first; equal ones are joined."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for collection, known in logs:
        if (trouble := known.trouble) is not None:
            moments = trouble.since.isoformat(), trouble.until.isoformat() if trouble.until else None
            found.setdefault((trouble.state, *moments), []).append(collection)
    texts = {(t.state, t.since.isoformat()): t.text for _, known in logs if (t := known.trouble)}
    newest_first = sorted(found.items(), key=lambda item: item[0][1], reverse=True)
    for (state, since, until), collections in sorted(newest_first, key=lambda item: item[0][2] is not None):
        yield {
            "state": state,
            "since": since,
            "until": until,
            "collections": sorted(collections),
            "says": texts[state, since],
        }
