"""Checks of values in config.toml."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any


class ConfigWrong(Exception):
    """The configuration cannot be used; the text says which setting and how to mend it."""


def check(where: str, value: Any, form: re.Pattern[str], advice: str) -> None:
    """Refuse a value that has not the form."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ConfigWrong(f"{where} is '{value}', which cannot be used; {advice}.")


def check_known(where: str, values: Iterable[Any], known: Iterable[str]) -> None:
    """Refuse values that are not among the known ones."""
    names = sorted(known)
    for value in values:
        if value not in names:
            raise ConfigWrong(f"{where} is '{value}', which is not known{_suggestion(str(value), names)}.")


def check_keys(where: str, table: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse keys that are not known, and values of another kind than theirs."""
    for key, value in table.items():
        if key not in known:
            raise ConfigWrong(f"{where} has the unknown setting '{key}'{_suggestion(key, list(known))}.")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise ConfigWrong(f"{where} {key} is of the wrong kind ({value!r}); see config.example.toml.")


def _suggestion(given: str, known: list[str]) -> str:
    close = get_close_matches(given, known, n=1)
    return f"; did you mean '{close[0]}'" if close else "; see config.example.toml"
