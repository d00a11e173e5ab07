"""Note of what a person's findings were made from, so that a run lands only the months that may differ.

An analysis is causal: a finding depends on its own day, on earlier days and on what was known by then. So each month
has a digest of all that its findings can depend on, and the first month with another digest is the first to land again.

The note also has the outcome of each kind of alert that is on. While every digest is the same, a run and the status
take the outcomes from the note and judge no day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from oura_lake.alerts.kind import AlertKind
from oura_lake.alerts.ledger import document
from oura_lake.alerts.model import Alert, Entry
from oura_lake.analyses.data_readiness import Course, course_of
from oura_lake.analyses.model import OK, QUESTIONS, Analysis, Finding, PersonDay
from oura_lake.analyses.personal_threshold import Known
from oura_lake.lake.keys import judged_key
from oura_lake.lake.store import Store
from oura_lake.ledger.document import REMAKE, read, record, update
from oura_lake.person import Person
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE

LENGTH = 16  # characters of a digest
PACKAGE = Path(__file__).resolve().parents[1]
CODE = ("analyses", "alerts", "monitoring")  # the packages that make the outcomes of the days


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Outcome of one kind of alert: its episodes, the last day with a verdict, the course of its findings."""

    episodes: tuple[Alert, ...]
    judged: date | None
    course: Course | None


class Judged(Struct, frozen=True):
    """Digests of the landed findings by month and of the landed alerts, and the outcome of each kind that was on.

    `code` is the digest of the code that made the outcomes.
    """

    months: dict[str, str]
    alerts: str
    code: str = ""
    outcomes: dict[str, Outcome] = {}

    @property
    def landed(self) -> dict[str, str]:
        """Digests of the landed findings; none after a change of the code, which may find something else."""
        return self.months if self.code == code_digest() else {}

    def outcomes_of(self, months: Mapping[str, str], kinds: Collection[str]) -> dict[str, Outcome] | None:
        """Outcomes of these kinds; None unless the same code made all of them from the same days."""
        if self.landed != months or not {*kinds} <= self.outcomes.keys():
            return None
        return {kind: self.outcomes[kind] for kind in kinds}


NOTE = record(Judged, name="note of judged days", advice=REMAKE)


def judged_of(store: Store, person: str) -> Judged:
    """Read what the lake's findings were made from; raises UnreadableObject and StoreUnavailable."""
    return read(store, judged_key(person), NOTE) or Judged(months={}, alerts="")


def note_judged(store: Store, person: str, judged: Judged) -> None:
    """Note what has landed; raises StoreUnavailable, WriteConflict and UnreadableObject."""
    update(store, judged_key(person), NOTE, lambda _: judged)


def digests_of(person: Person, days: Sequence[PersonDay], known: Iterable[Known]) -> dict[str, str]:
    """Digest of each month: of the methods, of all days until its end, and of what was known by then."""
    facts = sorted(known, key=repr)
    chain = sha256(repr(_basis(person)).encode())
    found: dict[str, str] = {}
    for month, members in groupby(days, key=lambda day: day.day.replace(day=1)):
        learnt = [fact for fact in facts if fact.on.replace(day=1) == month]
        chain.update(repr([list(members), learnt]).encode())
        found[month.isoformat()] = chain.hexdigest()[:LENGTH]
    return found


def not_landed(
    verdicts: Mapping[str, Sequence[Finding]], now: Mapping[str, str], landed: Mapping[str, str]
) -> list[Finding]:
    """Select the findings from the first month on whose digest differs from that of the landed ones."""
    changed = [date.fromisoformat(month) for month, digest in now.items() if landed.get(month) != digest]
    first = min(changed, default=date.max)
    return [finding for findings in verdicts.values() for finding in findings if finding.day >= first]


def outcome_of(kind: AlertKind, findings: Sequence[Finding], ill: Sequence[Finding]) -> Outcome:
    """Outcome of a kind by the findings of its analysis; `ill` are those of the illness warning."""
    counted = kind.unexplained(findings, ill)
    return Outcome(
        episodes=tuple(kind.evaluate(counted)),
        judged=max((f.day for f in counted if f.status == OK), default=None),
        course=course_of(plugins(QUESTIONS, Analysis)[kind.name], findings),
    )


@cache
def code_digest() -> str:
    """Digest of the code that makes the outcomes: a changed rule makes them anew."""
    files = (file for package in CODE for file in sorted((PACKAGE / package).rglob("*.py")))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:LENGTH]


def digest_of_entries(entries: Iterable[Entry]) -> str:
    """Digest of the entries of all alert ledgers."""
    return sha256(repr([document(entry) for entry in entries]).encode()).hexdigest()[:LENGTH]


def _basis(person: Person) -> list[object]:
    """All that the findings depend on beside the days: the methods, the budget of false alarms, the table's form."""
    methods = sorted((kind, analysis.method_version) for kind, analysis in plugins(QUESTIONS, Analysis).items())
    return [methods, person.illness_alerts_a_month, SOURCE.endpoint("findings").version]
