"""`oura-lake preflight` prints a line for each check whatever AWS answers, and fails only for what stops a deploy."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from oura_lake.admin.preflight import account as accounts
from oura_lake.admin.preflight import all_checks
from oura_lake.cli.preflight import command
from support.command_line import ROOT
from support.refusing_aws import refusing_aws

NAMES = [
    "config.toml", "names", "time zones", "account", "plan", "permissions", "roles", "commands", "CDK", "CDK's bucket",
    "stack", "bucket", "Lake Formation", "functions", "public address", "budget", "SMS", "SMS limit", "SMS sender",
]  # fmt: skip
CONFIG = """
[lake]
webhooks = true
budget_email = "you@example.com"
[persons.me]
timezone = "Europe/Berlin"
sms = "+12025550123"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    return file


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no account of the machine, and one attempt a call."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(all_checks, "HASTE", all_checks.HASTE.merge(type(all_checks.HASTE)(retries=ONE_TRY)))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


ONE_TRY = {"total_max_attempts": 1}


def checked(config: Path) -> tuple[int, dict[str, dict[str, str]]]:
    result: Result = CliRunner().invoke(command, ["--config", str(config), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, {check["name"]: check for check in json.loads(result.stdout)}


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("AccessDenied", 403, "ou lack the permission "),
        ("AccessDeniedException", 400, "ou lack the permission "),
        ("Throttling", 400, "run it again in a minute"),
        ("ThrottlingException", 429, "run it again in a minute"),
        ("ValidationException", 400, "AWS refused "),
    ],
)
def test_what_may_not_be_asked_or_not_now_is_a_warning_and_no_check_keeps_another_from_running(
    code: str, status: int, words: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refusing_aws(code, status) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        exit_code, checks = checked(config)
    assert list(checks) == NAMES
    of_aws = [check for name, check in checks.items() if name not in NAMES[:3] and name != "SMS sender"]
    assert [c for c in of_aws if c["state"] != "warning" or words not in c["sentence"]] == []
    assert (exit_code, checks["SMS sender"]["state"]) == (0, "warning")


def test_an_answer_of_another_shape_is_one_line_and_the_others_go_on(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("Arn")

    monkeypatch.setattr(accounts, "identity", broken)
    monkeypatch.setattr(accounts, "plan", broken)
    exit_code, checks = checked(config)
    assert (exit_code, list(checks)) == (1, NAMES)
    assert checks["account"]["sentence"].startswith("AWS answered in an unknown form (KeyError)")


def test_without_credentials_one_line_says_so_and_the_others_refer_to_it(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    exit_code, checks = checked(config)
    assert exit_code == 1
    assert checks["account"]["sentence"].startswith("There are no credentials of AWS here; run `aws configure`")
    assert checks["stack"]["sentence"] == "Not answered, for the reason of account above."
    assert [name for name, check in checks.items() if check["state"] == "failed"] == ["account"]


def test_without_a_config_the_account_is_checked_all_the_same(tmp_path: Path) -> None:
    exit_code, checks = checked(tmp_path / "config.toml")
    assert (exit_code, list(checks)) == (1, NAMES)
    assert "`cp config.example.toml config.toml`" in checks["config.toml"]["sentence"]


def test_make_preflight_runs_this_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "preflight: setup" in makefile
    assert "oura-lake preflight" in makefile.partition("preflight: setup")[2].partition("\n\n")[0]
