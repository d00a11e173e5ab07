"""Agreement of the documents with the code: tables, commands, options, targets, links, figures and walks.

A generated page that is not current is written anew by `make reference`.
"""

import re
from pathlib import Path
from typing import Any

import click
import pytest
from benchmarks.scenarios import SCENARIOS
from click.testing import CliRunner
from oura_lake.cli.main import EPILOG, oura_lake
from oura_lake.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_WRONG_INPUT

from tools.reference import PAGES, collections, commands, views

ROOT = Path(__file__).resolve().parents[1]
AT_THE_ROOT = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PACKAGE = ROOT / "lambdas" / "oura_lake"
MOST_LINES_OF_README = 100
COMMANDS = dict(oura_lake.commands)
EVERY_COMMAND = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
NAMED_COMMAND = re.compile(r"(?:^|[`(\s/])oura-lake +([a-z][a-z-]*)", re.MULTILINE)
NAMED_TARGET = re.compile(r"(?:^|`|&& |\$ )make +([a-z][a-z0-9-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)
OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]+")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def documents() -> list[Path]:
    return [*(ROOT / name for name in AT_THE_ROOT), *sorted((ROOT / "docs").rglob("*.md"))]


EVERY_DOCUMENT = pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_documents_of_every_folder_are_looked_at() -> None:
    folders = {path.parent.name for path in documents()}
    assert folders >= {"docs", "tutorials", "how-to", "reference", "explanation", "adr"}


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_pages_are_current(name: str) -> None:
    page = (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")
    assert page == PAGES[name](), "run `make reference` and look at what changed"


def test_readme_is_short(readme: str) -> None:
    assert len(readme.splitlines()) <= MOST_LINES_OF_README


def test_every_command_has_a_section_in_its_page() -> None:
    assert set(re.findall(r"^## oura-lake ([a-z-]+)$", commands(), re.MULTILINE)) == set(COMMANDS)


def test_every_command_is_shown_where_people_look_for_what_to_do() -> None:
    guides = [path for path in documents() if path.parent.name in (ROOT.name, "how-to", "tutorials")]
    named = {name for path in guides for name in NAMED_COMMAND.findall(path.read_text(encoding="utf-8"))}
    assert set(COMMANDS) - named == set()


def test_every_page_of_the_four_kinds_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    pages = {path for path in documents() if path.is_relative_to(index.parent) and path.parent.name != "adr"}
    assert pages - linked == {index}


def test_every_decision_is_in_the_list_of_decisions() -> None:
    index = ROOT / "docs" / "adr" / "README.md"
    linked = LINK.findall(index.read_text(encoding="utf-8"))
    assert linked == sorted(path.name for path in index.parent.glob("[0-9]*.md"))


def test_the_walks_name_files_that_exist_and_no_file_twice() -> None:
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    walks = text.partition("## Three walks")[2].partition("\n## ")[0]
    named = re.findall(r"`([\w/]+\.(?:py|sql))`", walks)
    assert len(named) == len(set(named)) > 30
    assert [name for name in named if not ((PACKAGE / name).is_file() or (ROOT / name).is_file())] == []


@EVERY_DOCUMENT
def test_every_command_that_is_named_exists(document: Any) -> None:
    assert set(NAMED_COMMAND.findall(document.read_text(encoding="utf-8"))) - set(COMMANDS) == set()


@EVERY_DOCUMENT
def test_every_target_that_is_named_exists(document: Any) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(NAMED_TARGET.findall(document.read_text(encoding="utf-8"))) - targets == set()


@EVERY_DOCUMENT
def test_every_option_that_is_shown_belongs_to_its_command(document: Any) -> None:
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if NAMED_COMMAND.search(line)]
    assert [line for line in lines if (wrong := options_in(line) - options_of(line)) and wrong] == []


@EVERY_DOCUMENT
def test_every_file_that_is_linked_exists(document: Any) -> None:
    linked = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in linked if not (document.parent / target).exists()] == []


def options_in(line: str) -> set[str]:
    """List the options that follow the command on a line, up to a pipe or the closing tick."""
    return set(OPTION.findall(re.split(r"[`|#]", line.partition("oura-lake")[2])[0]))


def options_of(line: str) -> set[str]:
    """List the options that the commands named on a line have."""
    named = [COMMANDS[name] for name in NAMED_COMMAND.findall(line) if name in COMMANDS]
    return {"--help", *(option for command in named for parameter in command.params for option in parameter.opts)}


def test_the_table_of_collections_has_a_row_for_each() -> None:
    assert collections().count("\n| `") == 19
    assert "| `vO2_max` | `heart_health` | days | 90 | `id` | a year | yes |" in collections()


def test_the_table_of_views_has_a_row_for_each() -> None:
    assert views().count("\n| `") == len(list((ROOT / "athena").rglob("*.sql")))


@EVERY_COMMAND
def test_the_help_of_every_command_says_what_it_does_and_shows_examples(command: Any) -> None:
    text = command.get_help(click.Context(command, info_name=f"oura-lake {command.name}"))
    assert command.get_short_help_str()
    assert "Examples:\n" in text
    assert f"  oura-lake {command.name}" in text.partition("Examples:")[2]


@EVERY_COMMAND
def test_every_option_says_what_it_is_for(command: Any) -> None:
    assert [p.name for p in command.params if isinstance(p, click.Option) and not p.help] == []


@EVERY_COMMAND
def test_the_examples_of_a_command_use_options_that_it_has(command: Any) -> None:
    lines = [line for line in str(command.epilog).splitlines() if NAMED_COMMAND.search(line)]
    assert [line for line in lines if options_in(line) - options_of(line)] == []


def test_the_help_names_every_exit_code() -> None:
    printed = {int(number) for number in re.findall(r"\d+", EPILOG)}
    assert printed == {0, EXIT_FAILED, EXIT_WRONG_INPUT, EXIT_INTERRUPTED}


def test_readme_names_the_exit_codes_as_the_help_does(readme: str) -> None:
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
def test_the_headline_names_the_rows_of_the_table_and_has_their_figures(readme: str, cell: Any, words: Any) -> None:
    row, column, figure = cell
    text = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
    [line] = re.findall(rf"^\| {re.escape(row)} \| [0-9].*$", text, re.MULTILINE)[:1]
    assert [entry.strip() for entry in line.strip("|").split("|")][column].split(" ")[0] == figure
    assert words in " ".join(readme.split("![")[0].split())


def test_the_headline_says_first_what_holds_on_real_people(readme: str) -> None:
    text = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
    section = text.partition("### On real people")[2].partition("\n### ")[0]
    assert "1.2 against 0.5 to 0.6" in section
    assert "33" in section
    real, _, generated = " ".join(readme.split("![")[0].split()).partition("generated people")
    assert "33 persons" in real
    assert "alert days: 1.2 against 0.5 to 0.6 a month" in real
    assert "strong illness" in generated


def test_the_scenarios_are_called_in_the_document_as_in_the_benchmark() -> None:
    text = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
    table = text.partition("### On generated people")[2].partition("\n\n|")[2].partition("\n\n")[0]
    assert [line.split(" |")[0].removeprefix("| ") for line in table.splitlines()[2:]] == list(SCENARIOS)


def test_the_line_of_each_command_is_whole_on_80_columns() -> None:
    printed = CliRunner().invoke(oura_lake, ["--help"], terminal_width=80).output
    assert [line for line in printed.splitlines() if line.endswith("...") and "COMMAND" not in line] == []
