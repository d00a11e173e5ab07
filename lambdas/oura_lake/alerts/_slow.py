"""How does a kind of alert that is slower than an illness speak? One form for all of them, filled in by each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from oura_lake.alerts._episodes import alert_of, episodes, worst_night
from oura_lake.alerts._evidence_words import evidence
from oura_lake.alerts._model import Alert, Entry, Message
from oura_lake.alerts._speech import spoken_day
from oura_lake.alerts._wording import clear_body, clear_sms, clear_subject
from oura_lake.analyses._model import Finding


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a kind says: the subject without its day, what the ring shows, what to do about it.

    `chance` is how often it fires in 30 days of people in whose life nothing happens (docs/alerts.md). With
    `silent_after_illness_days` the days of an illness, and so many after it, belong to the illness alone.
    """

    title: str
    shows: str
    advice: str
    chance: float
    silent_after_illness_days: int | None = None

    def evaluate(self, findings: Sequence[Finding], ill: Collection[date] = ()) -> list[Alert]:
        """One alert per episode, oldest first; none on days that an illness explains."""
        silent: set[date] = set()
        if self.silent_after_illness_days is not None:
            silent = {day + timedelta(days=n) for day in ill for n in range(self.silent_after_illness_days + 1)}
        heard = [f for f in findings if f.day not in silent]
        return [alert_of(run, heard) for run in episodes(heard)]

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """The message about an episode, told from its worst day."""
        worst = worst_night(alert, findings)
        since = spoken_day(alert.onset_day)
        parts = (
            f"{self.shows}, since {since}.", *evidence(alert, worst, findings, numbers, labels, self.chance),
            f"WHAT NOW\n{self.advice} This is not medical advice, and no diagnosis: a ring cannot tell why.",
        )
        return Message(
            subject=f"{self.title} since {since}", body="\n\n".join(parts) + "\n", kind=alert.kind, level=alert.level,
            sms=f"Oura Lake: {self.title.lower()} since {since}. More in your e-mail.", chance_a_month=self.chance,
        )

    def all_clear(self, entry: Entry, findings: Sequence[Finding], numbers: bool) -> Message:
        """The message that the episode is over."""
        return over(entry)


def over(entry: Entry) -> Message:
    """The all-clear of any kind: it holds no measurement, whatever the person chose."""
    return Message(
        subject=clear_subject(entry), body=clear_body(entry), sms=clear_sms(entry), kind=entry.alert.kind,
        level=entry.alert.level,
    )
