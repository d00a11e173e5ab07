"""Does each row of the table of faults name a test that exists?"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "faults.md"
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[[^`]*\])?`")


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module(body=[], type_ignores=[])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing_tests(row: list[str]) -> list[str]:
    """The tests of a row that do not exist; a row without a test lacks one."""
    named = NAMED_TEST.findall(row[-1])
    return [f"{path}::{name}" for path, name in named if name not in functions_of(ROOT / path)] if named else ["a test"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_every_fault_says_what_holds_and_names_a_test_that_exists(row):
    assert (len(row), all(row), missing_tests(row)) == (3, True, [])


def test_no_fault_is_listed_twice():
    faults = [row[0] for row in rows()]
    assert sorted(set(faults)) == sorted(faults)


@pytest.mark.parametrize("cell", ["none", "`tests/test_faults.py::test_of_nothing`", "`tests/no.py::test_a`"])
def test_a_row_without_an_existing_test_is_found(cell):
    assert missing_tests(["a", "b", cell])
