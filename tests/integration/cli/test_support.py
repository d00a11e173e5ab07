"""`oura-lake support` writes one private file that holds nothing of a lake, and says that nothing was sent."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from oura_lake.admin.checks import all_checks
from oura_lake.admin.checks.model import Account, Check, State
from oura_lake.cli import support
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from support.command_line import Exit
from support.refusing_aws import refusing_aws
from support.verify_account import Services

VERSION = re.compile(r"  [\w-]+ [\w.+]+")
SECRETS = ("123456789012", "ada@example.com", "+447700900123", "https://hooks.example.net/k3y", "ada", "ZmFrZS10b2tlbg")
SENTENCES = "The topic arn:aws:sns:eu-central-1:123456789012:ada of ada (ada@example.com, +447700900123) ZmFrZS10b2tlbg"


def of_the_lake(text: str) -> str:
    """Part of the file below the versions, whose numbers are of the program."""
    return text.partition("\n\n")[2]


def test_of_a_folder_no_value_gets_in(oura_lake: Callable[..., Exit], lake: Path, tmp_path: Path) -> None:
    oura_lake("sync", "--lake", lake, "--person", "ada", "--from", "2026-02-23", "--to", "2026-03-01")
    out = tmp_path / "support.txt"
    result = oura_lake("support", "--lake", lake, "--out", out)
    text = out.read_text()
    assert result.code == 0, result.lines
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "nothing was sent" in result.out
    assert "Status:" in result.out
    assert not re.search(r"\d|ada", of_the_lake(text)), of_the_lake(text)
    assert "<person>" in text
    assert "daily_sleep" in text
    assert all(VERSION.fullmatch(line) for line in text.partition("\n\n")[0].splitlines()[1:])


def test_the_folder_of_that_test_holds_values_that_could_get_in(oura_lake: Callable[..., Exit], lake: Path) -> None:
    oura_lake("sync", "--lake", lake, "--person", "ada", "--from", "2026-02-23", "--to", "2026-03-01")
    rows = DuckDBEngine(FolderStore(lake)).query("SELECT person, n_records, last_day FROM coverage").rows
    assert any(person == "ada" and n for person, n, _ in rows)


def test_an_existing_file_stays_as_it_is(oura_lake: Callable[..., Exit], lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "support.txt"
    out.write_text("mine")
    result = oura_lake("support", "--lake", lake, "--out", out)
    assert (result.code, out.read_text()) == (2, "mine")


def test_an_account_that_refuses_everything_still_gives_a_file(
    oura_lake: Callable[..., Exit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "support.txt"
    with refusing_aws("AccessDenied", 403) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        result = oura_lake("support", "--config", tmp_path / "config.toml", "--out", out)
    text = out.read_text()
    assert result.code == 0, result.lines
    assert "You lack the permission" in text
    assert "Checks of the deployed lake" in text


def test_what_checks_of_an_account_quote_does_not_get_in(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = [Check(name=f"token of {s}", state=State.FAILED, sentence=f"{SENTENCES} {s}.") for s in SECRETS]
    account: Account = Services().account(persons=("ada",))
    monkeypatch.setattr(all_checks, "opened", lambda *_: account)
    monkeypatch.setattr(all_checks, "every_check", lambda *_: iter(quoted))
    sections = list(support.deployed_checks())
    text = "\n".join(line for section in sections for line in section.lines)
    assert [secret for secret in SECRETS if secret in text] == []
    assert text.count("failed token of") == len(SECRETS)
