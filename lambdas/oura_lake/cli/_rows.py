"""Output of rows: a table that fits a terminal, tab-separated text in a pipe, or JSON."""

import json
from collections.abc import Sequence
from datetime import date
from math import isfinite
from typing import Any

import click
from rich.console import Console, JustifyMethod
from rich.table import Table as Grid
from rich.text import Text

from oura_lake.lake.plain import harmless, harmless_json, plain
from oura_lake.query.model import Result

MOST_ROWS = 40
MOST_RECORDS = 3
WIDEST = 32
WRAPPED = 20
GAP = 2
LONGEST_CELL = 2_000
AT_ONCE = 1_000
ESCAPED = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def show(result: Result, console: Console, *, as_json: bool, most_rows: int = MOST_ROWS) -> None:
    """Print all rows as JSON or tab-separated; on a terminal those that fit, and how many more there are."""
    if as_json:
        click.echo("[" + ",".join(f"\n  {_json(row)}" for row in result.dicts()) + "\n]")
    elif not console.is_terminal:
        lines = [result.columns, *result.rows]
        for n in range(0, len(lines), AT_ONCE):  # click flushes after each text
            click.echo("\n".join("\t".join(map(_one_line, line)) for line in lines[n : n + AT_ONCE]))
    else:
        table(result, console, most_rows)


def table(result: Result, console: Console, most_rows: int = MOST_ROWS) -> None:
    """Print a table, on a terminal or not."""
    rows, columns = result.rows[:most_rows], [plain(name) for name in result.columns]
    n_fit = _n_fitting(columns, rows, console.width)
    if n_fit < len(columns) and 0 < len(rows) <= MOST_RECORDS:
        for row in rows:
            console.print(_record(columns, row))
    else:
        console.print(_grid(columns[:n_fit], [row[:n_fit] for row in rows]))
        _print_hidden_columns(console, columns[n_fit:])
    console.print(_footer(result, len(rows)), style="dim")


def _n_fitting(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], width: int) -> int:
    """Count the columns, from the left, that fit side by side; at least one. The last may wrap."""
    left = width + GAP
    for i, name in enumerate(columns):
        widest = WRAPPED if i == len(columns) - 1 else WIDEST
        left -= GAP + min(widest, max([len(name), *(len(_cell(row[i])) for row in rows)]))
        if left < 0:
            return max(i, 1)
    return len(columns)


def _grid(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, GAP, 0, 0), collapse_padding=True)
    for i, name in enumerate(columns):
        justify: JustifyMethod = "right" if any(_is_number(row[i]) for row in rows) else "left"
        if i == len(columns) - 1:
            grid.add_column(Text(name), justify=justify, overflow="fold")
        else:
            grid.add_column(Text(name), justify=justify, max_width=WIDEST, overflow="ellipsis", no_wrap=True)
    for row in rows:
        grid.add_row(*(Text(_cell(value)) for value in row))
    return grid


def _record(columns: Sequence[str], row: tuple[Any, ...]) -> Grid:
    """Grid of one row, its columns below each other: for rows wider than the terminal."""
    grid = Grid(box=None, show_header=False, pad_edge=False)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in zip(columns, row, strict=True):
        grid.add_row(Text(name, style="bold"), Text(_cell(value)))
    grid.add_row("", "")
    return grid


def _print_hidden_columns(console: Console, names: Sequence[str]) -> None:
    if names:
        plural = "s" if len(names) > 1 else ""
        text_of_hidden = f"{len(names)} more column{plural} not shown: {', '.join(names)}. Name them, or use --json."
        console.print(Text(text_of_hidden), style="dim")


def _footer(result: Result, n_shown: int) -> str:
    n = len(result.rows)
    text = f"{n:,} row{'' if n == 1 else 's'}"
    if n_shown < n:
        text += f", the first {n_shown} shown; add LIMIT, pipe it, or use --json"
    if result.bytes_scanned is not None:
        text += f", {result.bytes_scanned / 1e6:,.1f} MB read"
    return text


def _cell(value: Any) -> str:
    """Readable text of a value: floats to four digits after the point, lists with commas."""
    if value is None:
        return "-"
    return plain(_readable(value), LONGEST_CELL)


def _readable(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return ", ".join("-" if item is None else _readable(item) for item in value)
    return _text(value)


def _one_line(value: Any) -> str:
    """Full text of a value, without the characters that end a cell or a line."""
    text = "" if value is None else _text(value)
    return harmless(text.translate(ESCAPED))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == 0:
        return "0.0"  # a rounded -0.02 is no minus zero
    if isinstance(value, float) and isfinite(value):
        return repr(value)  # as JSON writes it, in a fifth of the time
    return value.isoformat() if isinstance(value, date) else _json(value)


def _json(value: Any) -> str:
    return harmless_json(ENCODER.encode(value))


def _json_default(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


ENCODER = json.JSONEncoder(ensure_ascii=False, default=_json_default)  # json.dumps makes one for each value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
