"""A command prints a text from outside to the letter, and a terminal obeys nothing in it."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from oura_lake.alerts.model import Message
from oura_lake.cli import demo, main, watch
from oura_lake.cli._console import plain_console
from oura_lake.cli._rows import table
from oura_lake.cli.connect import scope_lines
from oura_lake.lake.plain import ACTING
from oura_lake.oura.tokens import Token
from oura_lake.query.model import Result
from rich.console import Console

HOSTILE = "\x1b]0;owned\x07\x9b31m\u202egnp.exe"
MARKED = "'/home/u/lake[old]' :smile: [/x]"
CLI = Path(main.__file__).parent


def test_the_last_sentence_of_a_command_gives_no_orders_and_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main._end(f"The tag {HOSTILE} is no number;\nmend it\there.", 1)
    printed = capsys.readouterr().err
    assert ended.value.code == 1
    assert printed == "oura-lake: The tag \\x1b]0;owned\\x07\\x9b31m\\u202egnp.exe is no number;\nmend it\there.\n"


def test_the_scopes_that_were_granted_give_no_orders() -> None:
    ended = datetime(2026, 1, 1, tzinfo=UTC)
    first = scope_lines(Token(access_token="a", expires_at=ended, scopes=("daily", HOSTILE)))[0]
    assert first.startswith("Granted: daily, ")
    assert not ACTING.search(first)


def test_the_reason_of_a_chore_that_failed_gives_no_orders(capsys: pytest.CaptureFixture[str]) -> None:
    watch._print_failure({"chore": "mail", "failed": HOSTILE})
    assert not ACTING.search(capsys.readouterr().err.rstrip("\n"))


def test_a_message_is_shown_to_the_letter(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    watch._show(Message(subject=f"s {MARKED}", body=f"b {MARKED}", sms="", kind="", level=""), [])
    shown = capsys.readouterr().out
    assert f"s {MARKED}" in shown
    assert f"b {MARKED}" in shown


def test_the_demo_shows_messages_and_steps_to_the_letter(capsys: pytest.CaptureFixture[str]) -> None:
    console = plain_console()
    words = {key: f"{key} {MARKED}" for key in ("subject", "body", "sms")}
    demo._show_message(console, words)
    demo._step(console, SimpleNamespace(update=lambda _: None))(MARKED)
    shown = capsys.readouterr().out
    assert all(word in shown for word in words.values())
    assert f"s  {MARKED}" in shown


def test_columns_that_are_left_out_are_named_to_the_letter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    names = (*("x" * 30 for _ in range(3)), "y" * 30, "[old] :smile: [/x]")
    table(Result(columns=names, rows=[]), Console())
    assert f"2 more columns not shown: {names[-2]}, {names[-1]}." in capsys.readouterr().out


def test_every_command_writes_by_the_console_that_interprets_nothing() -> None:
    calls = [
        path.name
        for path in CLI.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Console"
    ]
    assert calls == ["_console.py"]
