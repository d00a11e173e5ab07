"""The app reads only data of our package, and ends in one sentence where it cannot continue."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from oura_lake.local.toolchain import ROOT, cdk_environment
from test_architecture import READ_BY_INFRA

FORBIDDEN = {"pyarrow", "boto3", "httpx", "numpy", "duckdb"}


def imported(path: Path) -> set[str]:
    """Modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", sorted((ROOT / "infra").glob("*.py")), ids=lambda path: path.stem)
def test_infra_imports_of_the_package_only_what_is_listed_for_it(path: Path) -> None:
    found = imported(path)
    assert not {module.split(".")[0] for module in found} & FORBIDDEN
    assert all(module.startswith(READ_BY_INFRA) for module in found if module.startswith("oura_lake"))


def test_nothing_of_the_package_imports_the_cdk() -> None:
    modules = {module for path in (ROOT / "lambdas").rglob("*.py") for module in imported(path)}
    assert not {module for module in modules if module.startswith(("aws_cdk", "constructs", "infra"))}


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ("{'config': 'none.toml'}", "oura-lake: There is no none.toml; copy config.example.toml to none.toml"),
        ("{'config': 'config.example.toml', 'target': 'moon'}", "oura-lake: The target 'moon' is not known"),
    ],
    ids=["no configuration", "unknown target"],
)
def test_a_mistake_ends_in_one_sentence_and_no_trace(context: str, sentence: str) -> None:
    script = f"import infra, json, os; os.environ['CDK_CONTEXT_JSON'] = json.dumps({context})\n"
    script += "from infra.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=cdk_environment({}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
