"""Alerts, messages, channels and ledger entries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from oura_lake.analyses.model import MAJOR, MINOR, NONE

# The states of one delivery in the ledger. Only SENDING becomes SENT.
SENDING = "sending"  # claimed: a run is about to send it
SENT = "sent"
SHOWN = "shown"  # printed on a terminal, where there is no channel
FAILED = "failed"  # the channel refused it; the next run tries again
UNCONFIRMED = "unconfirmed"  # claimed, never confirmed, and now too old to send
DELIVERED = (SENT, SHOWN, UNCONFIRMED)
# The reasons why an episode has no message of its own.
HISTORY = "found_in_history"
LEFT_TO_MAIL = "left_to_the_weekly_mail"  # the month had no message left

BUS = "bus"  # a way to programs: the message budget neither counts nor withholds it
WEBHOOK = "webhook"
PROGRAMS = (BUS, WEBHOOK)
# The steps of an episode: it began, it became major (for ways that were silent before), it is over.
OPENED, RAISED, CLEARED = "opened", "raised", "cleared"
BACK, REVISED = "back_in_range", "revised"  # the reason of an end: usual nights, or data that disprove the episode
RANK = {NONE: 0, MINOR: 1, MAJOR: 2}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One episode worth a message: a run of alert days of one kind with gaps of at most three days."""

    kind: str
    level: str
    onset_day: date
    first_alert_day: date
    last_alert_day: date
    method_version: str
    peak_day: date | None = None

    @property
    def id(self) -> str:
        """Name of the episode; it stays the same when later days lengthen the episode."""
        return f"{self.kind}-{self.first_alert_day}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """Alert as a person reads it, one text per way; a repeated message has the same `episode`.

    `event` is the alert for a program (docs/reference/alert-event.schema.json), `chance_a_month` the rate by chance
    that the text states.
    """

    subject: str
    body: str
    sms: str
    kind: str
    level: str
    episode: str = ""
    step: str = OPENED
    chance_a_month: float | None = None
    event: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Way:
    """Way to deliver episodes from the level `least` on; a way that `is_for_person` is silent in the quiet hours.

    The way sends an all-clear where it `reports_end`, and a second message where it `reports_rise`: when an episode
    that it delivered becomes major.
    """

    name: str
    least: str = MINOR
    is_for_person: bool = True
    reports_end: bool = True
    reports_rise: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Delivery of one step of an episode by one way, at the level of that moment; the times are UTC."""

    step: str
    way: str
    status: str
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Entry of one episode in the ledger.

    `untold` is the reason why the person got no message (empty: they did, or will). `cleared_on` is the person's day
    on which the episode was found to be over, `cleared_because` the reason. The episode stays as it was delivered.
    """

    id: str
    alert: Alert
    untold: str = ""
    tellings: tuple[Delivery, ...] = ()
    subject: str = ""
    message: str = ""
    cleared_on: date | None = None
    cleared_because: str = ""

    @property
    def opening(self) -> tuple[Delivery, ...]:
        """Deliveries of the beginning."""
        return tuple(t for t in self.tellings if t.step != CLEARED)

    @property
    def status(self) -> str:
        """State of the delivery of the beginning; of several ways the least advanced counts."""
        statuses = {t.status for t in self._message}
        return next((s for s in (SENDING, FAILED, SENT, SHOWN, UNCONFIRMED) if s in statuses), self.untold)

    @property
    def claimed_at(self) -> datetime | None:
        """Time of the last claim of the beginning."""
        return max((t.claimed_at for t in self._message if t.claimed_at), default=None)

    @property
    def sent_at(self) -> datetime | None:
        """Time at which the beginning was first sent."""
        return min((t.sent_at for t in self._message if t.sent_at), default=None)

    @property
    def _message(self) -> tuple[Delivery, ...]:
        """Deliveries of the beginning to the person; those to programs if there are none and nothing is withheld."""
        to_people = tuple(t for t in self.opening if t.way not in PROGRAMS)
        return to_people or (() if self.untold else self.opening)
