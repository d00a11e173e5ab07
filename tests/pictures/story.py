"""Messages to a generated person, morning by morning: the delivery of the code itself, over days of a fixed seed.

No text is written here: each message is the one that a channel was handed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache

from benchmarks.kinds import a_life, strained
from benchmarks.people import Life
from oura_lake.alerts.decision import Moment
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.model import Alert, Message, Way
from oura_lake.analyses.model import MAJOR, QUESTIONS, Analysis, Finding, PersonDay
from oura_lake.lake.documents import Table
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.delivery import AlertRun
from oura_lake.person import Person
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE
from support.illness_days import deliver

MORNING = time(7, 10, tzinfo=UTC)
WAYS = (Way(name="email"), Way(name="sms", least=MAJOR, reports_end=False))  # as config.example.toml has them
ILL_FROM = 280
TAGGED = 1  # nights before the illness


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One message as a channel received it, and its day."""

    way: str
    now: datetime
    message: Message


@dataclass(frozen=True, kw_only=True)
class Story:
    """Days of a person with one kind of alert: the episode, as it was on the last day, and the messages."""

    days: Sequence[PersonDay]
    episode: Alert
    deliveries: Sequence[Delivered]

    def message(self, step: str, way: str = "email") -> Delivered | None:
        """Message of one step by one way, if there was one."""
        return next((t for t in self.deliveries if t.way == way and t.message.step == step), None)


@cache
def illness() -> Story:
    """Story of three quarters of a year, then a strong illness, with a tag of alcohol that could explain it too."""
    days = a_life(Life(nights=ILL_FROM + 14, onset=ILL_FROM), seed=13)
    tagged = replace(days[ILL_FROM - TAGGED], has_alcohol_tag=True)
    return _story("illness", [*days[: ILL_FROM - TAGGED], tagged, *days[ILL_FROM - TAGGED + 1 :]])


@cache
def strain() -> Story:
    """Story of four usual months, then two weeks of a rising load and a falling heart rate variability."""
    return _story("strain", strained(seed=6, share=0.85))


def _story(kind: str, days: Sequence[PersonDay]) -> Story:
    findings = plugins(QUESTIONS, Analysis)[kind].analyse(days)
    ill = plugins(QUESTIONS, Analysis)["illness"].analyse(days)
    alert = plugins(ALERT_KINDS, AlertKind)[kind]
    episode = alert.evaluate(alert.unexplained(findings, ill))[-1]
    return Story(days=days, episode=episode, deliveries=tuple(_mornings(alert, days, findings, ill, episode)))


def _mornings(
    alert: AlertKind, days: Sequence[PersonDay], findings: Sequence[Finding], ill: Sequence[Finding], episode: Alert
) -> Iterator[Delivered]:
    """Messages of each morning from the first alert day on; a verdict never changes, so one analysis serves all."""
    store, outbox = MemoryStore(), []
    table = Table(store=store, source=SOURCE.name, endpoint=SOURCE.endpoint("alerts"), person="me")
    for day in (d.day for d in days if d.day >= episode.first_alert_day):
        now = datetime.combine(day, MORNING)
        ways = {
            w.name: lambda message, w=w, now=now: outbox.append(Delivered(way=w.name, now=now, message=message))
            for w in WAYS
        }
        run = AlertRun(
            store=store,
            person=Person(name="me", ways=WAYS),
            ways=ways,
            table=table,
            moment=Moment(now=now, today=day, reason="schedule", ways=WAYS),
            days=[d for d in days if d.day <= day],
        )
        deliver(run, alert, [f for f in findings if f.day <= day], ill)
    return iter(outbox)
