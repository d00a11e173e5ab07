"""Lines of checks in a terminal, their JSON, and the exit code that they end a command with."""

import json
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console

from oura_lake.errors import EXIT_FAILED

if TYPE_CHECKING:
    from oura_lake.admin.checks.model import Check

COMMAND = re.compile(r"`[^`]+`")
UNBROKEN = "\N{NO-BREAK SPACE}"
WIDEST = 100
STATE_WIDTH = 8
NAME_WIDTH = 18
COLOURS = {"ok": "green", "warning": "yellow", "failed": "bold red", "skipped": "dim"}


def shown(checks: "Iterator[Check]", console: Console, *, as_json: bool) -> "list[Check]":
    """All checks, each printed as it is done."""
    done = []
    width = min(console.width, WIDEST)
    for check in checks:
        if not as_json:
            console.print(line(check, width), style=COLOURS[check.state], soft_wrap=True)
        done.append(check)
    return done


def line(check: "Check", width: int) -> str:
    """State, name and sentence of a check; the sentence wraps beside them, and a command to copy stays whole."""
    word = check.state.upper() if check.state == "failed" else str(check.state)
    head = f"{word:{STATE_WIDTH}} {check.name:{NAME_WIDTH}} "
    indent = " " * (STATE_WIDTH + NAME_WIDTH + 2)
    sentence = COMMAND.sub(lambda found: found[0].replace(" ", UNBROKEN), check.sentence)
    wrapped = textwrap.fill(
        sentence, width, initial_indent=head, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return wrapped.replace(UNBROKEN, " ")


def summary(checks: "list[Check]") -> str:
    """Line with the number of checks in each state."""
    n = Counter(str(check.state) for check in checks)
    counts = {"ok": n["ok"], "with a warning": n["warning"], "FAILED": n["failed"], "skipped": n["skipped"]}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) + "."


def end(checks: "list[Check]", console: Console, *, as_json: bool) -> NoReturn:
    """Print the JSON or the counts, and exit with 1 if a check failed."""
    if as_json:
        click.echo(json.dumps([vars(check) for check in checks], indent=2, ensure_ascii=False))
    else:
        console.print(f"\n{summary(checks)}")
    sys.exit(EXIT_FAILED if any(check.state == "failed" for check in checks) else 0)
