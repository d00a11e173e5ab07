"""Is this person getting ill: which runs of findings are worth a message, and what does it say?"""

from collections.abc import Sequence

from oura_lake.alerts._episodes import alert_of, episodes, worst_night
from oura_lake.alerts._model import Alert, Entry, Message
from oura_lake.alerts._wording import body, clear_body, clear_sms, clear_subject, sms, subject
from oura_lake.analyses._model import Finding

KIND = "illness"


def evaluate(findings: Sequence[Finding]) -> list[Alert]:
    """One alert per episode, oldest first."""
    return [alert_of(run, findings) for run in episodes(findings)]


def message(alert: Alert, findings: Sequence[Finding], numbers: bool) -> Message:
    """The message about an episode, told from its worst night."""
    worst = worst_night(alert, findings)
    return Message(
        subject=subject(alert), body=body(alert, worst, numbers), sms=sms(alert), kind=alert.kind, level=alert.level
    )


def all_clear(entry: Entry, findings: Sequence[Finding], numbers: bool) -> Message:
    """The message that the episode is over; it holds no measurement, whatever the person chose."""
    return Message(
        subject=clear_subject(entry), body=clear_body(entry), sms=clear_sms(entry), kind=entry.alert.kind,
        level=entry.alert.level,
    )
