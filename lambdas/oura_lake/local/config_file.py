"""How does a person leave config.toml, and the owner's own comments and order stay?"""

import re
import tomllib
from pathlib import Path

from oura_lake.errors import SettingsWrong

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
    try:
        text = path.read_text(encoding="utf-8")
        cut = without_person(text, person)
    except FileNotFoundError:
        return False
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"{path} is not valid TOML ({error}); mend it and delete [persons.{person}].") from error
    if cut == text:
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(cut, encoding="utf-8")
    beside.chmod(path.stat().st_mode)
    beside.replace(path)
    return True


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
