"""Commands of a folder: one file each, loaded when it is called.

All commands together load half of what is installed: a list of them, or a TAB, would wait for pyarrow and httpx. The
list is read from the files' text instead.
"""

import ast
from collections import UserDict
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from oura_lake.registry import module_names

ENTRY = "main"


class CommandFolder(UserDict[str, click.Command]):
    """Commands of a package by name; a command is imported when it is looked up."""

    def __init__(self, package: str) -> None:
        super().__init__()
        self._package = package

    def __getitem__(self, name: str) -> click.Command:
        if name not in self:
            raise KeyError(name)
        command: click.Command = import_module(f"{self._package}.{name}").command
        return command

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def _names(self) -> list[str]:
        return [name for name in module_names(self._package) if name != ENTRY]

    def outline(self, name: str) -> click.Command:
        """Name and help of a command, read from its file's text and not imported."""
        spec = find_spec(f"{self._package}.{name}")
        if spec is None or spec.origin is None:
            raise KeyError(name)
        tree = ast.parse(Path(spec.origin).read_bytes())
        function = next(part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name == "command")
        return click.Command(name, help=ast.get_docstring(function), short_help=_short_help(function))


class CommandsOfAFolder(click.Group):
    """Group whose help and completion load none of its commands."""

    commands: CommandFolder

    def __init__(self, *, package: str, **settings: Any) -> None:
        super().__init__(commands=CommandFolder(package), **settings)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        outlines = {name: self.commands.outline(name) for name in self.commands}
        click.Group(commands=outlines).format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, or an option of the group."""
        named = (self.commands.outline(name) for name in self.commands if name.startswith(incomplete))
        items = [CompletionItem(command.name, help=command.get_short_help_str()) for command in named]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]


def _short_help(function: ast.FunctionDef) -> str | None:
    """Text of `short_help` in the decorators of a command; None without one."""
    for decorator in function.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == "short_help":
                return str(ast.literal_eval(keyword.value))
    return None
