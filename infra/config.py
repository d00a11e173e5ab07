"""config.toml, read and checked once; every mistake is one sentence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.checking import ConfigWrong, check, check_keys, check_known
from infra.person_config import A_WEBHOOK, EMAIL, PersonConfig, checked
from infra.schedules import check_schedule

__all__ = ["Config", "ConfigWrong", "check_public", "load", "parsed"]

LAKE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
MOST_AT_ONCE = 900  # of 1,000 places of an account, of which Lambda leaves 100 to all functions together
MOST_BUDGET_USD = 1_000_000
LAKE_KEYS = {
    "name": str,
    "schedule": str,
    "webhooks": bool,
    "webhooks_at_once": int,
    "budget_usd": (int, float),
    "budget_email": str,
}
SCHEDULE_WITH_WEBHOOKS = "rate(1 day)"  # it finds what a webhook missed, and asks for what has none
TWICE = re.compile(r"Cannot declare \('persons', '([^']*)'\) twice \(at line (\d+)")


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
    config = Config(persons=tuple(checked(name, table) for name, table in tables["persons"].items()), **lake)
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
    check_schedule("[lake] schedule", config.schedule)
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
