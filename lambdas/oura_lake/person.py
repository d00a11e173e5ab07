"""Owner of a ring, as configured: zone, collections, delivery of messages."""

import json
from dataclasses import dataclass
from typing import Any

from oura_lake.alerts.message_budget import MESSAGES_A_MONTH
from oura_lake.alerts.model import PROGRAMS, Way
from oura_lake.alerts.quiet_hours import Hours, parse_hours
from oura_lake.alerts.wording.dates import DEPLOYED
from oura_lake.analyses.model import MINOR
from oura_lake.analyses.personal_threshold import EVENTS_A_MONTH


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Address of a person's own program for alerts, and the name of the secret with the key that signs them."""

    url: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Owner of a ring as configured: zone of their days, what is fetched, content of messages, when and how.

    `alerts` are the kinds that they receive (None: the kinds that are on by default); `n_email` is the number of
    addresses for their messages, which no function knows. `lake_option` is the option by which a command names the
    lake.
    """

    name: str
    timezone: str = "UTC"
    collections: tuple[str, ...] = ()
    numbers_in_messages: bool = False
    ways: tuple[Way, ...] = (Way(name="email"),)
    quiet_hours: Hours | None = None
    alerts: tuple[str, ...] | None = None
    messages_a_month: int = MESSAGES_A_MONTH
    illness_alerts_a_month: float = EVENTS_A_MONTH
    has_weekly_mail: bool = True
    n_email: int = 0
    webhook: Webhook | None = None
    lake_option: str = DEPLOYED

    @property
    def options(self) -> str:
        """Options that make a command use this person's lake, ready to be pasted."""
        return f"{self.lake_option} --person {self.name}"

    @property
    def connect_options(self) -> str:
        """Options of `oura-lake connect` for this person; on a laptop the token belongs to no lake."""
        place = f"{DEPLOYED} " if self.lake_option == DEPLOYED else ""
        return f"{place}--person {self.name}"

    def wants(self, collection: str) -> bool:
        """Whether a collection is fetched for them."""
        return not self.collections or collection in self.collections


def persons(text: str) -> dict[str, Person]:
    """Read `{"me": {"timezone": "Europe/Berlin", ...}}` into persons by name."""
    entries: dict[str, dict[str, Any]] = json.loads(text)
    return {
        name: Person(
            name=name,
            timezone=entry.get("timezone", "UTC"),
            collections=tuple(entry.get("collections") or ()),
            numbers_in_messages=bool(entry.get("numbers_in_messages", False)),
            ways=tuple(_way(name, least) for name, least in entry.get("ways", {"email": MINOR}).items()),
            quiet_hours=parse_hours(entry.get("quiet_hours", "")),
            alerts=None if entry.get("alerts") is None else tuple(entry["alerts"]),
            messages_a_month=entry.get("messages_a_month", MESSAGES_A_MONTH),
            illness_alerts_a_month=float(entry.get("illness_alerts_a_month", EVENTS_A_MONTH)),
            n_email=int(entry.get("n_email", 0)),
            has_weekly_mail=bool(entry.get("weekly_mail", True)),
            webhook=Webhook(url=entry["webhook"], key=entry["webhook_key"]) if entry.get("webhook") else None,
        )
        for name, entry in entries.items()
    }


def _way(name: str, least: str) -> Way:
    """Way as configured; programs get every step at any hour, an SMS only what is major."""
    is_program = name in PROGRAMS
    return Way(name=name, least=least, is_for_person=not is_program, reports_end=name != "sms", reports_rise=is_program)
