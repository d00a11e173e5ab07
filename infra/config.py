"""config.toml, read and checked once; every mistake is one sentence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from oura_lake.lake.keys import PERSON
from oura_lake.sources.oura import ENDPOINTS

from infra.checking import ConfigWrong, check, check_keys, check_known
from infra.reach import is_public
from infra.schedules import A_SCHEDULE, is_schedule

__all__ = ["Config", "ConfigWrong", "PersonConfig", "check_public", "load", "parsed"]

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
PORT_AND_PATH = r"(:\d{1,4}|:[1-5]\d{4})?(/[!-\"$-~]*)?"
WEBHOOK = re.compile(rf"https://[\w-][\w.-]*{PORT_AND_PATH}|http://(127\.0\.0\.1|localhost){PORT_AND_PATH}")
A_WEBHOOK = "use an address that begins with https://, without a name, a password or a # in it"
LAKE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
MOST_AT_ONCE = 900  # of 1,000 places of an account, of which Lambda leaves 100 to all functions together
MOST_BUDGET_USD = 1_000_000
NO_PLACE = ("localtime", "posixrules", "Factory")  # zones that are another on each machine, or none
LAKE_KEYS = {
    "name": str,
    "schedule": str,
    "webhooks": bool,
    "webhooks_at_once": int,
    "budget_usd": (int, float),
    "budget_email": str,
}
SCHEDULE_WITH_WEBHOOKS = "rate(1 day)"  # it finds what a webhook missed, and asks for what has none
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
TWICE = re.compile(r"Cannot declare \('persons', '([^']*)'\) twice \(at line (\d+)")


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


@dataclass(frozen=True, kw_only=True)
class Config:
    """The whole of config.toml."""

    persons: tuple[PersonConfig, ...]
    name: str = "oura-lake"
    schedule: str = "rate(1 hour)"
    webhooks: bool = False
    webhooks_at_once: int = 0
    budget_usd: float = 5
    budget_email: str = ""

    @property
    def database(self) -> str:
        """The Glue database: the lake's name in letters that SQL needs no quotes for."""
        return self.name.replace("-", "_")

    @property
    def token_secret_prefix(self) -> str:
        """What the name of each person's secret begins with."""
        return f"{self.name}/"

    @property
    def app_parameter(self) -> str:
        """The name of the parameter that `oura-lake connect` keeps the app's credentials in."""
        return f"/{self.name}/app"

    @property
    def accounts_prefix(self) -> str:
        """What the name of the parameter begins with that says whose a user id of Oura is."""
        return f"/{self.name}/accounts/"

    def readers(self, person: PersonConfig) -> tuple[PersonConfig, ...]:
        """Who gets a person's messages: they, and those whom they share them with."""
        return (person, *(other for other in self.persons if other.name in person.share_with))


def load(path: Path) -> Config:
    """Read and check a configuration file; raises ConfigWrong."""
    try:
        return parsed(tomllib.loads(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise ConfigWrong(f"{path.name} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from error
    except RecursionError as error:
        raise ConfigWrong(f"{path.name} is nested too deep; see config.example.toml.") from error
    except FileNotFoundError as error:
        raise ConfigWrong(f"There is no {path.name}; copy config.example.toml to {path.name} and edit it.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigWrong(_not_toml(path.name, str(error))) from error


def parsed(tables: Mapping[str, Any]) -> Config:
    """Check the tables of a configuration; raises ConfigWrong."""
    check_keys("config.toml", tables, {"lake": dict, "persons": dict})
    lake = tables.get("lake", {})
    check_keys("[lake]", lake, LAKE_KEYS)
    lake = ({"schedule": SCHEDULE_WITH_WEBHOOKS} if lake.get("webhooks") else {}) | lake
    if not tables.get("persons"):
        raise ConfigWrong("config.toml names no person; add a table such as [persons.me].")
    config = Config(persons=tuple(_person(name, table) for name, table in tables["persons"].items()), **lake)
    _check_lake(config)
    _check_sharing(config)
    return config


def check_public(config: Config) -> None:
    """Refuse a webhook that only this machine reaches; raises ConfigWrong."""
    for person in config.persons:
        if person.webhook.startswith("http://"):
            raise ConfigWrong(f"[persons.{person.name}] webhook is plain HTTP to your own machine; {A_WEBHOOK}.")


def _not_toml(file: str, error: str) -> str:
    if twice := TWICE.match(error):
        return f"{file} names the person '{twice[1]}' twice (line {twice[2]}); give each ring's owner their own name."
    return f"{file} is not valid TOML: {error}."


def _check_lake(config: Config) -> None:
    check("[lake] name", config.name, LAKE_NAME, "use a lower-case letter, then letters, digits or hyphens")
    _check_schedule("[lake] schedule", config.schedule)
    if config.budget_email:
        check("[lake] budget_email", config.budget_email, EMAIL, "use an address such as you@example.com")
    if not 0 < config.budget_usd <= MOST_BUDGET_USD:  # also true of nan, which no comparison holds for
        raise ConfigWrong(f"[lake] budget_usd is {config.budget_usd}; use an amount above zero and below a million.")
    if not 0 <= config.webhooks_at_once <= MOST_AT_ONCE:
        raise ConfigWrong(f"[lake] webhooks_at_once is {config.webhooks_at_once}; use 0 (no limit) to {MOST_AT_ONCE}.")


def _check_sharing(config: Config) -> None:
    """Nobody gets another's messages unless the other's own table says so: no slip of a copied address does it."""
    for person in config.persons:
        others = [other for other in config.persons if other is not person]
        check_known(f"[persons.{person.name}] share_with", person.share_with, [other.name for other in others])
        for other in others:
            if other.name not in person.share_with and (both := sorted(_ends(person) & _ends(other))):
                shown = "One webhook" if both[0].startswith("http") else both[0]  # its address may be a key
                raise ConfigWrong(
                    f"{shown} stands under both {person.name} and {other.name}, so it would get the messages of "
                    f'both; add share_with = ["{other.name}"] to [persons.{person.name}] if that is wanted.'
                )


def _ends(person: PersonConfig) -> set[str]:
    """Every address of theirs, a program's too; those who take mail disregard capitals."""
    return {address.casefold() for address in (*person.addresses, person.webhook) if address}


def _person(name: str, table: Any) -> PersonConfig:
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
        _check_schedule(f"{where} schedule", table["schedule"])
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


def _check_schedule(where: str, value: str) -> None:
    if not is_schedule(value):
        raise ConfigWrong(f"{where} is '{value}', which cannot be used; {A_SCHEDULE}.")


def _check_reached(where: str, address: str) -> None:
    if not is_public(address):
        raise ConfigWrong(f"{where} leads to {urlsplit(address).hostname}, which is no public address; {A_WEBHOOK}.")
