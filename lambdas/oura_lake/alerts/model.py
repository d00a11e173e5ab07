"""Alerts, messages, channels and ledger entries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from oura_lake.analyses.model import MAJOR, MINOR, NONE

# The life of one telling in the ledger. Only SENDING becomes SENT.
SENDING = "sending"  # claimed: somebody is about to send it
SENT = "sent"
SHOWN = "shown"  # printed on a terminal, where there is no channel
FAILED = "failed"  # the channel refused it; the next run tries again
UNCONFIRMED = "unconfirmed"  # claimed, never confirmed, and now too old to send
DELIVERED = (SENT, SHOWN, UNCONFIRMED)
# Of an episode that nobody is told of by itself.
HISTORY = "found_in_history"
LEFT_TO_MAIL = "left_to_the_weekly_mail"  # the month had no message left

BUS = "bus"  # a way that is no message to anybody: no budget counts it or keeps it back
WEBHOOK = "webhook"
PROGRAMS = (BUS, WEBHOOK)
# What is told of an episode: that it began, that it became major (to ways that keep still before), that it is over.
OPENED, RAISED, CLEARED = "opened", "raised", "cleared"
BACK, REVISED = "back_in_range", "revised"  # why it is over: nights as usual, or data that say it never was
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
        """Name of the episode; it stays when later days lengthen it."""
        return f"{self.kind}-{self.first_alert_day}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """An alert as a person reads it, one text per way out; `episode` is the same in a message that is repeated.

    `event` is the same for a program (docs/reference/alert-event.schema.json), `chance_a_month` what the text says
    of chance.
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
    """One way to tell of episodes: from which level on, whether it keeps still while the person sleeps, whether it
    says that an episode is over, and whether it says that one of which it told became major.
    """

    name: str
    least: str = MINOR
    is_for_person: bool = True
    reports_end: bool = True
    reports_rise: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One step of an episode told by one way, at the level that it had; the moments are UTC."""

    step: str
    way: str
    status: str
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the ledger holds about one episode.

    `untold` says why the person was not told (empty: they were, or are being). `cleared_on` is the person's day on
    which it was found to be over, `cleared_because` why: the episode as it was told stays beside it.
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
        """What was told of its beginning."""
        return tuple(t for t in self.tellings if t.step != CLEARED)

    @property
    def status(self) -> str:
        """How far the telling of its beginning is; what still needs doing on any way comes first."""
        held = {t.status for t in self._message}
        return next((s for s in (SENDING, FAILED, SENT, SHOWN, UNCONFIRMED) if s in held), self.untold)

    @property
    def claimed_at(self) -> datetime | None:
        """When its beginning was last claimed."""
        return max((t.claimed_at for t in self._message if t.claimed_at), default=None)

    @property
    def sent_at(self) -> datetime | None:
        """When its beginning was first sent."""
        return min((t.sent_at for t in self._message if t.sent_at), default=None)

    @property
    def _message(self) -> tuple[Delivery, ...]:
        """What was told to the person of its beginning; to programs where nothing was, and nothing is kept back."""
        to_people = tuple(t for t in self.opening if t.way not in PROGRAMS)
        return to_people or (() if self.untold else self.opening)
