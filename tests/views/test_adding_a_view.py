"""A view is added by one .sql and one .yml, with nothing else edited; shown in a copy of the repository."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "athena", "infra", "lambdas", "tests", "tools", "docs", "README.md", "Makefile", "pyproject.toml",
    "config.example.toml",
)  # fmt: skip
SQL = """-- One row per person and calendar day, gaps included: hours of sleep lost to the night before.
SELECT
    person,
    day,
    sleep_h - LAG(sleep_h) OVER (PARTITION BY person ORDER BY day) AS change_h
FROM person_day
"""
YML = """view: added_view
grain: one row per person and calendar day, gaps included
description: How the night differs from the one before.
columns:
  person: {type: varchar, description: Whose night it is}
  day: {type: date, description: Day of waking}
  change_h: {type: double, unit: h, description: "Sleep less the sleep of the day before"}
tests:
  a_night_is_held_against_the_one_before:
    given: {person_day: [{day: 2026-01-01, sleep_h: 7.0}, {day: 2026-01-02, sleep_h: 6.5}]}
    expect: [{change_h: null}, {change_h: %s}]
"""
DEPLOYED = """
from oura_lake.query.views import load_views
from infra.views import view_input
view = load_views()["added_view"]
print(set(view.upstream), view_input(view, "lake")["storageDescriptor"]["columns"][2])
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copyfile(source, folder / name)
    (folder / "athena" / "sleep" / "added_view.sql").write_text(SQL)
    (folder / "athena" / "sleep" / "added_view.yml").write_text(YML % -0.5)
    return folder


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(str(copy / part) for part in ("lambdas", "tests", ""))
    environment = os.environ | {"PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True)


def its_tests(copy: Path) -> subprocess.CompletedProcess[str]:
    which = ("tests/views/test_given_expect.py", "tests/views/test_dialect.py", "-k", "added_view")
    return run(copy, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", *which)


def files(copy: Path) -> dict[str, str]:
    return {
        str(path.relative_to(copy)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in copy.rglob("*")
        if path.is_file()
    }


def test_a_view_is_added_by_two_files_and_nothing_else(copy: Path) -> None:
    before = files(copy)
    tested = its_tests(copy)
    assert "5 passed" in tested.stdout, tested.stdout
    described = run(copy, "-m", "oura_lake.cli.main", "query", "--describe", "added_view")
    assert "Sleep less the sleep of the day before" in described.stdout, described.stderr
    assert run(copy, "-c", DEPLOYED).stdout == "{'person_day'} {'name': 'change_h', 'type': 'double'}\n"
    assert files(copy) == before


def test_the_page_of_views_lists_it_when_it_is_written_anew(copy: Path) -> None:
    written = run(copy, "-m", "tools.reference")
    assert written.returncode == 0, written.stderr
    page = (copy / "docs" / "reference" / "views.md").read_text()
    assert "| `added_view` | One row per person and calendar day" in page.partition("## sleep\n")[2].partition("##")[0]


def test_a_wrong_expectation_of_an_added_view_is_seen(copy: Path) -> None:
    (copy / "athena" / "sleep" / "added_view.yml").write_text(YML % 0.5)
    assert "1 failed" in its_tests(copy).stdout
