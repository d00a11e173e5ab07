"""Is this person getting ill: which runs of findings are worth a message, and what does it say?"""

from collections.abc import Sequence

from oura_lake.alerts._episodes import alert_of, episodes
from oura_lake.alerts._model import Alert, Message
from oura_lake.alerts._wording import body, sms, subject
from oura_lake.analyses._model import Finding

KIND = "illness"


def evaluate(findings: Sequence[Finding]) -> list[Alert]:
    """One alert per episode, oldest first."""
    return [alert_of(run, findings) for run in episodes(findings)]


def message(alert: Alert, findings: Sequence[Finding], numbers: bool) -> Message:
    """The message about an episode, told from its worst night."""
    worst = max(
        (f for f in findings if f.is_alert and alert.first_alert_day <= f.day <= alert.last_alert_day),
        key=lambda f: (f.deviation or 0.0, f.day),
    )
    return Message(
        subject=subject(alert), body=body(alert, worst, numbers), sms=sms(alert), kind=alert.kind, level=alert.level
    )
