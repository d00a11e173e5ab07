"""Output of `oura-lake query` on a terminal, in a pipe and as JSON."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from oura_lake.cli import _engine
from oura_lake.cli._rows import show
from oura_lake.cli.query import command
from oura_lake.errors import QueryFailed, SettingsWrong
from oura_lake.query.model import Result
from oura_lake.query.views import load_views
from rich.console import Console


def ask(*arguments: str, stdin: str | None = None) -> str:
    return CliRunner().invoke(command, arguments, input=stdin, catch_exceptions=False).stdout


def on_terminal(result: Result, width: int = 80) -> str:
    written = io.StringIO()
    console = Console(width=width, force_terminal=True, color_system=None, file=written)
    show(result, console, as_json=False)
    return written.getvalue()


def rows(*rows: tuple[Any, ...], columns: str = "day sleep_h tags", read: int | None = None) -> Result:
    return Result(columns=tuple(columns.split()), rows=list(rows), bytes_scanned=read)


def test_a_pipe_gets_tab_separated_text(tmp_path: Path) -> None:
    sql = "SELECT DATE '2026-01-01' AS day, 7.25e0 AS sleep_h, ARRAY['a', 'b'] AS tags, NULL AS x, 'a\tb\\' AS y"
    assert ask("--lake", str(tmp_path), sql) == 'day\tsleep_h\ttags\tx\ty\n2026-01-01\t7.25\t["a", "b"]\t\ta\\tb\\\\\n'


def test_json_keeps_types_and_the_sql_may_come_from_stdin(tmp_path: Path) -> None:
    sql = "SELECT TIMESTAMP '2026-01-01 23:00:00' AS at, TRUE AS ok, 2 AS n, NULL AS x"
    answer = json.loads(ask("--lake", str(tmp_path), "--json", "-", stdin=sql))
    assert answer == [{"at": "2026-01-01T23:00:00", "ok": True, "n": 2, "x": None}]


def test_no_rows_are_an_empty_list_and_a_header(tmp_path: Path) -> None:
    assert json.loads(ask("--lake", str(tmp_path), "--json", "SELECT day FROM person_day")) == []
    assert ask("--lake", str(tmp_path), "SELECT day, steps FROM person_day") == "day\tsteps\n"


def test_a_terminal_gets_a_table_that_says_what_it_is() -> None:
    shown = on_terminal(rows((date(2026, 1, 1), 7.94166, ["a", "b"]), (date(2026, 1, 2), None, []), read=3_200_000))
    assert [line.rstrip() for line in shown.splitlines()] == [
        "day         sleep_h  tags",
        "2026-01-01   7.9417  a, b",
        "2026-01-02        -",
        "2 rows, 3.2 MB read",
    ]


def test_columns_that_do_not_fit_are_named() -> None:
    wide = [("x" * 30, "y" * 30, "z" * 30, 1) for _ in range(9)]
    shown = on_terminal(rows(*wide, columns="one two three four"))
    assert max(map(len, shown.splitlines())) <= 80
    assert "2 more columns not shown: three, four. Name them, or use --json." in shown


def test_few_wide_rows_are_turned_on_their_side() -> None:
    shown = on_terminal(rows(("x" * 30, "y" * 30, "z" * 200, 1), columns="one two three four"))
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("z") == 200
    assert "not shown" not in shown


def test_rows_beyond_a_screen_are_counted() -> None:
    shown = on_terminal(rows(*[(i, None, None) for i in range(1500)]))
    assert "1,500 rows, the first 40 shown; add LIMIT, pipe it, or use --json" in shown


def test_every_view_is_listed_with_its_grain() -> None:
    lines = ask("--views").splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == list(load_views())
    assert "person_day\tOne row per person and calendar day, gaps included: every signal an analysis needs." in lines


def test_a_view_and_a_table_are_explained() -> None:
    assert "resting_heart_rate_bpm\tinteger\tbpm\tLowest heart rate of the main sleep, nocturnal" in ask(
        "--describe", "PERSON_DAY"
    )
    assert "spo2_percentage\tstruct<average:double>" in ask("--describe", "daily_spo2")


def test_an_unknown_view_is_answered_with_what_may_be_meant() -> None:
    with pytest.raises(QueryFailed, match="did you mean nights"):
        ask("--describe", "nihgts")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    {
        (): "Give one of",
        ("SELECT 1", "--views"): "Give one of",
        ("SELECT 1",): "Name one lake",
        ("SELECT 1", "--lake", ".", "--deployed"): "Name one lake",
        ("SELECT 1", "--lake", "/no/such/folder"): "There is no folder /no/such/folder",
    }.items(),
)
def test_wrong_usage_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(SettingsWrong, match=sentence):
        ask(*arguments)


def test_the_deployed_lake_is_found_by_the_outputs_of_its_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda: {"Database": "oura", "WorkGroup": "lake"})
    engine = _engine.engine_of(None, deployed=True)
    assert (engine.database, engine.workgroup) == ("oura", "lake")  # type: ignore[attr-defined]


def test_a_write_is_refused_before_the_deployed_lake_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oura_lake.aws.stack.outputs", lambda: {"Database": "oura", "WorkGroup": "lake"})
    with pytest.raises(QueryFailed, match="DELETE is refused"):
        ask("--deployed", "DELETE FROM sleep")


def test_a_moment_is_written_in_iso() -> None:
    moment = datetime.fromisoformat("2026-01-01 23:00:00")
    assert "2026-01-01T23:00:00" in on_terminal(rows((moment, 1, 2)))
