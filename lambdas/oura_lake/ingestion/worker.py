"""One job of the queue: fetch, land, announce, and fail where a retry helps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from oura_lake.contract import SILENT_REASONS
from oura_lake.errors import AppRefused, ChainBroken, NotConnected, SettingsWrong, SourceRefused
from oura_lake.ingestion.backfill import following
from oura_lake.ingestion.document import bring
from oura_lake.ingestion.job import Job, Word
from oura_lake.ingestion.outcome import Outcome
from oura_lake.ingestion.sync import Client, Run, ingest
from oura_lake.lake.changes import Change
from oura_lake.lake.store import Store
from oura_lake.ledger.account import require_account
from oura_lake.ledger.pending_analysis import note_pending, pending_since, settle
from oura_lake.ledger.token_status import is_still_broken, note_broken
from oura_lake.person import Person
from oura_lake.sources.oura import SOURCE


class Announcer(Protocol):
    """Sender of the event that documents landed."""

    def documents_landed(
        self, person: str, tables: list[str], reason: str, changes: Sequence[Change] | None = None
    ) -> None:
        """Send the person, the changed tables, the reason, and each changed object; None if these are unknown."""


class EventBus(Announcer, Protocol):
    """The lake's event bus."""

    def trouble(self, person: str, kind: str) -> None:
        """Request the maintenance of the person's lake now."""


class JobSender(Protocol):
    """The job queue."""

    def send(self, job: Job, slot: str) -> None:
        """Put a job on the queue, once for each slot."""


class Connection(Protocol):
    """A person's connection to Oura: `version` names the stored token."""

    @property
    def version(self) -> str:
        """Version of the stored token."""

    def client(self, seconds: float) -> AbstractContextManager[Client]:
        """Open a client whose requests end within so many seconds; its use raises ChainBroken and NotConnected."""


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Dependencies of every job; `log` takes one line of counts a run, never a measurement."""

    store: Store
    bus: Announcer
    log: Callable[[dict[str, object]], None]

    def do(
        self, job: Job, person: Person, client: Client, now: datetime, account_since: datetime | None = None
    ) -> list[Outcome]:
        """Do a job. Raises the first error that a later try may solve, after all else has landed."""
        run = Run(
            client=client,
            store=self.store,
            source=SOURCE,
            person=person.name,
            window=job.window(person, now),
            is_thorough=job.is_retry,
            account_since=account_since,
        )
        if job.is_retry:  # documents of the earlier try are no news now, and it may have died before its event
            note_pending(self.store, job.person, now)
        touched: dict[str, Outcome] = {}
        try:
            outcomes = self._ingested(run, job, person, touched)
        finally:  # documents landed before a token's end midway are unchanged for the next run
            self._announce(job, list(touched.values()), now)
        raise_what_a_retry_may_mend(outcomes)
        return outcomes

    def _ingested(self, run: Run, job: Job, person: Person, touched: dict[str, Outcome]) -> list[Outcome]:
        """Ingest the job's document, if its collection is wanted; else the days of each collection."""
        if not job.document_id:
            return ingest(run, job.chosen(SOURCE, person), lambda o, *_: touched.update({o.endpoint.name: o}))
        outcomes = [bring(run, e, job) for e in job.chosen(SOURCE, person) if person.wants(e.name)]
        touched.update({outcome.endpoint.name: outcome for outcome in outcomes})
        return outcomes

    def _announce(self, job: Job, outcomes: list[Outcome], now: datetime) -> None:
        """Announce landed tables, or a pending analysis that may send alerts."""
        self.log(run_summary(job, outcomes))
        tables = [o.endpoint.name for o in outcomes if o.landed.n_objects]
        is_silent = job.reason in SILENT_REASONS
        if tables and is_silent:
            note_pending(self.store, job.person, now)
        pending = "" if is_silent else pending_since(self.store, job.person)
        if tables or pending:
            self.bus.documents_landed(job.person, tables, job.reason, None if pending else changes_of(outcomes))
        if pending:  # only now: a crash before this line announces once more
            settle(self.store, job.person, pending)


def run_summary(job: Job, outcomes: list[Outcome]) -> dict[str, object]:
    """Summarise one run in counts, for the log."""
    return {
        "person": job.person,
        "reason": job.reason,
        "n_new": sum(o.landed.n_new for o in outcomes),
        "n_revised": sum(o.landed.n_revised for o in outcomes),
        "n_objects": sum(o.landed.n_objects for o in outcomes),
        "problems": {o.endpoint.name: o.problem for o in outcomes if o.problem},
        "drift": sorted({f"{o.endpoint.name}.{d.field}: {d.problem}" for o in outcomes for d in o.landed.drift}),
    }


def changes_of(outcomes: Iterable[Outcome]) -> list[Change] | None:
    """List the changed objects of a run in order; None where one was stored though its write was refused."""
    landed = [outcome.landed for outcome in outcomes]
    changes = [change for one in landed for change in one.changes]
    return changes if len(changes) == sum(one.n_objects for one in landed) else None


def raise_what_a_retry_may_mend(outcomes: list[Outcome]) -> None:
    """Raise the first error that may pass by itself.

    A refusal of Oura is noted with its days (`note_requests`) and requested again by the next schedule. It holds up
    neither the person's other jobs nor the rest of a backfill.
    """
    for outcome in outcomes:
        if outcome.error and not isinstance(outcome.error, SourceRefused):
            raise outcome.error


def known_person(job: Job, persons: Mapping[str, Person]) -> Person:
    """Find the person of a job; raises SettingsWrong."""
    if job.person not in persons:
        raise SettingsWrong(f"The stack knows no person {job.person}", "add them to config.toml and deploy again")
    return persons[job.person]


@dataclass(kw_only=True)
class Worker:
    """Worker of the ingest function, made once for all invocations of one environment.

    `connect` opens a person's connection within so many seconds and raises NotConnected or ChainBroken; `answer` stores
    a person's feedback; `mend` gives the command that connects a person again.
    """

    store: Store
    bus: EventBus
    jobs: JobSender
    log: Callable[[dict[str, object]], None]
    persons: Mapping[str, Person]
    connect: Callable[[str, float], Connection]
    answer: Callable[[str, Word], bool]
    mend: Callable[[str], str]
    # The checked token version of each person, and since when its account is theirs.
    accounts: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)

    def do(self, job: Job, now: datetime, seconds: float) -> list[Outcome]:
        """Do a job within so many seconds; raises an error that a later try may solve.

        Without a connection, or after a final refusal, there is nothing to do: a failure would only fill the dead
        letters. A final refusal is noted, and the maintain function reports it to the person.
        """
        if job.word:
            return self._answered(job, job.word)
        person = known_person(job, self.persons)
        try:
            outcomes = self._fetched(job, person, now, seconds)
        except NotConnected as waiting:
            return self._waits(job, str(waiting))
        except ChainBroken as refused:
            if note_broken(self.store, person.name, refused.version, now, is_app=isinstance(refused, AppRefused)):
                self.bus.trouble(person.name, "token")
            return self._waits(job, str(refused))
        if next_chunk := following(job):  # after all landed: a crash here repeats the chunk without news
            self.jobs.send(next_chunk, slot="chain")
        return outcomes

    def _fetched(self, job: Job, person: Person, now: datetime, seconds: float) -> list[Outcome]:
        connection = self.connect(person.name, seconds)
        if is_still_broken(self.store, person.name, connection.version):
            raise ChainBroken("The permission is gone", f"run `{self.mend(person.name)}`", version=connection.version)
        fetcher = Fetcher(store=self.store, bus=self.bus, log=self.log)
        with connection.client(seconds) as client:
            since = self._account_since(person.name, connection.version, client, now)
            return fetcher.do(job, person, client, now, since)

    def _account_since(self, person: str, version: str, client: Client, now: datetime) -> datetime | None:
        """Check since when the token's account is the person's, once for each token; raises SettingsWrong."""
        checked, since = self.accounts.get(person, ("", None))
        if checked != version:
            mend = f"Run `{self.mend(person)}` and sign in with that account"
            since = require_account(self.store, person, client, now, connect=mend)
            if since != now:
                self.accounts[person] = (version, since)
        return since

    def _answered(self, job: Job, word: Word) -> list[Outcome]:
        """Store feedback; a link may outlive its person or episode, then there is nothing to store or retry."""
        try:
            known_person(job, self.persons)
            is_news = self.answer(job.person, word)
        except SettingsWrong:  # its sentence names episodes, which no log does
            return self._waits(job, "The lake no longer holds what this answers.")
        self.log({"person": job.person, "reason": job.reason, "n_new": int(is_news)})
        return []

    def _waits(self, job: Job, why: str) -> list[Outcome]:
        self.log({"person": job.person, "reason": job.reason, "waiting": why})
        return []
