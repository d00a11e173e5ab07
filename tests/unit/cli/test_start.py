"""The start of a command loads what that command needs, and the lists of commands load none of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module

import click
import pytest
from click.testing import CliRunner
from oura_lake.cli.main import oura_lake

HEAVY = ("altair", "boto3", "botocore", "duckdb", "httpx", "numpy", "pyarrow", "pydantic", "sqlglot", "yaml")
LOADED = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules))))
sys.argv = ["oura-lake", *sys.argv[1:]]
from oura_lake.cli.main import main
main()
"""
COMPLETION = {"_OURA_LAKE_COMPLETE": "bash_complete", "COMP_CWORD": "1"}


def loaded(*arguments: str, env: Mapping[str, str] = {}) -> tuple[str, set[str]]:
    """Output of a command in a process of its own, and the modules that it loaded."""
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=True)
    output, _, modules = done.stdout.rstrip().rpartition("\n")
    return output.rstrip(), set(json.loads(modules))


def commands_of(modules: set[str]) -> set[str]:
    """Commands among loaded modules."""
    return {name for name in oura_lake.commands if f"oura_lake.cli.{name}" in modules}


@pytest.mark.parametrize(
    ("arguments", "env", "word"),
    [
        (["--help"], {}, "sync"),
        (["--version"], {}, "version"),
        ([], COMPLETION | {"COMP_WORDS": "oura-lake qu"}, "plain,query"),
        ([], COMPLETION | {"COMP_WORDS": "oura-lake "}, "plain,watch"),
    ],
)
def test_a_list_of_commands_loads_no_command(arguments: list[str], env: dict[str, str], word: str) -> None:
    output, modules = loaded(*arguments, env=env)
    assert word in output
    assert commands_of(modules) == set()
    assert modules.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["query", "status", "report", "watch", "export", "feedback", "verify"])
def test_the_help_of_a_command_loads_that_command_and_nothing_heavy(name: str) -> None:
    output, modules = loaded(name, "--help")
    assert f"oura-lake {name} [OPTIONS]" in output
    assert modules.isdisjoint(HEAVY)


def test_the_options_of_a_command_are_completed_without_anything_heavy() -> None:
    output, modules = loaded(env=COMPLETION | {"COMP_WORDS": "oura-lake query --des", "COMP_CWORD": "2"})
    assert output == "plain,--describe"
    assert commands_of(modules) == {"query"}
    assert modules.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", oura_lake.commands)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command: click.Command = import_module(f"oura_lake.cli.{name}").command
    assert command.name == name
    assert oura_lake.commands.outline(name).get_short_help_str(200) == command.get_short_help_str(200)


def test_an_unknown_command_is_refused_with_the_nearest() -> None:
    done = CliRunner().invoke(oura_lake, ["qury"])
    assert "No such command 'qury'. Did you mean 'query'?" in done.output
