"""Every error is made of a problem and an advice, and nobody takes an error apart by its text."""

import ast
import pickle
from functools import cache
from pathlib import Path

import pytest
from oura_lake import errors
from oura_lake.errors import ChainBroken, NotErased, OuraLakeError, SettingsWrong, caught

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for folder in ("lambdas", "infra", "tools")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
TREES = {name: ast.parse(source) for name, source in SOURCES.items()}
APART = {
    "partition",
    "rpartition",
    "split",
    "rsplit",
    "splitlines",
    "replace",
    "startswith",
    "endswith",
    "find",
    "index",
}
SEARCHES = {"search", "match", "fullmatch", "findall", "finditer", "sub"}
# Errors of libraries that have no field for what is wanted.
WITHOUT_FIELDS = {
    "lambdas/oura_lake/query/duckdb.py",  # the unknown column, the division by zero
    "lambdas/oura_lake/query/statement.py",  # the unknown column, of sqlglot
    "lambdas/oura_lake/local/history_csv.py",  # which of two faults the csv module met
}


def test_a_sentence_joins_problem_and_advice() -> None:
    error = SettingsWrong("There is no folder x", "fill one first")
    assert (error.problem, error.advice) == ("There is no folder x", "fill one first")
    assert str(error) == "There is no folder x; fill one first."


def test_a_problem_alone_is_a_sentence() -> None:
    assert (
        str(OuraLakeError("Nothing can be done"))
        == str(OuraLakeError("Nothing can be done."))
        == "Nothing can be done."
    )


def test_a_problem_that_is_a_sentence_is_followed_by_another() -> None:
    assert str(OuraLakeError("Whose mails?", "Add --person.")) == "Whose mails? Add --person."


def test_a_question_closes_a_sentence() -> None:
    assert str(OuraLakeError("There is no table x", "did you mean y?")) == "There is no table x; did you mean y?"


def test_an_error_goes_from_process_to_process() -> None:
    error = pickle.loads(pickle.dumps(ChainBroken("The permission is gone", "connect again", version="v1")))
    assert (str(error), error.version) == ("The permission is gone; connect again.", "v1")


def test_what_is_left_after_an_erasure_is_a_problem_with_an_advice() -> None:
    assert str(NotErased({"versions": 3})) == "3 versions were written during the removal and remain; run it again."


@pytest.mark.parametrize("error", [SettingsWrong("Wrong"), KeyError("a mistake in the code"), StopIteration()])
def test_what_a_block_raises_is_caught(error: Exception) -> None:
    with caught() as found:
        raise error
    assert found.error is error


def test_nothing_is_caught_of_a_block_that_raises_nothing() -> None:
    with caught() as found:
        pass
    assert found.error is None


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), SettingsWrong("Wrong")])
def test_an_interruption_passes_and_so_does_the_kind_of_error_that_is_named(error: BaseException) -> None:
    with pytest.raises(type(error)), caught(SettingsWrong):
        raise error


def subclasses(root: type[Exception]) -> set[str]:
    return {root.__name__} | {name for kind in root.__subclasses__() for name in subclasses(kind)}


@cache
def own_errors() -> frozenset[str]:
    """List the names of all classes below OuraLakeError, in every module."""
    names, before = subclasses(errors.OuraLakeError), set[str]()
    while names != before:
        before = set(names)
        for tree in TREES.values():
            classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
            names |= {c.name for c in classes if {base.id for base in c.bases if isinstance(base, ast.Name)} & names}
    return frozenset(names)


def words(node: ast.expr) -> str:
    """Join the literal text of a string, without what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words(part) for part in parts if isinstance(part, ast.Constant))
        case _:
            return ""


def ends_open(node: ast.expr) -> bool:
    last = node.values[-1] if isinstance(node, ast.JoinedStr) else node
    return not (
        isinstance(last, ast.Constant) and str(last.value).endswith(".") and not str(last.value).endswith("...")
    )


def is_in_one(call: ast.Call) -> bool:
    """Whether both parts stand in the problem, or the advice has the full stop that `str()` adds."""
    return ";" in words(call.args[0]) or not all(map(ends_open, call.args[1:2]))


def joined(tree: ast.AST) -> list[int]:
    """Find the lines where an error is made of parts that are none."""
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.args)
    return [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id in own_errors() and is_in_one(c)]


def is_error(arg: ast.arg) -> bool:
    kind = ast.unparse(arg.annotation) if arg.annotation else ""
    return kind.endswith(("Error", "Exception")) or kind in own_errors()


def names_of_errors(tree: ast.AST) -> set[str]:
    """List the names of exceptions in a module: where they are caught, and as parameters."""
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    return caught | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg) and is_error(node)}


def is_text(node: ast.AST, names: set[str]) -> bool:
    """Whether it is `str(error)` or `error.args[0]`, perhaps with methods on it."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]):
            return name in names
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="args")):
            return name in names
        case ast.Call(func=ast.Attribute(value=inner)):
            return is_text(inner, names)
    return False


def is_taken_apart(node: ast.AST, names: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[]):  # folds the blanks of a foreign text
            return False
        case ast.Call(func=ast.Attribute(value=text, attr=method)) if method in APART:
            return is_text(text, names)
        case ast.Call(func=ast.Attribute(attr=method), args=args) if method in SEARCHES:
            return any(is_text(arg, names) for arg in args)
        case ast.Compare(left=left, comparators=others):
            return any(is_text(side, names) for side in (left, *others))
    return False


def taken_apart(tree: ast.AST) -> list[int]:
    """Find the lines where the text of an exception is searched, compared or cut."""
    names = names_of_errors(tree)
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and is_taken_apart(node, names)]


def test_an_error_is_made_of_its_parts() -> None:
    assert {name: lines for name, tree in TREES.items() if (lines := joined(tree))} == {}


def test_no_error_is_taken_apart_by_its_text() -> None:
    found = {name for name, tree in TREES.items() if taken_apart(tree)}
    assert found == WITHOUT_FIELDS


@pytest.mark.parametrize(
    "text",
    [
        "str(error).partition(';')",
        "'holds nothing' in str(error)",
        "'holds nothing' not in str(error)",
        "str(error).strip().startswith('x')",
        "PATTERN.search(str(error))",
        "re.sub('a', 'b', str(error))",
        "error.args[0].split(';')",
        "str(error) == 'x'",
    ],
)
def test_the_rule_sees_an_error_taken_apart(text: str) -> None:
    assert taken_apart(ast.parse(f"try:\n    pass\nexcept SettingsWrong as error:\n    {text}")) == [4]


@pytest.mark.parametrize("text", ["'a; b.'", "f'{a}; b'", "'a', 'b.'", "'a', f'{b} c.'"])
def test_the_rule_sees_an_error_made_in_one_string(text: str) -> None:
    assert joined(ast.parse(f"raise SettingsWrong({text})")) == [1]
