"""Delivery of alerts, once by each channel, whatever crashes.

A run writes its claim before it sends and its mark after: a second run sees either. So a message is repeated only
after a crash between a channel's answer and the mark, and then carries the same episode. The failure of one way stops
no other; the next run tries that one again. Programs, which may be slow to answer, get their messages after people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from oura_lake.alerts.decision import TERMINAL, Moment, claims, decide, is_recent
from oura_lake.alerts.episodes import worst_night
from oura_lake.alerts.event import event_of, ground_of
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.labels import labels_of
from oura_lake.alerts.ledger import Change, change, document, stored_entries
from oura_lake.alerts.message_budget import remaining_messages
from oura_lake.alerts.model import CLEARED, FAILED, SENT, SHOWN, Delivery, Entry, Message
from oura_lake.alerts.wording.illness import footer
from oura_lake.analyses.model import Finding, PersonDay
from oura_lake.errors import MessageNotSent
from oura_lake.lake.documents import Table, land
from oura_lake.lake.store import Store
from oura_lake.monitoring.feedback import feedback_labels
from oura_lake.monitoring.judged import Outcome
from oura_lake.person import Person
from oura_lake.registry import plugins
from oura_lake.settings import AnalyseSettings

Send = Callable[[Message], None]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A means of delivery; `ways` gives the functions that send to one person, by the name of the way."""

    ways: Callable[[AnalyseSettings, Person], Mapping[str, Send]]


@dataclass(frozen=True, kw_only=True)
class AlertRun:
    """One run over the alerts of one person: ledger, moment, reason and ways."""

    store: Store
    person: Person
    moment: Moment
    ways: Mapping[str, Send]
    table: Table
    days: Sequence[PersonDay] = ()
    failures: list[MessageNotSent] = field(default_factory=list)
    later: list[tuple[Entry, Delivery, Message]] = field(default_factory=list)
    ledgers: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def deliver(
        self, alert: AlertKind, outcome: Outcome, findings: Callable[[], Sequence[Finding]]
    ) -> tuple[int, list[Message]]:
        """Claim the news of one kind and send it to people; returns the number of changed entries, and the messages.

        `findings` gives the kind's findings without those that an illness explains: a message alone needs them.
        """
        moment = self._moment_of(alert, outcome)
        changed = self._change(alert.name, lambda before: decide(outcome.episodes, before, moment))
        claimed = [(e, t, self._message(alert, e, t, findings())) for e, t in claims(changed, moment.now)]
        programs = {way.name for way in moment.ways if not way.is_for_person}
        for claim in claimed:
            if claim[1].way in programs:
                self.later.append(claim)
            else:
                self._send_claim(*claim)
        return len(changed), [message for *_, message in claimed]

    def send_to_programs(self) -> None:
        """Send what waits for programs, after people got theirs."""
        for claim in self.later:
            self._send_claim(*claim)

    @property
    def entries(self) -> list[Entry]:
        """Entries of all kinds that this run delivered, as it left them."""
        return [entry for ledger in self.ledgers.values() for entry in ledger.values()]

    def land_entries(self) -> None:
        """Write every entry into the table: all of them, which repairs the table after a crash."""
        land(self.table, [document(entry) for entry in self.entries], self.moment.now, self.moment.reason)

    def raise_failures(self) -> None:
        """Raise the first refusal of a channel."""
        if self.failures:
            raise self.failures[0]

    def _change(self, kind: str, wanted: Change) -> list[Entry]:
        """Change the ledger of a kind, and remember its entries."""

        def seen(before: Sequence[Entry]) -> list[Entry]:
            entries = wanted(before)
            self.ledgers[kind] = {entry.id: entry for entry in (*before, *entries)}
            return entries

        return change(self.store, self.person.name, kind, seen)

    def _moment_of(self, alert: AlertKind, outcome: Outcome) -> Moment:
        """Moment for one kind: its last verdict, its hour, its remaining message budget of the month.

        The budget needs every ledger, so it is read only for a kind with a recent alert.
        """
        is_early = self.moment.hour < alert.earliest_hour
        return replace(
            self.moment,
            judged=outcome.judged,
            has_all_clear=alert.sends_all_clear,
            is_quiet=self.moment.is_quiet or is_early,
            remaining_messages=None
            if alert.is_first or not any(is_recent(a, self.moment) for a in outcome.episodes)
            else self._remaining(alert.sends_all_clear),
        )

    def _remaining(self, has_all_clear: bool) -> int:
        ledgers = (stored_entries(self.store, self.person.name, kind) for kind in plugins(ALERT_KINDS, AlertKind))
        entries = [entry for ledger in ledgers for entry in ledger]
        return remaining_messages(entries, self.moment.today, self.person.messages_a_month, has_all_clear)

    def _message(self, alert: AlertKind, entry: Entry, delivery: Delivery, findings: Sequence[Finding]) -> Message:
        numbers = self.person.numbers_in_messages
        if delivery.step == CLEARED:
            made: Message = alert.all_clear(entry)
            night = None
        else:
            known = labels_of(alert.evaluate(findings), self.days, feedback_labels(self.store, self.person.name))
            words = {id_: label.words(alert.name) for id_, label in known.items()}
            made = alert.message(entry.alert, findings, numbers, words)
            night = worst_night(entry.alert, findings)
        return replace(
            made,
            episode=entry.id,
            step=delivery.step,
            body=f"{made.body}\n{footer(entry, delivery.step, self.person.options)}\n",
            event=event_of(self.person.name, entry, delivery, made) | ground_of(night, made.chance_a_month, numbers),
        )

    def _send_claim(self, entry: Entry, delivery: Delivery, message: Message) -> None:
        if delivery.way == TERMINAL.name:
            self._mark(entry, delivery, SHOWN, message)
            return
        try:
            self.ways[delivery.way](message)
        except MessageNotSent as refused:
            self._mark(entry, delivery, FAILED, message)
            self.failures.append(refused)
        else:
            self._mark(entry, delivery, SENT, message)

    def _mark(self, entry: Entry, delivery: Delivery, status: str, message: Message) -> None:
        """Write the outcome of a claim; other changes of the episode meanwhile stay."""
        marked = replace(delivery, status=status, sent_at=None if status == FAILED else self.moment.now)

        def with_mark(before: Sequence[Entry]) -> list[Entry]:
            claim = next(e for e in before if e.id == entry.id)
            marked_entry = replace(claim, tellings=tuple(marked if t == delivery else t for t in claim.tellings))
            is_end = delivery.step == CLEARED
            return [marked_entry if is_end else replace(marked_entry, subject=message.subject, message=message.body)]

        self._change(entry.alert.kind, with_mark)
