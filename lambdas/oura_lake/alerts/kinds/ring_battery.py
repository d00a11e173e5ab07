"""Alert kind: a ring battery too low for the coming night."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from oura_lake.alerts.episodes import alert_of
from oura_lake.alerts.kind import AlertKind
from oura_lake.alerts.model import Alert, Message
from oura_lake.analyses.model import Finding


class BatteryKind(AlertKind):
    """Kind of a battery too low for the night."""

    def evaluate(self, findings: Sequence[Finding]) -> list[Alert]:
        """Alert of the newest reading's day; a battery that was low before was charged since, or is the same alert."""
        newest = max(findings, key=lambda f: f.day, default=None)
        return [alert_of([newest], ())] if newest and newest.is_alert else []

    def message(
        self, alert: Alert, findings: Sequence[Finding], numbers: bool, labels: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """Message before the night."""
        text = (
            "The battery of your ring is low. Charge it before you go to bed, or the night may lack records. "
            "Not medical advice."
        )
        return Message(
            subject="Charge your ring before the night",
            body=f"{text}\n",
            sms=f"Oura Lake: {text}",
            kind=alert.kind,
            level=alert.level,
        )


ALERT = BatteryKind(
    name="ring_battery",
    is_on=False,
    why="Oura's own app reports it, some five times a month: more than the budget of all messages.",
    sends_all_clear=False,
    earliest_hour=17,  # early enough to charge before the night, late enough not to forget it
    reports_end=False,  # a battery that was low one evening is charged
)
