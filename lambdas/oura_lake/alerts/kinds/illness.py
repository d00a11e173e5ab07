"""Alert kind: the illness warning."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from oura_lake.alerts.episodes import worst_night
from oura_lake.alerts.kind import AlertKind
from oura_lake.alerts.model import Alert, Message
from oura_lake.alerts.wording.illness import body, sms, subject
from oura_lake.analyses.model import ILLNESS, Finding
from oura_lake.analyses.questions.illness import FALSE_EVENTS_PER_MONTH


class IllnessKind(AlertKind):
    """Kind of the illness warning."""

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """Message about an episode, with the evidence of its worst night."""
        worst = worst_night(alert, findings)
        return Message(
            subject=subject(alert),
            body=body(alert, worst, findings, numbers, labels),
            sms=sms(alert),
            kind=alert.kind,
            level=alert.level,
            chance_a_month=FALSE_EVENTS_PER_MONTH,
        )


ALERT = IllnessKind(
    name=ILLNESS,
    is_on=True,
    why="It is the purpose of the lake: early, rare, and tested on generated and recorded people.",
    sends_all_clear=True,
    is_first=True,  # the message budget never withholds it
)
