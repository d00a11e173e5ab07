"""What is an alert, and what does the ledger remember of it?"""

from dataclasses import dataclass
from datetime import date, datetime

# The life of an alert in the ledger. Only SENDING becomes SENT; HISTORY is never told to anyone.
SENDING = "sending"  # claimed: somebody is about to publish it
SENT = "sent"
SHOWN = "shown"  # printed on a terminal, where there is no channel
FAILED = "failed"  # the channel refused it; the next run tries again
UNCONFIRMED = "unconfirmed"  # claimed, never confirmed, and now too old to send
HISTORY = "found_in_history"
TOLD = (SENT, SHOWN, UNCONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One episode worth a message: a run of alert days of one kind with gaps of at most three days."""

    kind: str
    level: str
    onset_day: date
    first_alert_day: date
    last_alert_day: date
    method_version: str

    @property
    def id(self) -> str:
        """The name of the episode; it stays when later days lengthen it."""
        return f"{self.kind}-{self.first_alert_day}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """An alert as a person reads it, one text per way out."""

    subject: str
    body: str
    sms: str
    kind: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the ledger holds about one alert; `claimed_at` and `sent_at` are UTC."""

    id: str
    alert: Alert
    status: str
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    subject: str = ""
    message: str = ""
