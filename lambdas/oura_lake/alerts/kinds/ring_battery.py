"""Is the ring's battery too low for the night: what is worth a message, and what does it say?"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from oura_lake.alerts.episodes import alert_of
from oura_lake.alerts.kind import over
from oura_lake.alerts.model import Alert, Entry, Message
from oura_lake.analyses.model import Finding

KIND = "ring_battery"
IS_ON, WHY = False, "Oura's own app says it, some five times a month: more than the budget of all messages."
HAS_ALL_CLEAR = False
IS_FIRST = False
FROM_HOUR = 17  # an hour of the day at which there is still time to charge, and no more to forget it


def evaluate(findings: Sequence[Finding], ill: Collection[Finding] = ()) -> list[Alert]:
    """The alert of the newest reading's day; what was low before that was charged since, or is the same."""
    newest = max(findings, key=lambda f: f.day, default=None)
    return [alert_of([newest], ())] if newest and newest.is_alert else []


def message(
    alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
) -> Message:
    """The message before the night."""
    text = "The battery of your ring is low. Charge it before you go to bed, or the night may lack records. " \
           "Not medical advice."
    return Message(subject="Charge your ring before the night", body=f"{text}\n", sms=f"Oura Lake: {text}",
                   kind=alert.kind, level=alert.level)


def all_clear(entry: Entry, findings: Sequence[Finding], numbers: bool) -> Message:
    """Never sent: the next reading says it."""
    return over(entry)
