"""Text from outside has no effect on its display."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oura_lake.cli._rows import show
from oura_lake.lake.drift import Drift, DriftKind
from oura_lake.lake.plain import ACTING, LONGEST, harmless, plain
from oura_lake.ledger.drift import sentence
from oura_lake.oura.responses import detail
from oura_lake.query.model import Result
from oura_lake.report.reading import LONGEST_TAG, _tag
from rich.console import Console

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m‮gnp.exe\x00\u2028\ud83d"


@given(st.text())
def test_a_plain_text_is_one_line_of_bounded_length_without_what_acts(text: str) -> None:
    assert not ACTING.search(plain(text))
    assert len(plain(text)) <= LONGEST
    assert harmless(text) == text or ACTING.search(text)


def test_what_acts_is_written_out_so_that_nothing_is_lost() -> None:
    assert harmless("a\x1b[2J\u202eb") == "a\\x1b[2J\\u202eb"
    assert plain("Zürich 🏃‍♀️") == "Zürich 🏃‍♀️"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_row_reaches_a_terminal_and_a_pipe_without_orders(terminal: bool, capsys: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=200, color_system=None, highlight=False)
    show(Result(columns=("text", HOSTILE), rows=[(HOSTILE, {"a": HOSTILE}), ([HOSTILE], 1)]), console, as_json=False)
    shown = (written.getvalue() if terminal else capsys.readouterr().out).replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "owned" in shown
    assert not ACTING.search(shown.replace("\n", "").replace("\t", "").replace("\x1b[2m", ""))


def test_json_holds_the_whole_text_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    show(Result(columns=("text",), rows=[(HOSTILE,)]), Console(), as_json=True)
    shown = capsys.readouterr().out
    assert not ACTING.search(shown.replace("\n", ""))
    assert json.loads(shown) == [{"text": HOSTILE}]


def test_words_of_the_provider_act_on_nothing() -> None:
    assert not ACTING.search(detail({"detail": HOSTILE}))
    for kind in DriftKind:
        assert not ACTING.search(sentence("tag", Drift(HOSTILE, kind, HOSTILE)))


def test_a_tag_in_the_report_is_plain_and_has_an_end() -> None:
    assert _tag("tag_generic_late_meal") == "late meal"
    assert not ACTING.search(_tag(HOSTILE))
    assert len(_tag("x" * 5_000)) == LONGEST_TAG
