"""`oura-lake report` writes the file, or gives the reason in one sentence."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from oura_lake.cli import report as report_command
from oura_lake.cli._engine import engine_of
from oura_lake.errors import SettingsWrong
from support.report_lake import ALERTS, FINDINGS, FakeEngine, a_row, a_year

DAYS = a_year(20)


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str, days: list[dict[str, Any]] = DAYS) -> Result:
    monkeypatch.setattr(report_command, "engine_of", lambda lake, *, deployed: FakeEngine(days, ALERTS, FINDINGS))
    monkeypatch.chdir(tmp_path)
    return CliRunner().invoke(report_command.command, ["--lake", str(tmp_path), *arguments])


def test_the_path_of_the_file_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = run(monkeypatch, tmp_path)
    assert result.output.strip().endswith("oura-report.html")
    assert "The night to" in (tmp_path / "oura-report.html").read_text()


def test_only_the_owner_may_read_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(monkeypatch, tmp_path, "--output", "mine.html")
    assert (tmp_path / "mine.html").stat().st_mode & 0o077 == 0


def test_an_older_report_is_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "oura-report.html").write_text("x" * 9_000_000)
    run(monkeypatch, tmp_path)
    assert (tmp_path / "oura-report.html").read_text().endswith("</html>")
    assert (tmp_path / "oura-report.html").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "days", "words"),
    [
        ([], [], "holds nothing of anyone yet"),
        (["--person", "nobody"], DAYS, "nothing of nobody; it has anna"),
        ([], [*DAYS, a_row(DAYS[0]["day"], person="ben")], "choose one with --person anna"),
        (["--output", "no/such/folder.html"], DAYS, "Cannot write no/such/folder.html"),
    ],
    ids=["empty lake", "unknown person", "two persons", "unwritable file"],
)
def test_what_is_wrong_is_one_sentence_and_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], days: list[dict[str, Any]], words: str
) -> None:
    result = run(monkeypatch, tmp_path, *arguments, days=days)
    assert isinstance(result.exception, SettingsWrong)
    assert words in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_a_lake_must_be_named_and_only_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="Name one lake"):
        engine_of(None, deployed=False)
    with pytest.raises(SettingsWrong, match="Name one lake"):
        engine_of(tmp_path, deployed=True)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="There is no folder"):
        engine_of(tmp_path / "lake", deployed=False)
