"""The type of an alert kind, and the shared message template of the slow kinds."""

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

BEYOND_LOAD = (TEMPERATURE.column, RESPIRATORY_RATE.column)  # which a load hardly moves, and an illness does
UNUSUAL = 2.0  # spreads, of both together where both are known


ALERT_KINDS = "oura_lake.alerts.kinds"  # the package of the kinds


@dataclass(frozen=True, kw_only=True)
class AlertKind:
    """A kind of alert: whether it is on by itself and `why`, and what it sends.

    No message budget keeps a kind back that `is_first`. `earliest_hour` is the local hour before which it waits; an
    end is worth a line of the weekly mail where it `reports_end`.
    """

    name: str
    is_on: bool
    why: str
    sends_all_clear: bool
    is_first: bool = False
    earliest_hour: int = 0
    reports_end: bool = True

    def unexplained(self, findings: Sequence[Finding], ill: Collection[Finding]) -> list[Finding]:
        """Findings without the alerts that the illness warning's own findings `ill` explain."""
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
        """Message that an episode is over; it holds no measurement, whatever the person chose."""
        return Message(
            subject=clear_subject(entry),
            body=clear_body(entry),
            sms=clear_sms(entry),
            kind=entry.alert.kind,
            level=entry.alert.level,
        )


@dataclass(frozen=True, kw_only=True)
class SlowKind(AlertKind):
    """What a kind says: the subject without its day, what the ring shows, what to do about it.

    `chance` is how often it fires in 30 days of people in whose life nothing happens (docs/explanation/alerts.md). With
    `silent_after_illness_days` the days of an illness, and so many after it, belong to the illness alone. A kind that
    `is_of_load` yields to an illness only where temperature or breathing speak of one, if either is known: what heart
    rate and HRV say alone, a load explains too.
    """

    title: str
    shows: str
    advice: str
    chance: float
    silent_after_illness_days: int | None = None
    is_of_load: bool = False

    def unexplained(self, findings: Sequence[Finding], ill: Collection[Finding]) -> list[Finding]:
        """Findings as a person hears of them: of no level on the days that an illness explains."""
        if self.silent_after_illness_days is None:
            return list(findings)
        ill_days = [f.day for f in ill if f.is_alert and (_is_beyond_load(f) or not self.is_of_load)]
        silent = {day + timedelta(days=n) for day in ill_days for n in range(self.silent_after_illness_days + 1)}
        return [replace(f, level=NONE) if f.is_alert and f.day in silent else f for f in findings]

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """Message about an episode, told from its worst day."""
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
    """Whether an alert of the illness warning shows in what a load hardly moves, or nobody can tell."""
    speaking = [driver.z for driver in finding.drivers if driver.signal in BEYOND_LOAD]
    return not speaking or sum(speaking) / len(speaking) ** 0.5 >= UNUSUAL
