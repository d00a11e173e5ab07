"""A person's consent decides what an audience sees, by name or not, and can be revoked at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from oura_lake.cli.consent import command
from oura_lake.errors import SettingsWrong
from oura_lake.lake.documents import land
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from support.builders import NOON, a_score, a_table

SEEN = "SELECT audience, metric, mode FROM stg_consents WHERE is_given ORDER BY metric"


@pytest.fixture(autouse=True)
def _known(tmp_path: Path) -> None:
    """Land a night of ada's, so that the lake knows her."""
    land(replace(a_table(FolderStore(tmp_path)), person="ada"), [a_score()], NOON, "page")


def consent(lake: Path, *arguments: str) -> str:
    result = CliRunner().invoke(command, ["ada", "--lake", str(lake), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def seen(lake: Path) -> list[tuple[Any, ...]]:
    return DuckDBEngine(FolderStore(lake)).query(SEEN).rows


def test_what_is_given_is_seen_and_what_is_taken_back_is_not(tmp_path: Path) -> None:
    consent(tmp_path, "--audience", "family", "--metric", "steps", "--metric", "goals")
    assert seen(tmp_path) == [("family", "goals", "named"), ("family", "steps", "named")]
    printed = consent(tmp_path, "--audience", "family", "--metric", "steps", "--revoke")
    assert "family: steps, named, revoked" in printed
    assert seen(tmp_path) == [("family", "goals", "named")]


def test_by_name_and_anonymous_are_decided_apart(tmp_path: Path) -> None:
    consent(tmp_path, "--audience", "team", "--metric", "steps", "--anonymous")
    consent(tmp_path, "--audience", "team", "--metric", "steps", "--revoke")
    assert seen(tmp_path) == [("team", "steps", "anonymous")]


def test_the_same_word_twice_writes_nothing(tmp_path: Path) -> None:
    consent(tmp_path, "--audience", "family", "--metric", "steps")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    consent(tmp_path, "--audience", "family", "--metric", "steps")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not set(tmp_path.rglob("*.gz")) - before.keys()


def test_a_consent_of_nobody_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SettingsWrong, match="The lake holds nothing of bea; it has ada"):
        CliRunner().invoke(
            command,
            ["bea", "--lake", str(tmp_path), "--audience", "family", "--metric", "steps"],
            catch_exceptions=False,
        )
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_decided_is_said(tmp_path: Path) -> None:
    assert consent(tmp_path) == "ada lets nobody see anything yet.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--audience", "family"), "belong together"),
        (("--metric", "steps"), "belong together"),
        (("--audience", "family", "--metric", "tags"), "'tags' is nothing that can be shown; name one of"),
        (("--audience", " ", "--metric", "steps"), "is no name of an audience"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(SettingsWrong, match=sentence):
        consent(tmp_path, *arguments)
