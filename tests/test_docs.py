"""Does README say what the code says: its tables, its commands, its targets?

A table that is not current is written anew by `python -m oura_lake.local.readme`.
"""

import re
from pathlib import Path

import click
import pytest
from benchmarks.scenarios import SCENARIOS
from click.testing import CliRunner
from oura_lake.cli.main import EPILOG, oura_lake
from oura_lake.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_WRONG_INPUT, SettingsWrong
from oura_lake.local.readme import collections, filled, views

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = dict(oura_lake.commands)
EVERY_COMMAND = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
NAMED_COMMAND = re.compile(r"(?:^|[`(\s/])oura-lake +([a-z][a-z-]*)", re.MULTILINE)
NAMED_TARGET = re.compile(r"(?:^|`|&& |\$ )make +([a-z][a-z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]+")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def documents() -> list[Path]:
    return [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.exists()]


EVERY_DOCUMENT = pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_of_readme_are_current(readme):
    assert filled(readme) == readme, "run `python -m oura_lake.local.readme` and look at what changed"


def test_every_command_is_in_readme(readme):
    assert set(COMMANDS) - set(NAMED_COMMAND.findall(readme)) == set()


@EVERY_DOCUMENT
def test_every_command_that_is_named_exists(document):
    assert set(NAMED_COMMAND.findall(document.read_text(encoding="utf-8"))) - set(COMMANDS) == set()


@EVERY_DOCUMENT
def test_every_target_that_is_named_exists(document):
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(NAMED_TARGET.findall(document.read_text(encoding="utf-8"))) - targets == set()


@EVERY_DOCUMENT
def test_every_option_that_is_shown_belongs_to_its_command(document):
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if NAMED_COMMAND.search(line)]
    assert [line for line in lines if (wrong := options_in(line) - options_of(line)) and wrong] == []


@EVERY_DOCUMENT
def test_every_file_that_is_linked_exists(document):
    linked = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in linked if not (document.parent / target).exists()] == []


def options_in(line: str) -> set[str]:
    """The options that follow the command on a line, up to a pipe or the closing tick."""
    return set(OPTION.findall(re.split(r"[`|#]", line.partition("oura-lake")[2])[0]))


def options_of(line: str) -> set[str]:
    """The options that the commands named on a line have."""
    named = [COMMANDS[name] for name in NAMED_COMMAND.findall(line) if name in COMMANDS]
    return {"--help", *(option for command in named for parameter in command.params for option in parameter.opts)}


def test_a_readme_without_markers_is_told_to_add_them():
    with pytest.raises(SettingsWrong, match="lacks a line `<!-- collections -->`"):
        filled("# Oura Lake\n")


def test_filling_a_readme_changes_nothing_but_its_tables():
    text = "a\n<!-- collections -->\nold\n<!-- /collections -->\nb\n<!-- views -->\n<!-- /views -->\nc\n"
    assert filled(text).replace(collections(), "").replace(views(), "") == text.replace("old\n", "")
    assert filled(filled(text)) == filled(text)


def test_the_table_of_collections_has_a_row_for_each():
    assert collections().count("\n| `") == 19
    assert "| `vO2_max` | `heart_health` | days | 90 | `id` | a year | yes |" in collections()


def test_the_table_of_views_has_a_row_for_each():
    assert views().count("\n| `") == len(list((ROOT / "athena").glob("*.sql")))


@EVERY_COMMAND
def test_the_help_of_every_command_says_what_it_does_and_shows_examples(command):
    text = command.get_help(click.Context(command, info_name=f"oura-lake {command.name}"))
    assert command.get_short_help_str()
    assert "Examples:\n" in text
    assert f"  oura-lake {command.name}" in text.partition("Examples:")[2]


@EVERY_COMMAND
def test_every_option_says_what_it_is_for(command):
    assert [p.name for p in command.params if isinstance(p, click.Option) and not p.help] == []


@EVERY_COMMAND
def test_the_examples_of_a_command_use_options_that_it_has(command):
    lines = [line for line in str(command.epilog).splitlines() if NAMED_COMMAND.search(line)]
    assert [line for line in lines if options_in(line) - options_of(line)] == []


def test_the_help_names_every_exit_code():
    said = {int(number) for number in re.findall(r"\d+", EPILOG)}
    assert said == {0, EXIT_FAILED, EXIT_WRONG_INPUT, EXIT_INTERRUPTED}


def test_readme_names_the_exit_codes_as_the_help_does(readme):
    assert EPILOG in " ".join(readme.split())


FIGURES = {  # of README: the row of docs/explanation/detection.md, its column, the words before the figure
    ("strong, three signals apart", 6, "100"): "every strong illness by the second morning where three signals",
    ("strong, three signals apart", 1, "0.40"): "at 0.40 false alarms a person-month",
    ("the same, 20 % of nights missing", 6, "90"): "90 % with 20 % of the nights missing",
    ("strong, five signals together", 6, "90"): "five signals vary together it saw 90 %",
    ("strong, five signals together, 20 % of nights missing", 6, "78"): "with 20 % of the nights missing 78 %",
    ("half as strong", 6, "30"): "half as strong 30 %",
}


@pytest.mark.parametrize(("cell", "words"), FIGURES.items(), ids=[" ".join(cell[::2]) for cell in FIGURES])
def test_the_headline_names_the_rows_of_the_table_and_has_their_figures(readme, cell, words):
    row, column, figure = cell
    text = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
    [line] = re.findall(rf"^\| {re.escape(row)} \| [0-9].*$", text, re.MULTILINE)[:1]
    assert [entry.strip() for entry in line.strip("|").split("|")][column].split(" ")[0] == figure
    assert words in " ".join(readme.split("![")[0].split())


def test_the_scenarios_are_called_in_the_document_as_in_the_benchmark():
    text = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
    table = text.partition("## Figures")[2].partition("\n\n|")[2].partition("\n\n")[0]
    assert [line.split(" |")[0].removeprefix("| ") for line in table.splitlines()[2:]] == list(SCENARIOS)


def test_the_line_of_each_command_is_whole_on_80_columns():
    said = CliRunner().invoke(oura_lake, ["--help"], terminal_width=80).output
    assert [line for line in said.splitlines() if line.endswith("...") and "COMMAND" not in line] == []
