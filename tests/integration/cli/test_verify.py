"""`verify` prints a line for each check, asks before it sends, and fails if a check failed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from oura_lake.admin.checks import all_checks
from oura_lake.admin.checks.model import Check, State
from oura_lake.cli._checks_page import line
from oura_lake.cli.verify import command
from oura_lake.errors import SettingsWrong
from support.verify_account import Services

WELL = Check(name="stack", state=State.OK, sentence="It is deployed.")
ILL = Check(name="dead jobs", state=State.FAILED, sentence="One failed; run `aws sqs start-message-move-task --x y`.")
SENT = Check(name="test to me", state=State.OK, sentence="SNS took the test.")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def with_checks(checks: Any, *arguments: str) -> Result:
        monkeypatch.setattr(all_checks, "opened", lambda _stack, _person, step: Services().account(step=step))
        monkeypatch.setattr(all_checks, "every_check", lambda _account, _now: iter(checks))
        monkeypatch.setattr(all_checks, "test_messages", lambda _account, _now: iter([SENT]))
        return CliRunner().invoke(command, arguments)

    return with_checks


@pytest.mark.parametrize(("checks", "code"), [([WELL], 0), ([WELL, ILL], 1)])
def test_only_a_failed_check_makes_it_fail(run: Any, checks: list[Check], code: int) -> None:
    assert run(checks).exit_code == code


def test_the_state_is_a_word_and_not_a_colour_alone(run: Any) -> None:
    result = run([WELL, ILL]).stdout
    assert "ok       stack" in result
    assert "FAILED   dead jobs" in result
    assert "1 ok, 1 FAILED." in result


def test_a_line_fits_80_columns_and_what_is_to_be_copied_stays_whole() -> None:
    shown = line(ILL, 80)
    assert max(map(len, shown.splitlines())) <= 80
    assert "`aws sqs start-message-move-task --x y`" in shown


def test_json_holds_every_check_and_nothing_else(run: Any) -> None:
    assert json.loads(run([WELL, ILL], "--json").stdout)[1] == {
        "name": "dead jobs",
        "state": "failed",
        "sentence": ILL.sentence,
    }


def test_nothing_is_sent_unless_asked_for(run: Any) -> None:
    assert "test to me" not in run([WELL]).stdout


def test_it_sends_without_a_question_only_when_told_so(run: Any) -> None:
    assert isinstance(run([WELL], "--send-test").exception, SettingsWrong)
    assert "SNS took the test." in run([WELL], "--send-test", "--yes").stdout
