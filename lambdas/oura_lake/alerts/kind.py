"""Type of an alert kind, and the shared message template of the slow kinds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from oura_lake.alerts.episodes import alert_of, episodes, worst_night
from oura_lake.alerts.model import Alert, Entry, Message
from oura_lake.alerts.wording.dates import spoken_day
from oura_lake.alerts.wording.evidence import evidence
from oura_lake.alerts.wording.illness import clear_body, clear_sms, clear_subject
from oura_lake.analyses.model import NONE, Finding
from oura_lake.analyses.signals import RESPIRATORY_RATE, TEMPERATURE

BEYOND_LOAD = (TEMPERATURE.column, RESPIRATORY_RATE.column)  # a load hardly moves them, an illness does
UNUSUAL = 2.0  # spreads, of both together where both are known


ALERT_KINDS = "oura_lake.alerts.kinds"  # the package of the kinds


@dataclass(frozen=True, kw_only=True)
class AlertKind:
    """Kind of alert: whether it is on by default, `why`, and its messages.

    The message budget never withholds a kind that `is_first`. The kind waits until the local `earliest_hour`. The
    weekly mail reports the end of its episodes where it `reports_end`.
    """

    name: str
    is_on: bool
    why: str
    sends_all_clear: bool
    is_first: bool = False
    earliest_hour: int = 0
    reports_end: bool = True

    def unexplained(self, findings: Sequence[Finding], ill: Collection[Finding]) -> list[Finding]:
        """Return the findings without the alerts that the findings `ill` of the illness warning explain."""
        return list(findings)

    def evaluate(self, findings: Sequence[Finding]) -> list[Alert]:
        """One alert per episode, oldest first."""
        return [alert_of(run, findings) for run in episodes(findings)]

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """Message about an episode."""
        raise NotImplementedError

    def all_clear(self, entry: Entry) -> Message:
        """Message that an episode is over; it contains no measurement, whatever the person chose."""
        return Message(
            subject=clear_subject(entry),
            body=clear_body(entry),
            sms=clear_sms(entry),
            kind=entry.alert.kind,
            level=entry.alert.level,
        )


@dataclass(frozen=True, kw_only=True)
class SlowKind(AlertKind):
    """Slow kind with a message template: the subject without its day, what the ring shows, the advice.

    `chance` is the number of alerts in 30 days of people without any event (docs/explanation/alerts.md). With
    `silent_after_illness_days` the days of an illness, and so many days after it, belong to the illness alone. A kind
    that `is_of_load` yields to an illness only where temperature or breathing point to one, if either is known: a load
    explains heart rate and HRV too.
    """

    title: str
    shows: str
    advice: str
    chance: float
    silent_after_illness_days: int | None = None
    is_of_load: bool = False

    def unexplained(self, findings: Sequence[Finding], ill: Collection[Finding]) -> list[Finding]:
        """Return the findings, without a level on the days that an illness explains."""
        if self.silent_after_illness_days is None:
            return list(findings)
        ill_days = [f.day for f in ill if f.is_alert and (_is_beyond_load(f) or not self.is_of_load)]
        silent = {day + timedelta(days=n) for day in ill_days for n in range(self.silent_after_illness_days + 1)}
        return [replace(f, level=NONE) if f.is_alert and f.day in silent else f for f in findings]

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """Message about an episode, with the evidence of its worst day."""
        worst = worst_night(alert, findings)
        since = spoken_day(alert.onset_day)
        parts = (
            f"{self.shows}, since {since}.",
            *evidence(alert, worst, findings, numbers, labels, self.chance),
            f"WHAT NOW\n{self.advice} This is not medical advice, and no diagnosis: a ring cannot tell why.",
        )
        return Message(
            subject=f"{self.title} since {since}",
            body="\n\n".join(parts) + "\n",
            kind=alert.kind,
            level=alert.level,
            sms=f"Oura Lake: {self.title.lower()} since {since}. More in your e-mail. Not medical advice.",
            chance_a_month=self.chance,
        )


def _is_beyond_load(finding: Finding) -> bool:
    """Return whether signals that a load hardly moves show an illness, or are unknown."""
    speaking = [driver.z for driver in finding.drivers if driver.signal in BEYOND_LOAD]
    return not speaking or sum(speaking) / len(speaking) ** 0.5 >= UNUSUAL
