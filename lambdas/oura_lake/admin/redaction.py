"""Redaction of sentences for a stranger: only words that the program itself has written are left.

A list of what to remove would miss something. So each word of a text stays only if it occurs in a literal of this
package's source, which holds nothing of anybody's, and if it has no digit. All else becomes a mark.
"""

import ast
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from oura_lake.admin.preflight.permissions import statements
from oura_lake.errors import SettingsWrong
from oura_lake.query.views import load_views

PACKAGE = Path(__file__).resolve().parents[1]
NAME, NUMBER, OTHER = "<person>", "#", "…"
# Words of others, of which none can be of a person: what Trino calls its refusals.
OF_TRINO = (
    "TABLE_NOT_FOUND", "COLUMN_NOT_FOUND", "FUNCTION_NOT_FOUND", "SCHEMA_NOT_FOUND", "INVALID_VIEW", "VIEW_IS_STALE",
    "TYPE_MISMATCH", "SYNTAX_ERROR", "NOT_SUPPORTED", "GENERIC_INTERNAL_ERROR", "QUERY_HAS_TOO_MANY_STAGES",
    "HIVE_BAD_DATA", "HIVE_CURSOR_ERROR", "HIVE_CANNOT_OPEN_SPLIT", "HIVE_METASTORE_ERROR", "INVALID_TABLE_PROPERTY",
)  # fmt: skip
EDGES = ".,;:!?()[]'\"`"


def redacted(text: str, names: Collection[str] = ()) -> str:
    """Text of which only the program's own words are left; `names` are persons, who may be called as a word is."""
    return "\n".join(" ".join(_word(word, names) for word in line.split()) for line in text.splitlines())


def _word(word: str, names: Collection[str]) -> str:
    core = word.strip(EDGES)
    if not core:
        return word if set(word) <= set(EDGES) else OTHER
    before, _, after = word.partition(core)
    return f"{before}{_mark(core, names)}{after}"


def _mark(core: str, names: Collection[str]) -> str:
    if core in names:
        return NAME
    if any(letter.isnumeric() for letter in core):
        return NUMBER if core.isnumeric() else OTHER
    return core if core in vocabulary() else OTHER


@cache
def vocabulary() -> frozenset[str]:
    """Words of every literal of the package, names of views, and actions of the owner's policy."""
    files = (path for path in PACKAGE.rglob("*.py") if "simulator" not in path.parts)
    words = {word for path in files for word in _words(ast.parse(path.read_text(encoding="utf-8")))}
    return frozenset(words | load_views().keys() | {action for s in _statements() for action in s["Action"]})


def _statements() -> list[dict[str, Any]]:
    """Statements of the owner's policy, whose actions a refusal may name; none outside a clone."""
    try:
        return statements()
    except SettingsWrong:
        return []


def _words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (core for word in node.value.split() if (core := word.strip(EDGES)))
