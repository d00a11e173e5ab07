"""Alert as one JSON object (docs/reference/alert-event.schema.json), for webhook and event bus.

It contains no measurement unless the person chose so. A step that is repeated after a crash has the same `id`.
"""

from typing import Any

from oura_lake.alerts.model import CLEARED, Delivery, Entry, Message
from oura_lake.analyses.model import Driver, Finding

SCHEMA_VERSION = 1


def event_of(person: str, entry: Entry, delivery: Delivery, message: Message) -> dict[str, Any]:
    """Event of one step of an episode, without its evidence."""
    alert = entry.alert
    day = entry.cleared_on if delivery.step == CLEARED else None
    return {
        "schema_version": SCHEMA_VERSION,
        "id": f"{person}/{entry.id}/{delivery.step}",
        "person": person,
        "kind": alert.kind,
        "episode": entry.id,
        "step": delivery.step,
        "level": delivery.level or alert.level,
        "day": (day or alert.last_alert_day).isoformat(),
        "onset_day": alert.onset_day.isoformat(),
        "cleared_because": entry.cleared_because or None,
        "text": f"{message.subject}. This is not medical advice.",
    }


def ground_of(night: Finding | None, chance: float | None, numbers: bool) -> dict[str, Any]:
    """Evidence of a step: the number of nights, the rate by chance, and the measurements if the person chose so.

    The rate is `chance` where the person's own nights give none; the measurements are those of the worst night.
    """
    ground: dict[str, Any] = {
        "n_nights": night.n_baseline_nights if night else None,
        "chance_a_month": night.chance_a_month or chance if night else None,
    }
    if numbers and night:
        ground["measurements"] = [_measurement(driver) for driver in night.drivers]
    return ground


def _measurement(driver: Driver) -> dict[str, Any]:
    return {
        "signal": driver.signal,
        "value": driver.value,
        "usually_from": driver.low,
        "usually_to": driver.high,
    }
