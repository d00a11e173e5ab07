"""Checks of config.toml against what AWS and Oura take; the deploy itself checks the file's own rules."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from oura_lake.admin.checks.model import Finding, State
from oura_lake.errors import SettingsWrong

RESERVED = ("aws", "ssm")  # SSM refuses parameters that begin so, in whatever capitals
USERS_OF_AN_APP = 10  # until Oura has approved the app
# Zones named since 2021, each with the older name of the same clock. AWS documents no list of the zones that it knows.
YOUNG_ZONES = {
    "America/Ciudad_Juarez": "America/Ojinaga",
    "America/Coyhaique": "America/Punta_Arenas",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Kanton": "Pacific/Enderbury",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Parts of config.toml that an account may refuse; the defaults are those of an empty file."""

    lake: str = "oura-lake"
    zones: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    has_budget: bool = False
    has_webhooks: bool = False
    webhooks_at_once: int = 0


def wanted(config: Path) -> Wanted:
    """Read what config.toml asks for, whatever else is wrong in it; raises SettingsWrong."""
    try:
        tables = tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsWrong(
            f"There is no {config.name}", f"`cp config.example.toml {config.name}`, and edit it"
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsWrong(f"{config.name} cannot be read ({error})", "mend it") from error
    lake, persons = _table(tables.get("lake")), {n: _table(t) for n, t in _table(tables.get("persons")).items()}
    return Wanted(
        lake=str(lake.get("name", "oura-lake")),
        zones={name: str(table.get("timezone", "")) for name, table in persons.items()},
        numbers=tuple(number for table in persons.values() for number in _texts(table.get("sms", []))),
        has_budget=bool(lake.get("budget_email")),
        has_webhooks=lake.get("webhooks") is True,
        webhooks_at_once=at_once if isinstance(at_once := lake.get("webhooks_at_once"), int) else 0,
    )


def read(config: Path) -> Finding:
    """Check that config.toml can be read and names somebody."""
    n = len(wanted(config).zones)
    if n == 0:
        return State.FAILED, f"{config.name} names no person; add a table such as [persons.me]."
    if n > USERS_OF_AN_APP:
        return State.WARNING, (
            f"{config.name} names {n} persons, and Oura allows {USERS_OF_AN_APP} users an app until it approves it; "
            "ask Oura for the approval of your app first."
        )
    return State.OK, f"{config.name} names {n} person{'s' if n > 1 else ''}; the deploy checks the rest of it."


def names(found: Wanted) -> Finding:
    """Check that SSM takes parameters of the lake's name."""
    if found.lake.lower().startswith(RESERVED):
        return State.FAILED, (
            f"AWS refuses parameters of a lake named {found.lake}, for its name begins with {found.lake[:3].lower()}; "
            "set another name below [lake] in config.toml."
        )
    return State.OK, f"AWS takes the name {found.lake}."


def zones(found: Wanted) -> Finding:
    """Check that the zones exist, and that AWS probably knows them."""
    if unknown := sorted({zone for zone in found.zones.values() if zone not in available_timezones()}):
        return (
            State.FAILED,
            f"No such time zone: {', '.join(unknown)}; use a name such as Europe/Berlin in config.toml.",
        )
    if young := sorted({zone for zone in found.zones.values() if zone in YOUNG_ZONES}):
        advice = " and ".join(f"{YOUNG_ZONES[zone]} for {zone}" for zone in young)
        return (
            State.WARNING,
            f"AWS may not know a time zone as young as these yet; if the deploy refuses it, write {advice}.",
        )
    return State.OK, "The time zones are known."


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [text for text in given if isinstance(text, str)]
