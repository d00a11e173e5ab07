"""Edits of config.toml that keep the owner's comments and order."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.local.private_file import replace_private


def without_person(text: str, person: str) -> str:
    """Text of config.toml without one person's tables; raises SettingsWrong where a removal is not safe."""
    before = tomllib.loads(text)
    if person not in before.get("persons", {}):
        return text
    from oura_lake.local.config_edit import cut_out  # tomlkit takes 30 ms, which no other command need wait for

    cut = cut_out(text, person)
    wanted = {**before, "persons": {name: t for name, t in before["persons"].items() if name != person}}
    if _without_empty(_loads(cut)) != _without_empty(wanted):
        raise SettingsWrong(f"config.toml holds {person} in a form of its own", f"delete the table [persons.{person}]")
    return cut


def remove_person(path: Path, person: str) -> bool:
    """Remove the person from the file; return whether it had them. Raises SettingsWrong."""
    if not path.exists():
        return False
    text = _text(path)
    try:
        cut = without_person(text, person)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsWrong(f"{path} is not valid TOML ({error})", f"mend it and delete [persons.{person}]") from error
    if cut == text:
        return False
    _replace(path, cut)
    return True


def with_person(text: str, person: str, table: Mapping[str, str]) -> str:
    """Text of config.toml with one person's table at its end; raises SettingsWrong where that is not safe."""
    from oura_lake.local.config_edit import appended  # as above

    longer = appended(text, person, table)
    before = tomllib.loads(text)
    if _loads(longer) != {**before, "persons": {**before.get("persons", {}), person: dict(table)}}:
        raise SettingsWrong("config.toml holds its persons in a form of its own", f"add {person} to it by hand")
    return longer


def add_person(path: Path, person: str, table: Mapping[str, str]) -> None:
    """Append the person to the file; raises SettingsWrong."""
    _replace(path, with_person(_text(path), person, table))


def persons_in(path: Path) -> set[str]:
    """Names of the persons in the file; raises SettingsWrong."""
    return set(_tables(path).get("persons", {}))


def lake_name(path: Path) -> str:
    """Name of the lake; raises SettingsWrong."""
    return str(_tables(path).get("lake", {}).get("name", "oura-lake"))


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsWrong(f"{path} is not valid TOML ({error})", "mend it") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsWrong(f"{path} is no text in UTF-8", "save it in UTF-8") from error
    except OSError as error:
        raise SettingsWrong(
            f"{path} cannot be read ({error.strerror})",
            "on a new laptop `oura-lake settings --out config.toml` writes it, else name yours with --config",
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write the whole file or leave it unchanged, through a link too; a planted temporary name is not followed."""
    file = path.resolve()
    try:
        replace_private(file, text.encode(), file.with_name(f".{file.name}.new"))
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be written ({error.strerror})", "make it writable") from error


def _loads(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _without_empty(tables: dict[str, object]) -> dict[str, object]:
    return {name: table for name, table in tables.items() if table}
