"""Routes of the API as measured, apart from the lake's own table of endpoints.

The tests of the lake use this server. If both read one table, no test would find a wrong scope. A test compares
the two tables.
"""

from dataclasses import dataclass
from enum import Enum


class Clock(Enum):
    """The clock by which a bare date as a bound is compared with a document's moment."""

    UTC = "an event: the date is midnight UTC, so that the last date is left out"
    LOCAL = "activity: the date is midnight where the person was; 04:00 of the last date is later"
    DAY = "the document's day itself: both dates are included"
    ROW = "a row of a time series: date-times only"
    NONE = "no window: everything comes back"


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One route: its scope, its window, and its limits."""

    path: str
    scope: str
    clock: Clock = Clock.DAY
    instant: str = ""
    day: str = "day"
    has_fields: bool = True
    has_ids: bool = True

    @property
    def webhook(self) -> str:
        """Data type in webhooks; empty where there is none."""
        return "" if self.clock is Clock.ROW or self.path == "personal_info" else self.path.lower()


COLLECTIONS = {
    c.path: c
    for c in (
        Collection(path="daily_activity", scope="daily", clock=Clock.LOCAL, instant="timestamp"),
        Collection(path="daily_readiness", scope="daily"),
        Collection(path="daily_sleep", scope="daily"),
        Collection(path="daily_spo2", scope="spo2"),
        Collection(path="daily_stress", scope="daily"),
        Collection(path="daily_resilience", scope="stress", has_fields=False),
        Collection(path="daily_cardiovascular_age", scope="heart_health"),
        Collection(path="vO2_max", scope="heart_health", clock=Clock.UTC, instant="timestamp"),
        Collection(path="sleep", scope="daily", clock=Clock.UTC, instant="bedtime_start"),
        Collection(path="sleep_time", scope="daily"),
        Collection(path="workout", scope="workout", clock=Clock.UTC, instant="start_datetime"),
        Collection(path="session", scope="session", clock=Clock.UTC, instant="start_datetime"),
        Collection(
            path="enhanced_tag", scope="tag", clock=Clock.UTC, instant="start_time", day="start_day", has_fields=False
        ),
        Collection(path="tag", scope="tag", clock=Clock.UTC, instant="timestamp", has_fields=False),
        Collection(path="rest_mode_period", scope="daily", clock=Clock.UTC, instant="start_time", day="start_day"),
        Collection(path="ring_configuration", scope="ring_configuration", clock=Clock.NONE, day=""),
        Collection(path="heartrate", scope="heartrate", clock=Clock.ROW, instant="timestamp", day="", has_ids=False),
        Collection(
            path="ring_battery_level",
            scope="ring_configuration",
            clock=Clock.ROW,
            instant="timestamp",
            day="",
            has_ids=False,
        ),
        Collection(path="personal_info", scope="personal", clock=Clock.NONE, day="", has_fields=False, has_ids=False),
    )
}

SCOPES = (
    "email",
    "personal",
    "daily",
    "heartrate",
    "workout",
    "tag",
    "session",
    "spo2",
    "heart_health",
    "stress",
    "ring_configuration",
)
