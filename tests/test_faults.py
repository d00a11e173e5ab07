"""Each row of the tables of faults states a rule and names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
PLANTED, FOUND, ON_AWS = REFERENCE / "faults.md", REFERENCE / "known-faults.md", REFERENCE / "aws-reality.md"
HEADERS = {
    PLANTED: ["fault", "what holds", "test"],
    FOUND: ["finding", "fault", "what holds now", "test"],
    ON_AWS: ["finding", "what holds now", "test"],
}
SECTIONS = ["Strangers' files and public bug reports", "Attack", "Newcomers", "Questions", "Mutations"]
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[[^`]*\])?`")
NO_TEST = "-"
OPEN = "open"  # nothing holds yet
BORDER = re.compile(r"(?<!\\)\|")  # a bar behind a backslash is text


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in BORDER.split(line.strip())[1:-1]]


def tables(path: Path) -> list[list[list[str]]]:
    """Tables of a document, each with its header and without the line under it."""
    found: list[list[list[str]]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            found[-1].append(cells_of(line))
        elif found[-1]:
            found.append([])
    return [[table[0], *table[2:]] for table in found if table]


def rows(path: Path) -> list[list[str]]:
    return [row for table in tables(path) for row in table[1:]]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module(body=[], type_ignores=[])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing_tests(row: list[str], may_lack_one: bool = False) -> list[str]:
    """List the tests of a row that do not exist; a row without a test lacks one, unless it gives the reason instead."""
    if may_lack_one and row[-1] == NO_TEST:
        return []
    named = NAMED_TEST.findall(row[-1])
    return [f"{path}::{name}" for path, name in named if name not in functions_of(ROOT / path)] if named else ["a test"]


@pytest.mark.parametrize("row", rows(PLANTED), ids=lambda row: row[0][:60])
def test_every_fault_says_what_holds_and_names_a_test_that_exists(row: list[str]) -> None:
    assert (len(row), all(row), missing_tests(row)) == (3, True, [])


def test_every_finding_says_what_holds_and_names_a_test_that_exists_or_gives_the_reason() -> None:
    found = {row[0]: (len(row), all(row), missing_tests(row, may_lack_one=True)) for row in rows(FOUND)}
    assert {finding: wrong for finding, wrong in found.items() if wrong != (4, True, [])} == {}


def test_every_finding_about_aws_is_open_or_names_a_test_that_exists_or_gives_the_reason() -> None:
    found = {row[0]: (len(row), all(row), missing_tests(row, may_lack_one=True)) for row in rows(ON_AWS)}
    assert {finding: wrong for finding, wrong in found.items() if wrong != (3, True, [])} == {}
    assert [row[0] for row in rows(ON_AWS) if row[1] == OPEN and row[-1] != NO_TEST] == []
    numbers = {match[1] for row in rows(ON_AWS) if (match := re.match(r"1\.(\d+) ", row[0]))}
    assert numbers == {str(n) for n in range(1, 18)}


@pytest.mark.parametrize("path", HEADERS, ids=lambda path: path.name)
def test_every_table_of_faults_has_the_header_that_its_rows_are_read_by(path: Path) -> None:
    headers = [table[0] for table in tables(path)]
    assert headers
    assert all(header == HEADERS[path] for header in headers)


def test_the_findings_are_in_their_five_sections() -> None:
    lines = FOUND.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS


@pytest.mark.parametrize("path", HEADERS, ids=lambda path: path.name)
def test_no_fault_is_listed_twice(path: Path) -> None:
    faults = [tuple(row[:-2]) for row in rows(path)]
    assert sorted(set(faults)) == sorted(faults)


@pytest.mark.parametrize("cell", ["none", "`tests/test_faults.py::test_of_nothing`", "`tests/no.py::test_a`"])
def test_a_row_without_an_existing_test_is_found(cell: str) -> None:
    assert missing_tests(["a", "b", cell])
    assert missing_tests(["a", "b", "c", cell], may_lack_one=True)


def test_a_row_without_a_test_is_taken_only_where_it_gives_the_reason() -> None:
    assert missing_tests(["a", "b", NO_TEST])
    assert missing_tests(["a", "b", "Oura documents it so.", NO_TEST], may_lack_one=True) == []


def test_a_bar_behind_a_backslash_is_no_border() -> None:
    assert cells_of(r"| 30 | `a \| b` | holds | - |") == ["30", r"`a \| b`", "holds", "-"]
