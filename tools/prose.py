"""Check of the words: documents, docstrings and names in plain British English, as CONTRIBUTING's style says.

`python -m tools.prose` prints each finding as `file:line: what is wrong` and exits with 1 if there is one.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("lambdas", "infra", "tools", "tests")
LONGEST_SENTENCE = 45  # words
# Participles and verbs that stood for things; the glossary has the noun for each.
RIDDLES = {
    "told", "tell", "tells", "telling", "held", "said", "say", "says", "saying", "asked",
    "kept", "came", "gone", "bury", "heard", "owed", "sway", "patience", "patient",
}  # fmt: skip
# Names that are stored or printed as they are, by file: fields of the JSON of `oura-lake status`.
PERSISTED = {
    "lambdas/oura_lake/monitoring/status.py": {"says"},
    "lambdas/oura_lake/cli/_status_place.py": {"n_held"},
}
AMERICAN = {
    "analyze": "analyse", "behavior": "behaviour", "canceled": "cancelled", "center": "centre", "color": "colour",
    "favorite": "favourite", "fulfill": "fulfil", "gray": "grey", "labeled": "labelled", "license": "licence",
    "modeled": "modelled", "neighbor": "neighbour", "traveled": "travelled",
}  # fmt: skip
RIDDLE_SENTENCES = re.compile(
    r"\b(what is (said|told|held|asked|kept) (of|from|by|to)|that which|who (looks|judges|asks) (has|gets|may|is)"
    r"|is said of|are told of)\b",
    re.IGNORECASE,
)
FENCE = re.compile(r"^\s*(```|~~~)")
CODE_SPAN = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>")
SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n|\n\s*[-*|#0-9]")
WORDS_OF_A_NAME = re.compile(r"[a-z]+|[A-Z][a-z]*")


def main() -> int:
    """Print every finding; 1 if there is one."""
    findings = sorted({*_documents(), *_code()})
    print("\n".join(findings) or "No word to mend.")  # noqa: T201 the output of a command
    return bool(findings)


def _documents() -> Iterator[str]:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        if path.name not in ("CHANGELOG.md", "licences.md"):
            text = _without_code(path.read_text(encoding="utf-8"))
            yield from (f"{path.relative_to(ROOT)}:{fault}" for fault in (*words(text), *long_sentences(text)))


def _without_code(text: str) -> str:
    """Markdown text with as many lines, its fenced blocks and code spans blank."""
    lines, inside = [], False
    for line in text.splitlines():
        fence = bool(FENCE.match(line))
        inside ^= fence
        lines.append("" if inside or fence else CODE_SPAN.sub("x", line))
    return "\n".join(lines)


def words(text: str, first_line: int = 1) -> Iterator[str]:
    """American spellings and riddles of a text, as `line: what is wrong`."""
    for number, line in enumerate(text.splitlines(), first_line):
        for word in re.findall(r"[a-z]+", line):
            if word in AMERICAN:
                yield f"{number}: {word} is American; write {AMERICAN[word]}"
        if riddle := RIDDLE_SENTENCES.search(line):
            yield f"{number}: “{riddle.group()}” has no noun; name the thing (docs/glossary.md)"


def long_sentences(text: str) -> Iterator[str]:
    """Sentences of more words than a reader can keep in mind."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        count = len(text[start:end].split())
        if count > LONGEST_SENTENCE and "|" not in text[start:end]:
            yield f"{text.count(chr(10), 0, start) + 1}: a sentence of {count} words; write two"
        start = end


def _code() -> Iterator[str]:
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            file = str(path.relative_to(ROOT))
            for fault in (*names(tree, PERSISTED.get(file, set())), *_docstrings(tree)):
                yield f"{file}:{fault}"


def names(tree: ast.Module, persisted: Collection[str] = ()) -> Iterator[str]:
    """Names of functions, classes, arguments and variables with a riddle; a test's name is a sentence and free."""
    for line, name in _defined(tree):
        is_free = name.startswith("test_") or name in persisted
        if not is_free and (riddles := RIDDLES & {w.lower() for w in WORDS_OF_A_NAME.findall(name)}):
            yield f"{line}: the name {name} says {', '.join(sorted(riddles))}; use the glossary's word"


def _defined(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            text = ast.get_docstring(node, clean=False)
            if text:
                first = node.body[0].lineno
                yield from words(text, first)
                if text.strip().splitlines()[0].endswith("?"):
                    yield f"{first}: a docstring that asks; write a noun phrase or an imperative"


if __name__ == "__main__":
    sys.exit(main())
