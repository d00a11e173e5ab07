"""Reading and checking of config.toml; every mistake becomes one sentence."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from infra.checking import OURS, Amount, ConfigWrong, Form, Number, Table, suggestion, unknown, without_default
from infra.person_config import A_WEBHOOK, EMAIL, Name, PersonConfig, PersonSettings
from infra.schedules import Schedule

__all__ = ["Config", "ConfigWrong", "check_public", "load", "parsed"]

LAKE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
MOST_AT_ONCE = 900  # of an account's 1,000 places; Lambda reserves 100 for all functions together
BUDGET_EMAIL = re.compile(rf"({EMAIL.pattern})?")
SCHEDULE_WITH_WEBHOOKS = "rate(1 day)"  # it fetches what a webhook missed and the collections without webhooks
SOME_PERSONS: dict[str, Any] = {"minProperties": 1, "additionalProperties": False}
TWICE = re.compile(r"Cannot declare \('persons', '([^']*)'\) twice \(at line (\d+)")


class LakeSettings(Table):
    """Table of the lake."""

    name: Annotated[str, Form(LAKE_NAME, "use a lower-case letter, then letters, digits or hyphens")] = "oura-lake"
    schedule: Schedule = "rate(1 hour)"
    webhooks: bool = False
    webhooks_at_once: Annotated[int, Amount(f"0 (no limit) to {MOST_AT_ONCE}", most=MOST_AT_ONCE)] = 0
    budget_usd: Annotated[Number, Amount("an amount above zero and below a million", above=0, most=1_000_000)] = 5
    budget_email: Annotated[str, Form(BUDGET_EMAIL, "use an address such as you@example.com")] = ""


class Config(LakeSettings):
    """Contents of config.toml."""

    persons: tuple[PersonConfig, ...]

    @property
    def database(self) -> str:
        """Glue database: the lake's name in letters that SQL needs no quotes for."""
        return self.name.replace("-", "_")

    @property
    def token_secret_prefix(self) -> str:
        """Prefix of the name of each person's secret."""
        return f"{self.name}/"

    @property
    def app_parameter(self) -> str:
        """Name of the parameter in which `oura-lake connect` stores the app's credentials."""
        return f"/{self.name}/app"

    @property
    def accounts_prefix(self) -> str:
        """Prefix of the names of the parameters that map a user id of Oura to a person."""
        return f"/{self.name}/accounts/"

    def readers(self, person: PersonConfig) -> tuple[PersonConfig, ...]:
        """Readers of a person's messages: the person, and those with whom they share them."""
        return (person, *(other for other in self.persons if other.name in person.share_with))


def load(path: Path) -> Config:
    """Read and check a configuration file; raises ConfigWrong."""
    try:
        return parsed(tomllib.loads(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise ConfigWrong(f"{path.name} is not UTF-8 (byte {error.start + 1})", "save it as UTF-8") from error
    except RecursionError as error:
        raise ConfigWrong(f"{path.name} is nested too deep", "see config.example.toml") from error
    except FileNotFoundError as error:
        raise ConfigWrong(f"There is no {path.name}", f"copy config.example.toml to {path.name} and edit it") from error
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path.name, str(error)) from error


class ConfigFile(Table):
    """Tables of config.toml: one of the lake, and one of each person."""

    model_config = ConfigDict(json_schema_extra={"required": ["persons"]})
    lake: LakeSettings = Field(default=LakeSettings(), json_schema_extra=without_default)
    persons: dict[Name, PersonSettings] = Field(default={}, json_schema_extra=SOME_PERSONS)


def parsed(tables: Mapping[str, Any]) -> Config:
    """Check the tables of a configuration; raises ConfigWrong."""
    try:
        file = ConfigFile.model_validate(tables)
    except ValidationError as error:
        raise _first(error.errors()) from None
    if not file.persons:
        raise ConfigWrong("config.toml names no person", "add a table such as [persons.me]")
    lake = given(file.lake)
    if file.lake.webhooks:
        lake = {"schedule": SCHEDULE_WITH_WEBHOOKS} | lake
    config = Config(persons=tuple(PersonConfig(name=n, **given(p)) for n, p in file.persons.items()), **lake)
    _check_sharing(config)
    return config


def given(table: Table) -> dict[str, Any]:
    """Return the settings that a table names."""
    return {name: getattr(table, name) for name in table.model_fields_set}


def check_public(config: Config) -> None:
    """Refuse a webhook that only this machine reaches; raises ConfigWrong."""
    for person in config.persons:
        if person.webhook.startswith("http://"):
            raise ConfigWrong(f"[persons.{person.name}] webhook is plain HTTP to your own machine", A_WEBHOOK)


def _not_toml(file: str, error: str) -> ConfigWrong:
    if twice := TWICE.match(error):
        return ConfigWrong(
            f"{file} names the person '{twice[1]}' twice (line {twice[2]})", "give each ring's owner their own name"
        )
    return ConfigWrong(f"{file} is not valid TOML: {error}", "mend it")


def _first(errors: Sequence[ErrorDetails]) -> ConfigWrong:
    """First mistake and its correction; an unknown name comes first, for a misspelling also causes a missing one."""
    error = min(errors, key=lambda e: e["type"] != "extra_forbidden")
    path = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        return ConfigWrong(
            f"{_table(path)} has the unknown setting '{path[-1]}'", suggestion(path[-1], _settings(path))
        )
    if error["type"] == "missing":
        return ConfigWrong(f"{_table(path)} has no timezone", 'add for example timezone = "Europe/Berlin"')
    if path[-1] == "[key]":
        return ConfigWrong(f"The person {error['ctx']['problem']}", error["ctx"]["advice"])
    if path[0] == "persons" and len(path) == 2:
        return ConfigWrong(f"persons.{path[1]} is not a table", f"write [persons.{path[1]}] on a line of its own")
    where = f"{_table(path)} {path[len(_place(path))]}"
    if error["type"] == OURS:
        return ConfigWrong(f"{where} {error['ctx']['problem']}", error["ctx"]["advice"])
    return ConfigWrong(f"{where} is of the wrong kind ({error['input']!r})", "see config.example.toml")


def _place(path: Sequence[str]) -> Sequence[str]:
    """Names of the table that contains a setting."""
    return path[: min(len(path) - 1, 2 if path[0] == "persons" else 1)]


def _table(path: Sequence[str]) -> str:
    return f"[{'.'.join(place)}]" if (place := _place(path)) else "config.toml"


def _settings(path: Sequence[str]) -> Iterable[str]:
    tables: dict[tuple[str, ...], type[Table]] = {(): ConfigFile, ("lake",): LakeSettings}
    return tables.get(tuple(_place(path)), PersonSettings).model_fields


def _check_sharing(config: Config) -> None:
    """Refuse an address of two persons unless their own tables share it, so that a copied address leaks nothing."""
    for person in config.persons:
        others = [other for other in config.persons if other is not person]
        for name in person.share_with:
            if name not in (names := [other.name for other in others]):
                raise ConfigWrong(*unknown(f"[persons.{person.name}] share_with", name, names))
        for other in others:
            if other.name not in person.share_with and (both := sorted(_ends(person) & _ends(other))):
                shown = "One webhook" if both[0].startswith("http") else both[0]  # its address may contain a key
                raise ConfigWrong(
                    f"{shown} stands under both {person.name} and {other.name}, so it would get the messages of both",
                    f'add share_with = ["{other.name}"] to [persons.{person.name}] if that is wanted',
                )


def _ends(person: PersonConfig) -> set[str]:
    """All addresses of a person, also a program's; those of mail disregard capitals."""
    return {address.casefold() for address in (*person.addresses, person.webhook) if address}
