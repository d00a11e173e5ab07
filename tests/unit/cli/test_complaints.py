"""A command that a sentence names works as it stands: it exists, and names the lake and the person that are meant."""

import ast
import re
from pathlib import Path

import oura_lake
import pytest
from oura_lake.cli._complaints import NAMED, complain, ready
from oura_lake.cli.main import oura_lake as program

PACKAGE = Path(oura_lake.__file__).parent
OPTION = re.compile(r"--[a-z][a-z-]*")
HERE = ["status", "--lake", "/l"]


@pytest.mark.parametrize(("arguments", "named", "completed"), [
    (HERE, "rebuild", "rebuild --lake /l"),
    (["rebuild", "--lake=/l"], "rebuild --skip-damaged", "rebuild --skip-damaged --lake /l"),
    (["query", "--lake", "/my lake"], "sync", "sync --lake '/my lake'"),
    (["sync", "--lake", "/l", "--person", "ada"], "connect", "connect --person ada"),
    (["status", "--deployed", "--person", "ada"], "rebuild", "rebuild --deployed --person ada"),
    (HERE, "query --lake /other", "query --lake /other"),
    (HERE, "rebuild --deployed", "rebuild --deployed"),
    (HERE, "verify", "verify"),
    (HERE, "nothing", "nothing"),
    (["verify"], "rebuild", "rebuild"),
])  # fmt: skip
def test_a_named_command_gets_the_lake_and_the_person_that_it_lacks(
    arguments: list[str], named: str, completed: str
) -> None:
    assert ready(f"Run `oura-lake {named}` now.", arguments) == f"Run `oura-lake {completed}` now."


def test_a_folder_is_named_by_its_whole_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert ready("`oura-lake sync`", ["status", "--lake", "mine"]) == f"`oura-lake sync --lake {tmp_path / 'mine'}`"


def test_a_complaint_names_the_lake_of_its_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["oura-lake", *HERE])
    complain("Fill it with `oura-lake sync`.")
    assert capsys.readouterr().err == "oura-lake: Fill it with `oura-lake sync --lake /l`.\n"


def named_commands() -> list[tuple[str, str]]:
    """Name and options of each command in back quotes in a text of the package."""
    texts = [
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return sorted({(found[1], found[2]) for text in texts for found in NAMED.finditer(text)})


def test_every_command_and_option_that_a_text_names_exists() -> None:
    found = named_commands()
    assert ("rebuild", " --skip-damaged") in found
    for name, rest in found:
        parameters = program.commands[name].params
        assert set(OPTION.findall(rest)) <= {option for parameter in parameters for option in parameter.opts}, name


def test_no_command_prints_another_command_without_its_lake() -> None:
    printed = [
        (path.name, ast.unparse(call))
        for path in (PACKAGE / "cli").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "click.echo" and "`oura-lake" in ast.unparse(call)
    ]
    bare = [(name, text) for name, text in printed if not {"--lake", "--deployed"} & set(OPTION.findall(text))]
    assert bare == []
