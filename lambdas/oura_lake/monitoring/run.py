"""One monitoring run: from `person_day` to findings, alerts and messages.

Every analysis of the folder runs; its changed findings land in a table of the lake. For each alert of the folder the
ledger decides what is news, and the run sends only the messages that it could claim (delivery.py).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake.alerts.decision import TERMINAL, Moment
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.model import Message
from oura_lake.alerts.quiet_hours import is_quiet, where
from oura_lake.analyses.model import COLUMNS, ILLNESS, Finding, PersonDay, person_days
from oura_lake.errors import caught
from oura_lake.lake.documents import Table, land
from oura_lake.lake.keys import checked_person
from oura_lake.lake.store import Store
from oura_lake.monitoring.delivery import AlertRun, Send
from oura_lake.monitoring.findings import facts_of
from oura_lake.monitoring.findings import verdicts as verdicts_by
from oura_lake.monitoring.judged import (
    Judged,
    code_digest,
    digest_of_entries,
    digests_of,
    judged_of,
    not_landed,
    note_judged,
    outcome_of,
)
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Result of a run in counts, without a measurement; `messages` are those this run claimed.

    `last_day` is the newest of the days; None without any.
    """

    n_days: int = 0
    last_day: date | None = None
    n_findings_written: int = 0
    n_alerts_changed: int = 0
    n_sent: int = 0
    messages: list[Message] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Collect the counts for the log."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


def watch(
    engine: Engine, store: Store, person: Person, reason: str, now: datetime, ways: Mapping[str, Send] | None
) -> Watched:
    """Judge one person's days and send the news; raises QueryFailed, StoreError and MessageNotSent.

    `now` is UTC. Without `ways` the messages are only returned, and the ledger marks them "shown".
    """
    days = days_of(engine, person.name)
    moment = Moment(
        now=now,
        today=now.astimezone(ZoneInfo(person.timezone)).date(),
        reason=reason,
        ways=(TERMINAL,) if ways is None else tuple(w for w in person.ways if w.name in ways),
        is_quiet=ways is not None and is_quiet(now, person.quiet_hours, days, ZoneInfo(person.timezone)),
        hour=now.astimezone(where(days, ZoneInfo(person.timezone))).hour,
    )
    changed, messages, before, conditions = 0, list[Message](), judged_of(store, person.name), kinds_for(person)
    facts = facts_of(store, person, days)
    months = digests_of(person, days, facts)
    verdicts = cache(partial(verdicts_by, days, person.illness_alerts_a_month, facts))
    outcomes, written = before.outcomes_of(months, conditions), 0
    if outcomes is None:
        findings = not_landed(verdicts(), months, before.landed)
        written = _land_findings(_table(store, person, "findings"), findings, moment)
        outcomes = {name: outcome_of(kind, verdicts()[name], verdicts()[ILLNESS]) for name, kind in conditions.items()}
    alerts = _table(store, person, "alerts")
    run = AlertRun(store=store, person=person, moment=moment, ways=ways or {}, table=alerts, days=days)
    for kind, condition in conditions.items():
        n_changed, sent = run.deliver(condition, outcomes[kind], partial(_counted, condition, verdicts))
        changed, messages = changed + n_changed, messages + sent
    run.send_to_programs()
    entries = digest_of_entries(run.entries)
    if entries != before.alerts:
        run.land_entries()
    if (after := Judged(months=months, alerts=entries, code=code_digest(), outcomes=outcomes)) != before:
        note_judged(store, person.name, after)
    run.raise_failures()
    return Watched(
        n_days=len(days),
        last_day=days[-1].day if days else None,
        n_findings_written=written,
        n_alerts_changed=changed,
        n_sent=len(messages) if ways is not None else 0,
        messages=messages,
    )


def _counted(kind: AlertKind, verdicts: Callable[[], Mapping[str, list[Finding]]]) -> list[Finding]:
    """Select the findings of a kind, without the alerts that an illness explains."""
    return kind.unexplained(verdicts()[kind.name], verdicts()[ILLNESS])


def days_of(engine: Engine, person: str) -> list[PersonDay]:
    """Query all days of a person for the analyses, oldest first; raises QueryFailed."""
    columns = ", ".join("CAST(tags AS JSON) AS tags" if name == "tags" else name for name in COLUMNS)
    sql = f"SELECT {columns} FROM person_day WHERE person = '{checked_person(person)}' ORDER BY day"
    return person_days(engine.query(sql).dicts())


def each_of(names: Sequence[str], judged: Callable[[str], dict[str, int]]) -> dict[str, int]:
    """Sum the counts of several persons; the failure of one is raised after the others have run."""
    counts: Counter[str] = Counter()
    failures: list[Exception] = []
    for name in names:
        with caught() as found:
            counts.update(judged(name))
        if found.error:
            failures.append(found.error)
    if len(failures) > 1:
        raise ExceptionGroup("The days of several persons could not be judged.", failures)
    if failures:
        raise failures[0]
    return dict(counts)


def kinds_for(person: Person) -> dict[str, AlertKind]:
    """Kinds of alert that a person receives, the one without a message budget first."""
    chosen = {
        k: a
        for k, a in plugins(ALERT_KINDS, AlertKind).items()
        if (a.is_on if person.alerts is None else k in person.alerts)
    }
    return dict(sorted(chosen.items(), key=lambda item: (not item[1].is_first, item[0])))


def _table(store: Store, person: Person, name: str) -> Table:
    """One of the lake's own tables."""
    return Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person=person.name)


def _land_findings(table: Table, findings: Sequence[Finding], moment: Moment) -> int:
    landed = land(table, [_finding_document(f) for f in findings], moment.now, moment.reason)
    return landed.n_new + landed.n_revised


def _finding_document(finding: Finding) -> dict[str, Any]:
    lists = {"drivers": [{**vars(d)} for d in finding.drivers], "confounders": list(finding.confounders)}
    return {"id": f"{finding.kind}-{finding.day}", **vars(finding), **lists, "day": finding.day.isoformat()}
