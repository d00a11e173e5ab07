"""A person's table of config.toml, read and checked."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from oura_lake.lake.keys import PERSON
from oura_lake.sources.oura import ENDPOINTS

from infra.checking import ConfigWrong, check, check_keys, check_known
from infra.reach import is_public
from infra.schedules import check_schedule

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
PORT_AND_PATH = r"(:\d{1,4}|:[1-5]\d{4})?(/[!-\"$-~]*)?"
WEBHOOK = re.compile(rf"https://[\w-][\w.-]*{PORT_AND_PATH}|http://(127\.0\.0\.1|localhost){PORT_AND_PATH}")
A_WEBHOOK = "use an address that begins with https://, without a name, a password or a # in it"
NO_PLACE = ("localtime", "posixrules", "Factory")  # zones that are another on each machine, or none
PERSON_KEYS = {
    "timezone": str,
    "schedule": str,
    "email": (str, list),
    "sms": (str, list),
    "share_with": list,
    "numbers_in_messages": bool,
    "collections": list,
    "quiet_hours": str,
    "email_from": str,
    "sms_from": str,
    "alerts": list,
    "messages_a_month": int,
    "illness_alerts_a_month": (int, float),
    "weekly_mail": bool,
    "webhook": str,
    "webhook_from": str,
}
KINDS = sorted(p.stem for p in (Path(__file__).parents[1] / "lambdas/oura_lake/alerts/kinds").glob("[a-z]*.py"))
LEVELS, LEVEL_KEYS = ("minor", "major"), ("email_from", "sms_from", "webhook_from")
AMOUNTS = {"messages_a_month": (0, 1000, "0 or more"), "illness_alerts_a_month": (0.25, 2, "0.25 to 2")}
HOURS = re.compile(r"(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?")


@dataclass(frozen=True, kw_only=True)
class PersonConfig:
    """One ring's owner: their zone, where messages go, what is fetched (nothing named: everything).

    Without a schedule of their own the lake's holds. Those of `share_with` get this person's messages too.
    """

    name: str
    timezone: str
    schedule: str = ""
    email: tuple[str, ...] = ()
    sms: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()
    numbers_in_messages: bool = False
    collections: tuple[str, ...] = ()
    quiet_hours: str = "22:00-07:00"
    email_from: str = "minor"
    sms_from: str = "major"
    alerts: tuple[str, ...] | None = None
    messages_a_month: int = 4
    illness_alerts_a_month: float = 0.5
    weekly_mail: bool = True
    webhook: str = ""
    webhook_from: str = "minor"

    @property
    def wakes_at(self) -> tuple[int, int] | None:
        """Hour and minute at which the quiet hours end; None where there are none."""
        end = self.quiet_hours.partition("-")[2]
        return (int(end[:2]), int(end[3:])) if end else None

    @property
    def ways(self) -> dict[str, str]:
        """How this person is told of episodes, and from which level on by each way; programs come last."""
        webhook = {"webhook": self.webhook_from} if self.webhook else {}
        return {"email": self.email_from, "sms": self.sms_from, "bus": "minor", **webhook}

    @property
    def addresses(self) -> frozenset[str]:
        """Where this person is reached."""
        return frozenset(self.email + self.sms)


def checked(name: str, table: Any) -> PersonConfig:
    """Check the table of one person; raises ConfigWrong."""
    where = f"[persons.{name}]"
    check("The person", name, PERSON, "use a lower-case letter, then up to 30 letters, digits or hyphens")
    if not isinstance(table, dict):
        raise ConfigWrong(f"persons.{name} is not a table; write {where} on a line of its own.")
    check_keys(where, table, PERSON_KEYS)
    if "timezone" not in table:
        raise ConfigWrong(f'{where} has no timezone; add for example timezone = "Europe/Berlin".')
    check_known(f"{where} timezone", [table["timezone"]], available_timezones() - {*NO_PLACE})
    check_known(f"{where} collections", table.get("collections", ()), [e.name for e in ENDPOINTS])
    if "schedule" in table:
        check_schedule(f"{where} schedule", table["schedule"])
    check(f"{where} quiet_hours", table.get("quiet_hours", ""), HOURS, 'use for example "22:00-07:00", or ""')
    chosen = {key: table[key] for key in ("quiet_hours", *LEVEL_KEYS, "webhook") if key in table}
    check_known(f"{where} level", [chosen[key] for key in LEVEL_KEYS if key in chosen], LEVELS)
    if chosen.get("webhook"):
        check(f"{where} webhook", chosen["webhook"], WEBHOOK, A_WEBHOOK)
        _check_reached(f"{where} webhook", chosen["webhook"])
    if "alerts" in table:
        check_known(f"{where} alerts", table["alerts"], KINDS)
        chosen["alerts"] = tuple(table["alerts"])
    for key in (key for key in AMOUNTS if key in table):
        least, most, advice = AMOUNTS[key]
        if not least <= table[key] <= most:
            raise ConfigWrong(f"{where} {key} is {table[key]}; use {advice}.")
        chosen[key] = table[key]
    return PersonConfig(
        name=name,
        timezone=table["timezone"],
        schedule=table.get("schedule", ""),
        share_with=tuple(table.get("share_with", ())),
        collections=tuple(table.get("collections", ())),
        email=_addresses(f"{where} email", table.get("email"), EMAIL, "use an address such as you@example.com"),
        sms=_addresses(f"{where} sms", table.get("sms"), PHONE, "use the international form, such as +4915112345678"),
        numbers_in_messages=table.get("numbers_in_messages", False),
        weekly_mail=table.get("weekly_mail", True),
        **chosen,
    )


def _addresses(where: str, given: str | list[Any] | None, form: re.Pattern[str], advice: str) -> tuple[str, ...]:
    entries = [given] if isinstance(given, str) else given or []
    for entry in entries:
        check(where, entry, form, advice)
    return tuple(entries)


def _check_reached(where: str, address: str) -> None:
    if not is_public(address):
        raise ConfigWrong(f"{where} leads to {urlsplit(address).hostname}, which is no public address; {A_WEBHOOK}.")
