"""Is this person getting ill: which runs of findings are worth a message, and what does it say?"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from oura_lake.alerts.episodes import alert_of, episodes, worst_night
from oura_lake.alerts.kind import over
from oura_lake.alerts.model import Alert, Entry, Message
from oura_lake.alerts.wording.illness import body, sms, subject
from oura_lake.analyses.model import ILLNESS, Finding
from oura_lake.analyses.questions.illness import FALSE_EVENTS_PER_MONTH

KIND = ILLNESS
IS_ON, WHY = True, "It is what the lake is for: early, rare, and judged on generated and recorded people."
HAS_ALL_CLEAR = True
IS_FIRST = True  # the budget of messages never keeps it back


def evaluate(findings: Sequence[Finding], ill: Collection[Finding] = ()) -> list[Alert]:
    """One alert per episode, oldest first."""
    return [alert_of(run, findings) for run in episodes(findings)]


def message(
    alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
) -> Message:
    """The message about an episode, told from its worst night."""
    worst = worst_night(alert, findings)
    return Message(
        subject=subject(alert), body=body(alert, worst, findings, numbers, labels), sms=sms(alert), kind=alert.kind,
        level=alert.level, chance_a_month=FALSE_EVENTS_PER_MONTH,
    )


def all_clear(entry: Entry, findings: Sequence[Finding], numbers: bool) -> Message:
    """The message that the episode is over."""
    return over(entry)
