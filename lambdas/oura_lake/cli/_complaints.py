"""Commands that a sentence names, completed with the lake and the person of the command line that it answers."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from shlex import quote
from typing import Any

import click

from oura_lake.lake.plain import harmless_lines
from oura_lake.registry import module_names

LAKE, DEPLOYED, PERSON = "--lake", "--deployed", "--person"
NAMED = re.compile(r"`oura-lake ([a-z]+)([^`]*)`")


def complain(sentence: str) -> None:
    """Print a sentence on standard error that may quote a text from outside; its commands work as they stand."""
    click.echo(f"oura-lake: {harmless_lines(ready(sentence, sys.argv[1:]))}", err=True)


def ready(sentence: str, arguments: Sequence[str]) -> str:
    """Add the lake and the person of a command line to each command in back quotes that takes them and names none.

    An error of the lake or of Oura knows neither, and its command would fail where it is pasted.
    """
    given = _given(arguments)
    return NAMED.sub(lambda named: f"`oura-lake {named[1]}{_completed(named[1], named[2], given)}`", sentence)


def _given(arguments: Sequence[str]) -> Mapping[str, str]:
    """Options of a command line that name the lake and the person, by name; the lake with its whole path."""
    given = {}
    for argument, following in pairwise([*arguments, ""]):
        option, is_joined, value = argument.partition("=")
        value = value if is_joined else following
        if option == LAKE:
            given[option] = f"{LAKE} {quote(str(Path(value).resolve()))}"
        elif option == PERSON:
            given[option] = f"{PERSON} {quote(value)}"
        elif option == DEPLOYED:
            given[option] = DEPLOYED
    return given


def _completed(name: str, rest: str, given: Mapping[str, str]) -> str:
    """Options of a named command with those that it lacks; a command that names a lake keeps that one."""
    taken, there = _options(name), set(rest.split())
    if there & {LAKE, DEPLOYED}:
        taken -= {LAKE, DEPLOYED}
    return " ".join([rest, *(text for option, text in given.items() if option in taken - there)])


def _options(name: str) -> set[str]:
    """Options that a command takes; none for a name that is no command."""
    if name not in module_names("oura_lake.cli"):
        return set()
    parameters: Iterable[Any] = import_module(f"oura_lake.cli.{name}").command.params
    return {option for parameter in parameters for option in parameter.opts}
