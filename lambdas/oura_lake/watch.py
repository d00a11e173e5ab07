"""What do today's rows say, and who must hear of it? The run from `person_day` to findings, alerts, messages.

Each analysis of the folder is asked; its findings land as a table of the lake, only where they changed. For
each alert of the folder the ledger decides what is news, and only what this run could claim is sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from oura_lake import alerts, analyses
from oura_lake.alerts._decision import Moment, decide
from oura_lake.alerts._ledger import change, document, held
from oura_lake.alerts._model import FAILED, SENDING, SENT, SHOWN, Entry, Message
from oura_lake.analyses._model import COLUMNS, Finding, person_days
from oura_lake.engines._model import Engine
from oura_lake.errors import MessageNotSent
from oura_lake.lake.landing import Table, land
from oura_lake.lake.layout import checked_person
from oura_lake.lake.store import Store
from oura_lake.registry import entries
from oura_lake.settings import Person
from oura_lake.sources.lake import SOURCE

Send = Callable[[Message], None]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a run did, in counts that say nothing about the body; `messages` are those this run claimed."""

    n_days: int = 0
    n_findings_written: int = 0
    n_alerts_changed: int = 0
    n_sent: int = 0
    messages: list[Message] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """What may be logged."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One run over one person: where it reads and writes, when, why, and the way out (None: a terminal)."""

    store: Store
    person: Person
    moment: Moment
    send: Send | None

    def table(self, name: str) -> Table:
        """One of the lake's own tables."""
        return Table(store=self.store, source=SOURCE.name, endpoint=SOURCE.endpoint(name), person=self.person.name)


def watch(engine: Engine, store: Store, person: Person, reason: str, now: datetime, send: Send | None) -> Watched:
    """Judge one person's days and tell what is news; raises QueryFailed, StoreError and MessageNotSent.

    `now` is UTC. Without `send` the messages are only given back, and the ledger says "shown".
    """
    days = person_days(engine.query(_sql(person.name)).dicts())
    moment = Moment(now=now, today=now.astimezone(ZoneInfo(person.timezone)).date(), reason=reason)
    run = Watch(store=store, person=person, moment=moment, send=send)
    written = changed = 0
    messages: list[Message] = []
    conditions = entries(alerts)
    for kind, analysis in entries(analyses).items():
        findings: list[Finding] = analysis.analyse(days)
        written += _land_findings(run, findings)
        if kind in conditions:
            n_changed, told = _tell(run, conditions[kind], findings)
            changed, messages = changed + n_changed, messages + told
    return Watched(
        n_days=len(days), n_findings_written=written, n_alerts_changed=changed,
        n_sent=len(messages) if send else 0, messages=messages,
    )


def _sql(person: str) -> str:
    return f"SELECT {', '.join(COLUMNS)} FROM person_day WHERE person = '{checked_person(person)}'"


def _land_findings(run: Watch, findings: Sequence[Finding]) -> int:
    landed = land(run.table("findings"), [_finding_document(f) for f in findings], run.moment.now, run.moment.reason)
    return landed.n_new + landed.n_revised


def _finding_document(finding: Finding) -> dict[str, Any]:
    flat = asdict(finding)
    lists = {"drivers": list(flat["drivers"]), "confounders": list(finding.confounders)}
    return {"id": f"{finding.kind}-{finding.day}", **flat, **lists, "day": finding.day.isoformat()}


def _tell(run: Watch, alert: ModuleType, findings: Sequence[Finding]) -> tuple[int, list[Message]]:
    """Claim what is news and send it; returns the number of entries changed and the messages sent."""
    found = alert.evaluate(findings)
    changed = change(run.store, run.person.name, alert.KIND, lambda before: decide(found, before, run.moment))
    claimed = [e for e in changed if e.status == SENDING and e.claimed_at == run.moment.now]
    messages = [alert.message(e.alert, findings, run.person.numbers_in_messages) for e in claimed]
    for entry, message in zip(claimed, messages, strict=True):
        _deliver(run, entry, message)
    _land_ledger(run, alert.KIND)
    return len(changed), messages


def _deliver(run: Watch, entry: Entry, message: Message) -> None:
    if run.send is None:
        _mark(run, entry, SHOWN, message)
        return
    try:
        run.send(message)
    except MessageNotSent:
        _mark(run, entry, FAILED, message)
        raise
    _mark(run, entry, SENT, message)


def _mark(run: Watch, entry: Entry, status: str, message: Message) -> None:
    """Write down what became of a claim; what the episode grew to meanwhile stays."""
    sent_at = None if status == FAILED else run.moment.now

    def marked(before: Sequence[Entry]) -> list[Entry]:
        claim = next(e for e in before if e.id == entry.id)
        return [replace(claim, status=status, sent_at=sent_at, subject=message.subject, message=message.body)]

    change(run.store, run.person.name, entry.alert.kind, marked)


def _land_ledger(run: Watch, kind: str) -> None:
    """Bring the whole ledger into the table `alerts`: what a crash kept out of it is made up for."""
    documents = [document(e) for e in held(run.store, run.person.name, kind)]
    land(run.table("alerts"), documents, run.moment.now, run.moment.reason)
