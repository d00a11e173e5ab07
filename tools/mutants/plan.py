"""Plan of a mutation run: the files to mutate, and the tests that should catch each mutant."""

from pathlib import Path

import click
import yaml

PACKAGES = ("lake", "analyses", "alerts", "query")
VIEWS = "views"
CODE, SQL = Path("lambdas/oura_lake"), Path("athena")
TESTS = (Path("tests/unit"), Path("tests/integration"))
OF_VIEWS = "tests/views/test_given_expect.py::test_a_view_gives_the_expected_rows"
OF_YEAR = "tests/views/test_generated_year.py::test_a_view_gives_the_sums_of_the_generated_year"
OF_LIMITS = "tests/views/test_limits.py"
OF_QUERY = ("tests/integration/cli/test_query.py",)


def mutated(of: str) -> list[str]:
    """Files to mutate of a package, of one module of it (`lake/merge`), or of the views; raises BadParameter."""
    if of.partition("/")[0] == VIEWS:
        found = list(SQL.rglob(f"{of.partition('/')[2] or '*'}.sql"))
    else:
        folder = CODE / of
        found = [*folder.rglob("*.py"), *([folder.with_suffix(".py")] if folder.with_suffix(".py").is_file() else [])]
    if not found:
        raise click.BadParameter(f"there is no {of}; name a package, a module as lake/merge or a view as views/goals.")
    return sorted(str(path) for path in found if path.name != "__init__.py")


def package_of(path: str) -> str:
    """Package that a module is part of."""
    return VIEWS if Path(path).is_relative_to(SQL) else Path(path).relative_to(CODE).parts[0]


def own_tests(path: str) -> list[str]:
    """Test files that mirror a module; the tests in the .yml of a view."""
    if package_of(path) == VIEWS:
        tests = yaml.safe_load(Path(path).with_suffix(".yml").read_text(encoding="utf-8"))["tests"]
        return [f"{OF_VIEWS}[{Path(path).stem}-{name}]" for name in tests]
    module = Path(path).relative_to(CODE)
    mirrored = (folder / module.parent / f"test_{module.stem}.py" for folder in TESTS)
    return [str(file) for file in mirrored if file.is_file()]


def other_tests(path: str) -> list[str]:
    """All other test files of the module's package; what views share."""
    package, own = package_of(path), set(own_tests(path))
    if package == VIEWS:
        return [f"{OF_YEAR}[{Path(path).stem}]", OF_LIMITS]
    found = [str(file) for folder in TESTS for file in sorted((folder / package).rglob("test_*.py"))]
    return [name for name in (*found, *(OF_QUERY if package == "query" else ())) if name not in own]


def file_of(test: str) -> str:
    """File of a test."""
    return test.partition("::")[0]
