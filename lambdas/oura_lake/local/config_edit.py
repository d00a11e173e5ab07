"""Edits of the text of config.toml by tomlkit; config_file.py checks that the tables are as wanted."""

from collections.abc import Mapping
from itertools import takewhile

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Comment, Table, Whitespace

from oura_lake.errors import SettingsWrong


def appended(text: str, person: str, table: Mapping[str, str]) -> str:
    """Text with the person's table at its end."""
    added = tomlkit.table(is_super_table=True).append(person, dict(table))
    return text.rstrip("\n") + "\n\n" + tomlkit.document().append("persons", added).as_string()


def cut_out(text: str, person: str) -> str:
    """Text without the person's tables; the comments above the next table stay."""
    document = _parse(text)
    for key, persons in document.body:
        if key is not None and key.key == "persons" and isinstance(persons, Table):
            body = persons.value.body
            for n, (name, table) in enumerate(body):
                if name is not None and name.key == person and isinstance(table, Table):
                    body[n] = (None, Whitespace(_comments_above_the_next(table, text)))
    return document.as_string()


def _comments_above_the_next(table: Table, text: str) -> str:
    """Comments at the end of a table, which belong to the next table; none at the end of the text."""
    items = [item for _, item in table.value.body]
    if items and isinstance(items[-1], Table):
        return _comments_above_the_next(items[-1], text)
    comments = [item.as_string() for item in takewhile(lambda item: isinstance(item, Comment), reversed(items))]
    found = "".join(reversed(comments))
    return "" if text.endswith(found) else found


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:  # TOML that tomllib reads and tomlkit does not
        raise SettingsWrong(f"config.toml cannot be edited ({error})", "edit it by hand") from error
