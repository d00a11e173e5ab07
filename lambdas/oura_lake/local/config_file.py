"""Edits of config.toml that keep the owner's comments and order."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oura_lake.errors import SettingsWrong
from oura_lake.local.private_file import replace_private

HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?\s*(#.*)?$")


def without_person(text: str, person: str) -> str:
    """The text of config.toml without one person's table; raises SettingsWrong where cutting it out is not safe."""
    before = tomllib.loads(text)
    if person not in before.get("persons", {}):
        return text
    cut = "".join(_kept(text.splitlines(keepends=True), person))
    wanted = {**before, "persons": {name: t for name, t in before["persons"].items() if name != person}}
    if _without_empty(_loads(cut)) != _without_empty(wanted):
        raise SettingsWrong(f"config.toml holds {person} in a form of its own; delete the table [persons.{person}].")
    return cut


def remove_person(path: Path, person: str) -> bool:
    """Take the person out of the file; whether it had them. Raises SettingsWrong."""
    if not path.exists():
        return False
    text = _text(path)
    try:
        cut = without_person(text, person)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsWrong(f"{path} is not valid TOML ({error}); mend it and delete [persons.{person}].") from error
    if cut == text:
        return False
    _replace(path, cut)
    return True


def with_person(text: str, person: str, table: Mapping[str, str]) -> str:
    """The text of config.toml and one person's table behind it; raises SettingsWrong where that is not safe."""
    lines = [f"[persons.{person}]", *(f"{name} = {json.dumps(value)}" for name, value in table.items())]
    longer = text.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
    before = tomllib.loads(text)
    if _loads(longer) != {**before, "persons": {**before.get("persons", {}), person: dict(table)}}:
        raise SettingsWrong(f"config.toml holds its persons in a form of its own; add {person} to it by hand.")
    return longer


def add_person(path: Path, person: str, table: Mapping[str, str]) -> None:
    """Put the person behind all else in the file; raises SettingsWrong."""
    _replace(path, with_person(_text(path), person, table))


def persons_in(path: Path) -> set[str]:
    """The names of the persons in the file; raises SettingsWrong."""
    return set(_tables(path).get("persons", {}))


def lake_name(path: Path) -> str:
    """The name of the lake; raises SettingsWrong."""
    return str(_tables(path).get("lake", {}).get("name", "oura-lake"))


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsWrong(f"{path} is not valid TOML ({error}); mend it.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsWrong(f"{path} is no text in UTF-8; save it in UTF-8.") from error
    except OSError as error:
        raise SettingsWrong(
            f"{path} cannot be read ({error.strerror}); on a new laptop `oura-lake settings --out config.toml` writes "
            "it, else name yours with --config."
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write the file as a whole or leave it as it was, behind a link too; no planted name is followed."""
    file = path.resolve()
    try:
        replace_private(file, text.encode(), file.with_name(f".{file.name}.new"))
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be written ({error.strerror}); make it writable.") from error


def _kept(lines: list[str], person: str) -> list[str]:
    """All lines but those from the person's header to the next; comments right above that one stay with it."""
    kept: list[str] = []
    cut: list[str] = []
    is_cutting = False
    for line in lines:
        if header := HEADER.match(line):
            name = header["name"].replace('"', "").replace("'", "").replace(" ", "")
            was_cutting, is_cutting = is_cutting, name == f"persons.{person}" or name.startswith(f"persons.{person}.")
            if was_cutting and not is_cutting:
                kept += _comments_at_the_end(cut)
                cut = []
        (cut if is_cutting else kept).append(line)
    return kept


def _comments_at_the_end(lines: list[str]) -> list[str]:
    n = 0
    while n < len(lines) and lines[-1 - n].lstrip().startswith("#"):
        n += 1
    return lines[len(lines) - n :]


def _loads(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _without_empty(tables: dict[str, object]) -> dict[str, object]:
    return {name: table for name, table in tables.items() if table}
