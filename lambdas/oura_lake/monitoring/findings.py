"""Findings: every analysis run for one person, with their false-alarm budget and the labels known by then.

The illness warning keeps to the person's own budget of false alarms. Days of a known illness do not count as false
alarms, from the day of that knowledge on.
"""

from collections.abc import Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

from oura_lake.alerts.labels import known_of
from oura_lake.alerts.ledger import stored_entries
from oura_lake.analyses.model import QUESTIONS, Analysis, Finding, PersonDay
from oura_lake.analyses.personal_threshold import Known
from oura_lake.analyses.questions import illness
from oura_lake.lake.store import Store
from oura_lake.monitoring.feedback import feedback_labels
from oura_lake.person import Person
from oura_lake.registry import plugins


def verdicts_of(
    store: Store, person: Person, days: Sequence[PersonDay], kinds: Collection[str] | None = None
) -> dict[str, list[Finding]]:
    """Run the analyses (None: all) of a person with a ledger; raises UnreadableObject and StoreUnavailable."""
    return verdicts(days, person.illness_alerts_a_month, facts_of(store, person, days), kinds)


def facts_of(store: Store, person: Person, days: Sequence[PersonDay]) -> list[Known]:
    """Read what is known of a person's illnesses; raises UnreadableObject and StoreUnavailable."""
    alerts = [entry.alert for entry in stored_entries(store, person.name, illness.KIND)]
    return known_of(days, alerts, feedback_labels(store, person.name, ZoneInfo(person.timezone)))


def verdicts(
    days: Sequence[PersonDay],
    illness_alerts_a_month: float,
    known: Iterable[Known],
    kinds: Collection[str] | None = None,
) -> dict[str, list[Finding]]:
    """Run the analyses (None: all) of a history without a ledger."""
    wanted = {k: a for k, a in plugins(QUESTIONS, Analysis).items() if kinds is None or k in kinds}
    found = {kind: analysis.analyse(days) for kind, analysis in wanted.items() if kind != illness.KIND}
    if illness.KIND in wanted:
        found[illness.KIND] = illness.analyse(days, illness_alerts_a_month, known)
    return found
