"""Status of one person's lake: freshness, completeness, gaps and errors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import Precision, labels_of, precision_of
from oura_lake.alerts.ledger import stored_entries as ledger_of
from oura_lake.analyses.data_readiness import Readiness, readiness_of
from oura_lake.analyses.model import QUESTIONS, Analysis, PersonDay
from oura_lake.lake.keys import checked_person
from oura_lake.lake.schema_version import Outdated, outdated
from oura_lake.lake.store import Store
from oura_lake.ledger.drift import read_drift
from oura_lake.ledger.gaps import NOT_SYNCED_YET, Gap, Missing, find_gaps, missing
from oura_lake.ledger.request_log import Asked
from oura_lake.ledger.token_status import broken
from oura_lake.monitoring.completeness import known_of
from oura_lake.monitoring.feedback import said
from oura_lake.monitoring.findings import verdicts_of
from oura_lake.monitoring.notices import open_notices
from oura_lake.monitoring.run import days_of, told_of
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.registry import plugins
from oura_lake.sources.lake import ENDPOINTS as OWN
from oura_lake.sources.model import Endpoint, Window
from oura_lake.sources.oura import ENDPOINTS

HELD = "SELECT collection, n_records, first_day, last_day FROM coverage WHERE person = '{person}'"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What the lake holds of one collection; `says` is what there is to say beside the numbers."""

    collection: str
    n_records: int
    first_day: date | None
    last_day: date | None
    n_days_missing: int | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Condition:
    """All that the lake itself knows of one person."""

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
    """Look at one person's lake; raises QueryFailed and StoreError."""
    person = configured.name
    known = known_of(engine, store, person, now, zone)
    today = known.today
    gaps = [gap for gap in find_gaps(known, ENDPOINTS) if gap.day < today]  # today is not over
    held = {row["collection"]: row for row in engine.query(HELD.format(person=checked_person(person))).dicts()}
    days = days_of(engine, person)
    verdicts = verdicts_of(store, configured, days)
    return Condition(
        person=person,
        today=today,
        newest_day=known.newest_day,
        token_broken_since=noted.since.isoformat() if (noted := broken(store, person)) else None,
        holdings=[_holding(e, held.get(e.name, {}), known.asked.get(e.name), gaps) for e in ENDPOINTS],
        missing=missing(gaps),
        errors=list(_errors(known.asked.items())),
        notices=open_notices(store, person),
        standing=[
            readiness_of(plugins(QUESTIONS, Analysis)[kind], verdicts[kind], days, today)
            for kind in told_of(configured)
        ],
        precision=list(_precision(store, person, days)),
        drift=[seen.sentence for seen in read_drift(store, person)],
        outdated=outdated(store, (*ENDPOINTS, *OWN), person),
    )


def _precision(store: Store, person: str, days: Sequence[PersonDay]) -> Iterator[Precision]:
    """How often each kind that the person was told of was right."""
    ledgers = {
        kind: [e.alert for e in ledger_of(store, person, kind) if e.sent_at] for kind in plugins(ALERT_KINDS, AlertKind)
    }
    told = {kind: episodes for kind, episodes in ledgers.items() if episodes}
    spoken = said(store, person)
    for kind, episodes in told.items():
        yield precision_of(kind, episodes, labels_of(episodes, days, spoken))


def _holding(endpoint: Endpoint, held: dict[str, Any], asked: Asked | None, gaps: Iterable[Gap]) -> Holding:
    lacking = {gap.day for gap in gaps if gap.collection == endpoint.name and gap.state != NOT_SYNCED_YET}
    return Holding(
        collection=endpoint.name,
        n_records=int(held.get("n_records", 0)),
        first_day=held.get("first_day"),
        last_day=held.get("last_day"),
        n_days_missing=len(lacking) if endpoint.is_daily and endpoint.window is not Window.NONE and held else None,
        says=_says(asked, bool(held)),
    )


def _says(asked: Asked | None, has_records: bool) -> str:
    if asked and asked.is_refused and asked.trouble:
        return asked.trouble.state
    if has_records:
        return ""
    return "nothing_recorded" if asked else "not_asked"


def _errors(asked: Iterable[tuple[str, Asked]]) -> Iterator[dict[str, Any]]:
    """The latest trouble of each collection, those that are not over first; several of the same words as one."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for collection, known in asked:
        if (trouble := known.trouble) is not None:
            moments = trouble.since.isoformat(), trouble.until.isoformat() if trouble.until else None
            found.setdefault((trouble.state, *moments), []).append(collection)
    says = {(t.state, t.since.isoformat()): t.says for _, known in asked if (t := known.trouble)}
    newest_first = sorted(found.items(), key=lambda item: item[0][1], reverse=True)
    for (state, since, until), collections in sorted(newest_first, key=lambda item: item[0][2] is not None):
        yield {
            "state": state,
            "since": since,
            "until": until,
            "collections": sorted(collections),
            "says": says[state, since],
        }
