"""A backtest judges years of history from any device, before a deploy."""

import csv
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from benchmarks.people import Life, live
from click.testing import CliRunner
from oura_lake.alerts.ledger import stored_entries
from oura_lake.alerts.track_record import record_of
from oura_lake.analyses.questions import low_recovery
from oura_lake.aws import stack
from oura_lake.cli import backtest as backtested
from oura_lake.lake.store import MemoryStore
from oura_lake.local.folder_store import FolderStore
from oura_lake.local.history_csv import POSSIBLE
from oura_lake.monitoring.feedback import store_feedback
from oura_lake.monitoring.findings import verdicts, verdicts_of
from oura_lake.monitoring.run import watch
from oura_lake.person import Person
from support.command_line import Exit, assert_one_sentence, run
from support.illness_days import FIRST, NOW, TODAY, FakeEngine, calm_days
from support.shuffling import Shuffled

COLUMNS = ("day", *POSSIBLE)
KEYS = ["day", "kind", "level", "score", "drivers", "episode"]


def written(path: Path, days: list[Any]) -> Path:
    """History as a CSV file."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(["" if (v := getattr(d, c)) is None else v for c in COLUMNS] for d in days)
    return path


def backtest(source: object, output: Path, *options: object) -> Exit:
    done = run("backtest", source, "--output", output, *options, COLUMNS="80")
    return Exit(done.returncode, done.stdout, done.stderr)


def judged_lines(output: Path) -> list[dict[str, Any]]:
    """Lines of the file on illness; each other kind has lines of its own."""
    return [v for line in output.read_text().splitlines() if (v := json.loads(line))["kind"] == "illness"]


def test_an_illness_in_a_csv_is_found_and_shown(tmp_path: Path) -> None:
    days = live(Life(nights=200, onset=140), seed=3)
    result = backtest(written(tmp_path / "history.csv", days), tmp_path / "out.jsonl")
    found = judged_lines(tmp_path / "out.jsonl")
    alerts = {v["day"] for v in found if v["level"] != "none"}
    assert (result.code, result.lines) == (0, [])
    assert all(list(v) == KEYS and v["kind"] == "illness" and 0 <= v["score"] <= 1 for v in found)
    assert alerts & {str(days[140].day + timedelta(days=n)) for n in range(4)}
    assert {v["episode"] is None for v in found if v["level"] != "none"} == {False}
    assert {"alerts a month", "longest quiet time"} <= set(re.findall(r"(?<=  )\w+ \w+ \w+(?= )", result.out))
    assert "+" in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_later_days_change_no_verdict(tmp_path: Path) -> None:
    days = live(Life(nights=120, onset=70), seed=5)
    backtest(written(tmp_path / "all.csv", days), tmp_path / "all.jsonl")
    backtest(written(tmp_path / "some.csv", days[:75]), tmp_path / "some.jsonl")
    some = judged_lines(tmp_path / "some.jsonl")
    assert some == judged_lines(tmp_path / "all.jsonl")[: len(some)]


def test_a_history_of_heart_rate_alone_is_judged(tmp_path: Path) -> None:
    rows = ["day,resting_heart_rate_bpm", *(f"2026-01-{n:02},{50 + n % 3}" for n in range(1, 32))]
    (tmp_path / "heart.csv").write_text("\n".join(rows))
    (tmp_path / "out.jsonl").touch(0o666)
    assert backtest(tmp_path / "heart.csv", tmp_path / "out.jsonl").code == 0
    assert len(judged_lines(tmp_path / "out.jsonl")) == 31 - 14
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0


def test_one_night_says_that_nothing_can_be_judged(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("day,resting_heart_rate_bpm\n2026-01-01,50\n")
    result = backtest(tmp_path / "one.csv", tmp_path / "out.jsonl")
    assert (result.code, judged_lines(tmp_path / "out.jsonl")) == (0, [])
    sentence = " ".join(result.out.split())
    assert (
        sentence == f"No day of {tmp_path / 'one.csv'} could be judged: each kind needs 14 nights of a signal "
        "that it watches; days in it: 1."
    )


def test_what_a_file_cannot_tell_is_named_in_one_sentence(tmp_path: Path) -> None:
    rows = ["day,resting_heart_rate_bpm", *(f"2026-01-{n:02},{50 + n % 3}" for n in range(1, 32))]
    (tmp_path / "heart.csv").write_text("\n".join(rows))
    result = backtest(tmp_path / "heart.csv", tmp_path / "out.jsonl")
    assert result.out.count("Not judged, since each kind needs 14 nights of a signal that it") == 1
    assert "Low battery of the ring" in " ".join(result.out.rpartition("Not judged")[2].split())


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("nowhere.csv", (), "There is no file nowhere.csv"),
        ("me", ("--lake", "nowhere"), "There is no folder nowhere"),
    ],
)
def test_an_input_that_is_not_there_is_named(
    tmp_path: Path, source: str, options: tuple[str, ...], expected: str
) -> None:
    result = backtest(source, tmp_path / "out.jsonl", *options)
    assert_one_sentence(result, expected)
    assert result.code == 2


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("day,steps\n2026-01-01,500\n")
    assert_one_sentence(backtest(tmp_path / "one.csv", tmp_path / "no" / "out.jsonl"), "Cannot write .*--output")


def test_known_illnesses_are_held_against_the_illness_warning_alone(capsys: pytest.CaptureFixture[str]) -> None:
    days = [
        replace(d, is_rest_mode=n in range(100, 104), last_battery_pct=20.0 + n % 60)
        for n, d in enumerate(calm_days(120, ill=range(100, 106)))
    ]
    found = verdicts(days, 0.5, ())
    texts = {
        kind: "\n".join(backtested.report_lines(record_of(kind, f), f, days))
        for kind, f in found.items()
        if any(one.status == "ok" for one in f)
    }
    assert {kind for kind, lines in texts.items() if "rest mode" in lines} == {"illness"}
    assert len(texts) > 3
    assert "hits                 1 of 1 onsets of rest mode or sickness tags" in texts["illness"]


def test_a_lake_is_judged_to_the_same_bytes_in_whatever_order_its_days_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [replace(d, last_battery_pct=20.0 + n % 60) for n, d in enumerate(calm_days(120, ill=range(100, 106)))]
    (tmp_path / "lake").mkdir()
    monkeypatch.setattr(backtested, "person_of", lambda *_, **__: "me")
    result = []
    for seed in (1, 2):
        monkeypatch.setattr(backtested, "engine_of", lambda *_, seed=seed, **__: Shuffled(FakeEngine(days), seed))
        arguments = ["me", "--lake", str(tmp_path / "lake"), "--output", str(tmp_path / str(seed))]
        result.append((CliRunner().invoke(backtested.command, arguments).output, (tmp_path / str(seed)).read_bytes()))
    assert result[0] == result[1]
    assert b"ring_battery" in result[0][1]


def test_a_larger_budget_is_said_and_has_more_alarms(tmp_path: Path) -> None:
    history = written(tmp_path / "history.csv", live(Life(nights=300, onset=None), seed=2))
    n_alarms = []
    for budget in ("0.25", "2"):
        assert backtest(history, tmp_path / "out.jsonl", "--alerts-a-month", budget).code == 0
        n_alarms.append(sum(v["level"] != "none" for v in judged_lines(tmp_path / "out.jsonl")))
    assert n_alarms[0] < n_alarms[1]
    assert backtest(history, tmp_path / "out.jsonl", "--alerts-a-month", "9").code == 2


def test_only_what_a_person_would_be_told_counts(tmp_path: Path) -> None:
    """An illness lowers the HRV for days: that alone is no low recovery and no alert day."""
    days = calm_days(120, ill=range(100, 106))
    result = backtest(written(tmp_path / "history.csv", days), tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {v["kind"] for v in lines if v["level"] != "none"} == {"illness"}
    assert {v["kind"] for v in lines if v["episode"]} == {"illness"}
    assert "Low recovery (low_recovery)" in result.out
    assert any(f.is_alert for f in low_recovery.analyse(days))


def test_of_a_lake_the_word_of_the_person_counts_as_it_does_in_the_lake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known illness is no false alarm, so it changes the scores of the mornings after."""
    n = (TODAY - FIRST).days + 1
    days = calm_days(n + 30, ill=range(n - 2, n))
    store = FolderStore(tmp_path)
    watch(FakeEngine(days[:n]), store, Person(name="me"), "schedule", NOW, None)
    monkeypatch.setattr(backtested, "days_of", lambda *_: days)
    monkeypatch.setattr(backtested, "engine_of", lambda *_, **__: None)
    output, scores = tmp_path / "out.jsonl", []
    for word in (None, True):
        if word:
            store_feedback(store, "me", stored_entries(store, "me", "illness")[0].id, word, "", NOW + timedelta(days=9))
        assert (
            CliRunner().invoke(backtested.command, ["me", "--lake", str(tmp_path), "--output", str(output)]).exit_code
            == 0
        )
        scores.append([v["score"] for v in judged_lines(output)])
    assert scores[0] != scores[1]
    judged = verdicts_of(store, Person(name="me"), days)["illness"]
    assert scores[1] == [f.score for f in judged if f.status == "ok"]


def test_of_a_deployed_lake_the_persons_own_setting_holds_unless_another_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stack, "outputs", lambda *_: {"Persons": '{"me": {"illness_alerts_a_month": 1.5}}'})
    monkeypatch.setattr(backtested, "store_of", lambda *_, **__: MemoryStore())
    budgets = []
    monkeypatch.setattr(backtested, "verdicts_of", lambda _s, person, _d: budgets.append(person.illness_alerts_a_month))
    for tried in (None, 0.25):
        backtested._as_the_lake_judges("me", None, [], tried)
    assert budgets == [1.5, 0.25]
