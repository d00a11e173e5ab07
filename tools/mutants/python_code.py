"""Mutants of Python modules, made by cosmic-ray's operators; it runs in the environment .mutants.

python -m tools.mutants.python_code N MODULE...      writes N mutants a module at most, one JSON object a line

A place of the code is mutated at most once. Which places, and how, follows from a hash of the line: so an edit
elsewhere in the module changes neither.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from tools.mutants.model import Mutant, rank

BINARY = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "FloorDiv_Mul",
    "Mod_Mul",
    "Pow_Mul",
    "BitAnd_BitOr",
    "BitXor_BitOr",
)
COMPARISON = (
    "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
    "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
)  # fmt: skip
OPERATORS = (
    *(f"core/ReplaceBinaryOperator_{name}" for name in BINARY),
    *(f"core/ReplaceComparisonOperator_{name}" for name in COMPARISON),
    *(
        f"core/{name}"
        for name in (
            "ReplaceUnaryOperator_Delete_USub",
            "ReplaceUnaryOperator_Delete_Not",
            "ReplaceAndWithOr",
            "ReplaceOrWithAnd",
            "ReplaceTrueWithFalse",
            "ReplaceFalseWithTrue",
            "ReplaceBreakWithContinue",
            "ReplaceContinueWithBreak",
            "AddNot",
            "NumberReplacer",
            "ExceptionReplacer",
            "ZeroIterationForLoop",
        )
    ),
)
Place = tuple[int, int]
Made = tuple[str, int]  # an operator, and which of its occurrences


def mutants(path: str, most: int) -> Iterator[Mutant]:
    """So many mutants of a module, the same ones on every day."""
    source = Path(path).read_text(encoding="utf-8")
    lines = source.splitlines()
    places = _places(source)
    ranks = {place: rank(path, lines[place[0] - 1].strip(), place[1]) for place in places}
    for place in sorted(sorted(places, key=ranks.__getitem__)[:most]):
        ways = places[place]
        name, occurrence = ways[rank("way", ranks[place]) % len(ways)]
        with suppress(AttributeError):  # cosmic-ray 8.7 cannot replace an exception whose name has a dot
            yield _mutant(path, lines, mutate_code(source, get_operator(name)(), occurrence))


def _places(source: str) -> dict[Place, list[Made]]:
    """Places of the module that can be changed, each with its operators."""
    nodes = [(node, _is_declaration(node)) for node in _nodes(parso.parse(source))]
    found: dict[Place, list[Made]] = {}
    for name in OPERATORS:
        operator, occurrence = get_operator(name)(), 0
        for node, is_declaration in nodes:
            for start, _ in operator.mutation_positions(node):
                if not is_declaration:
                    found.setdefault(start, []).append((name, occurrence))
                occurrence += 1
    return found


def _nodes(node: Any) -> Iterator[Any]:
    """Nodes in the order in which cosmic-ray counts occurrences."""
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def _is_declaration(node: Any) -> bool:
    """Whether a node is a decorator's, a type's or a star among parameters; no test is to catch an unfrozen class."""
    if node.type == "operator" and node.parent.type in ("parameters", "param"):
        return True
    while (above := node.parent) is not None:
        is_type = (above.type == "annassign" and node is above.children[1]) or (
            above.type == "funcdef" and node is above.annotation
        )
        if is_type or above.type in ("tfpdef", "decorator"):
            return True
        node = above
    return False


def _mutant(path: str, lines: list[str], text: str) -> Mutant:
    changed = text.splitlines()
    at = next(n for n, (old, new) in enumerate(zip(lines, changed, strict=False)) if old != new)
    return Mutant(path=path, line=at + 1, before=lines[at].strip(), after=changed[at].strip(), text=text)


if __name__ == "__main__":
    for module in sys.argv[2:]:
        for mutant in mutants(module, int(sys.argv[1])):
            sys.stdout.write(json.dumps(asdict(mutant)) + "\n")
