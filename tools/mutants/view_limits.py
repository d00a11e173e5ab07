"""Mutants of the views' limits: each number that a value is compared with, or that bounds a window.

A whole number or zero becomes one more and one less, another number half of itself and half as much again.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlglot import Token, TokenType, tokenize

from tools.mutants.model import Mutant, rank

COMPARED = {TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.EQ, TokenType.NEQ}
OF_WINDOW = {"PRECEDING", "FOLLOWING"}


def limits(path: str, most: int) -> list[Mutant]:
    """So many mutants of a view, the same ones on every day."""
    source = Path(path).read_text(encoding="utf-8")
    found = [_mutant(path, source, token, value) for token in _limits(source) for value in _others(token.text)]
    return sorted(sorted(found, key=lambda m: rank(*m.name))[:most], key=lambda m: m.line)


def _limits(source: str) -> Iterator[Token]:
    tokens = list(tokenize(source, dialect="athena"))
    for at, token in enumerate(tokens):
        if token.token_type == TokenType.NUMBER and _is_limit(tokens, at):
            yield token


def _is_limit(tokens: Sequence[Token], at: int) -> bool:
    before, after = tokens[at - 1], tokens[at + 1] if at + 1 < len(tokens) else None
    if before.token_type in COMPARED or before.token_type == TokenType.BETWEEN:
        return True
    if after is not None and (after.token_type in COMPARED or after.text.upper() in OF_WINDOW):
        return True
    return before.token_type == TokenType.AND and tokens[at - 3].token_type == TokenType.BETWEEN


def _others(text: str) -> tuple[str, str]:
    """Two numbers near one that is written so."""
    if text.isdigit():
        return str(int(text) + 1), str(int(text) - 1)
    number = float(text)
    return (f"{number / 2:.6f}e0", f"{number * 1.5:.6f}e0") if number else ("1e0", "-1e0")


def _mutant(path: str, source: str, token: Token, value: str) -> Mutant:
    text = source[: token.start] + value + source[token.end + 1 :]
    line = source.count("\n", 0, token.start)
    before, after = source.splitlines()[line], text.splitlines()[line]
    return Mutant(path=path, line=line + 1, before=before.strip(), after=after.strip(), text=text)
