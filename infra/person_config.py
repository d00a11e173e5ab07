"""Table of a person in config.toml."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from oura_lake.lake.keys import PERSON
from oura_lake.sources.oura import ENDPOINTS
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from infra.checking import Amount, Form, Items, Known, Number, Table, one_or_many, without_default, wrong
from infra.reach import is_public
from infra.schedules import Schedule

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
PORT_AND_PATH = r'(:\d{1,4}|:[1-5]\d{4})?(/[!-"$-~]*)?'
WEBHOOK = re.compile(rf"|https://[\w-][\w.-]*{PORT_AND_PATH}|http://(127\.0\.0\.1|localhost){PORT_AND_PATH}")
A_WEBHOOK = "use an address that begins with https://, without a name, a password or a # in it"
NO_PLACE = ("localtime", "posixrules", "Factory")  # zones that differ between machines, or name no place
KINDS = sorted(p.stem for p in (Path(__file__).parents[1] / "lambdas/oura_lake/alerts/kinds").glob("[a-z]*.py"))
HOURS = re.compile(r"(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?")

Name = Annotated[str, Form(PERSON, "use a lower-case letter, then up to 30 letters, digits or hyphens")]
Zone = Annotated[str, Known(tuple(available_timezones() - {*NO_PLACE})), WithJsonSchema({"type": "string"})]
Email = Annotated[str, Form(EMAIL, "use an address such as you@example.com")]
Phone = Annotated[str, Form(PHONE, "use the international form, such as +4915112345678")]
Collection = Annotated[str, Known(tuple(endpoint.name for endpoint in ENDPOINTS))]
AlertKind = Annotated[str, Known(tuple(KINDS))]
Level = Annotated[str, Known(("minor", "major"), "level")]


def _reached(address: str) -> str:
    """Return an address that anybody can reach, or refuse it."""
    if address and not is_public(address):
        raise wrong(f"leads to {urlsplit(address).hostname}, which is no public address", A_WEBHOOK)
    return address


class PersonSettings(Table):
    """Table of one ring's owner: their zone, where messages go, what is fetched (nothing named: everything).

    A person without a schedule has the lake's. The persons of `share_with` get this person's messages too.
    """

    timezone: Zone
    schedule: Schedule = ""
    email: Annotated[tuple[Email, ...], one_or_many(Email)] = ()
    sms: Annotated[tuple[Phone, ...], one_or_many(Phone)] = ()
    share_with: Items[Annotated[Any, WithJsonSchema({"type": "string"})]] = ()
    numbers_in_messages: bool = False
    collections: Items[Collection] = ()
    quiet_hours: Annotated[str, Form(HOURS, 'use for example "22:00-07:00", or ""')] = "22:00-07:00"
    email_from: Level = "minor"
    sms_from: Level = "major"
    alerts: Items[AlertKind] | SkipJsonSchema[None] = Field(default=None, json_schema_extra=without_default)
    messages_a_month: Annotated[int, Amount("0 or more", most=1000)] = 4
    illness_alerts_a_month: Annotated[Number, Amount("0.25 to 2", least=0.25, most=2)] = 0.5
    weekly_mail: bool = True
    webhook: Annotated[str, Form(WEBHOOK, A_WEBHOOK), AfterValidator(_reached)] = ""
    webhook_from: Level = "minor"


class PersonConfig(PersonSettings):
    """Owner of a ring as configured."""

    name: Name

    @property
    def wakes_at(self) -> tuple[int, int] | None:
        """Hour and minute at which the quiet hours end; None where there are none."""
        end = self.quiet_hours.partition("-")[2]
        return (int(end[:2]), int(end[3:])) if end else None

    @property
    def ways(self) -> dict[str, str]:
        """Ways that send a person their episodes, each with its lowest level; programs come last."""
        webhook = {"webhook": self.webhook_from} if self.webhook else {}
        return {"email": self.email_from, "sms": self.sms_from, "bus": "minor", **webhook}

    @property
    def addresses(self) -> frozenset[str]:
        """Addresses and numbers that reach this person."""
        return frozenset(self.email + self.sms)
