"""Inputs of public bug reports and of strangers' files, each through the command that a person would run.

The inputs lie beside the checkout (../shared/cases); the tables here hold the expected result of each. Invented inputs
of the same kinds, which every checkout has, must give the same results.
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from oura_lake.lake.parquet import read_table
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from support.command_line import Exit, files, run
from support.strange_answers import STRANGE
from support.stranger_api import Answer, answers_in, serving

DAYS = ("--to", "2026-10-20", "--timezone", "Europe/Berlin")
ID = re.compile(r'"id": ?"(\w[\w-]*)"')
OK, FAILED, WRONG_INPUT = 0, 1, 2
Answers = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """The expected result of one folder of answers.

    `rows` are the rows of each table, `patterns` those of the lines on the error output (each has to be found, and no
    line has to be left over but those of `allowed`), `answers` what queries give.
    """

    folder: str
    ask: tuple[str, ...]
    code: int = OK
    first: str = "2026-10-01"
    rows: dict[str, int] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    answers: Answers = field(default_factory=dict)


CASES = [
    Case(
        folder="01-lone-surrogate",
        ask=("enhanced_tag", "heartrate"),
        rows={"enhanced_tag": 1, "heartrate": 1},
        patterns=(r"enhanced_tag\.comment has a character that could not be read, stored as U\+FFFD\.",),
        answers={
            "SELECT comment FROM stg_enhanced_tag": [("so tired \ufffd",)],
            "SELECT heart_rate_bpm FROM stg_heartrate": [(60,)],
        },
    ),
    Case(
        folder="02-instant-out-of-range",
        ask=("sleep",),
        rows={"sleep": 2},
        patterns=("sleep.bedtime_end",),
        answers={
            "SELECT sleep_id, bedtime_end_at IS NULL FROM stg_sleep ORDER BY sleep_id": [("s1", True), ("s2", False)],
            "SELECT CAST(day AS varchar) FROM nights WHERE day = DATE '2026-10-11'": [("2026-10-11",)],
        },
    ),
    Case(
        folder="03-number-out-of-range",
        ask=("daily_readiness",),
        rows={"daily_readiness": 2},
        patterns=("daily_readiness.score",),
        answers={"SELECT readiness_score FROM stg_daily_readiness ORDER BY day": [(None,), (80,)]},
    ),
    Case(
        folder="04-nan",
        ask=("daily_readiness",),
        rows={"daily_readiness": 2},
        patterns=("daily_readiness.temperature_deviation",),
        answers={
            "SELECT COUNT(temperature_deviation_c), AVG(temperature_deviation_c) FROM person_day": [(1, 0.2)],
        },
    ),
    Case(
        folder="05-sleep-without-type",
        ask=("sleep",),
        rows={"sleep": 3},
        allowed=("sleep.type has the new value",),
        answers={
            "SELECT CAST(day AS varchar), sleep_h, hrv_rmssd_ms FROM nights ORDER BY day": [
                ("2026-10-10", 7.0, 48),
                ("2026-10-11", 7.0, 48),
                ("2026-10-12", 7.0, 48),
            ],
        },
    ),
    Case(
        folder="06-workout-mixed-offsets",
        ask=("workout",),
        rows={"workout": 1},
        answers={
            "SELECT CAST(started_local AS varchar), CAST(ended_local AS varchar) FROM stg_workout": [
                ("2026-10-10 21:23:00", "2026-10-10 21:34:00"),
            ],
            "SELECT workout_end_h FROM person_day WHERE workout_min > 0": [(21,)],
        },
    ),
    Case(
        folder="07-rest-mode-never-ended",
        ask=("rest_mode_period", "daily_readiness"),
        first="2026-08-01",
        rows={"rest_mode_period": 2, "daily_readiness": 1},
        answers={
            "SELECT is_rest_mode FROM person_day WHERE day = DATE '2026-10-10'": [(False,)],
        },
    ),
    Case(
        folder="08-overlapping-periods",
        ask=("sleep", "workout"),
        rows={"sleep": 2, "workout": 2},
        answers={
            "SELECT ROUND(sleep_h) FROM nights": [(7.0,)],
            "SELECT COUNT(*) FROM naps WHERE nap_h > 0.2": [(0,)],
            "SELECT workout_min FROM person_day": [(60.0,)],
        },
    ),
    Case(
        folder="09-collection-is-gone",
        ask=("tag", "session"),
        code=FAILED,
        patterns=(r"no collection tag \(404\)",),
        answers={"SELECT COUNT(*) FROM stg_tag": [(0,)]},
    ),
    Case(
        folder="10-one-null-element",
        ask=("session",),
        code=FAILED,
        rows={"session": 1},
        patterns=("session.*rejected/",),
        answers={"SELECT session_id FROM stg_session": [("x",)]},
    ),
    Case(
        folder="11-two-documents-of-a-day",
        ask=("daily_activity", "daily_readiness"),
        rows={"daily_activity": 2, "daily_readiness": 2},
        answers={
            "SELECT readiness_score, steps FROM person_day": [(82, 9321)],
        },
    ),
    Case(
        folder="12-fraction",
        ask=("sleep",),
        rows={"sleep": 1},
        patterns=("average_hrv", "lowest_heart_rate"),
        answers={"SELECT hrv_rmssd_ms, lowest_heart_rate_bpm FROM stg_sleep": [(48, 50)]},
    ),
    Case(
        folder="13-app-too-old", ask=("daily_stress",), code=FAILED, patterns=(r"daily_stress .*update the Oura app",)
    ),
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder)


@pytest.fixture
def cases(shared: Path) -> Path:
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip(f"the reference material is absent: {folder}")
    return folder


@pytest.fixture(params=["invented", "strangers'"])
def answers_of(request: pytest.FixtureRequest) -> Callable[[Case], dict[str, Answer]]:
    """Provide a function that finds the answers of a case: invented ones, or those beside the checkout."""
    if request.param == "invented":
        return lambda case: STRANGE[case.folder]
    folder = request.getfixturevalue("cases")
    return lambda case: answers_in(folder / case.folder)


@pytest.fixture
def synced(
    answers_of: Callable[[Case], dict[str, Answer]],
    oura_lake: Callable[..., Exit],
    lake: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Case], Exit]:
    """Provide the command over one folder of answers, in this process."""
    monkeypatch.setenv("OURA_ACCESS_TOKEN", "t")

    def ended(case: Case) -> Exit:
        with serving(answers_of(case)) as address:
            monkeypatch.setenv("OURA_API_BASE_URL", address)
            options = [part for name in case.ask for part in ("--endpoint", name)]
            return oura_lake("sync", "--lake", lake, "--from", case.first, *DAYS, *options)

    return ended


def n_rows(lake: Path) -> dict[str, int]:
    """Count the rows of each table of the provider."""
    found: dict[str, int] = {}
    for path in lake.glob("lake/*/**/*.parquet"):
        name = path.relative_to(lake / "lake").parts[0]
        found[name] = found.get(name, 0) + read_table(path.name, path.read_bytes()).num_rows
    return found


def stored_text(lake: Path) -> str:
    """Text of raw and of the rejected records."""
    found = [*lake.glob("raw/oura/**/*.gz"), *lake.glob("rejected/**/*.gz")]
    return "\n".join(gzip.decompress(path.read_bytes()).decode() for path in found)


def stored(lake: Path) -> dict[str, tuple[bytes, int]]:
    """Files of the lake without the ledger, which records the requests of a refused run too."""
    return {name: file for name, file in files(lake).items() if not name.startswith("ledger/")}


def assert_lines(result: Exit, patterns: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    """Each pattern matches a line, and each line is a sentence that a pattern matches."""
    assert [p for p in patterns if not any(re.search(p, line) for line in result.lines)] == [], result.lines
    assert [line for line in result.lines if not any(re.search(p, line) for p in patterns + allowed)] == []
    assert all(line.startswith("oura-lake: ") and line.endswith(".") for line in result.lines), result.lines


@EVERY_CASE
def test_a_sync_of_a_strange_answer_ends_as_the_table_says(
    case: Any, synced: Callable[[Case], Exit], lake: Path
) -> None:
    result = synced(case)
    assert_lines(result, case.patterns, case.allowed)
    assert (result.code, n_rows(lake)) == (case.code, case.rows)
    engine = DuckDBEngine(FolderStore(lake))
    assert {sql: engine.query(sql).rows for sql in case.answers} == case.answers


@EVERY_CASE
def test_nothing_of_a_strange_answer_is_lost_and_a_second_run_writes_nothing(
    case: Any,
    synced: Callable[[Case], Exit],
    lake: Path,
    answers_of: Callable[[Case], dict[str, Answer]],
    oura_lake: Callable[..., Exit],
) -> None:
    first = synced(case)
    before = stored(lake)
    second = synced(case)
    lines = [line for line in first.lines if "rejected/" not in line]  # what is set aside is reported once
    assert (second.code, second.lines) == (first.code if lines == first.lines else OK, lines)
    assert stored(lake) == before
    served = "".join(body.decode() for name, (_, body) in answers_of(case).items() if name in case.ask)
    assert set(ID.findall(served)) <= set(ID.findall(stored_text(lake)))
    if case.rows:
        assert oura_lake("rebuild", "--lake", lake, "--check").code == OK


def test_every_folder_of_answers_stands_in_the_table(cases: Path) -> None:
    assert {path.name for path in cases.iterdir() if path.name[0].isdigit()} == {case.folder for case in CASES}
    assert STRANGE.keys() == {case.folder for case in CASES}


def test_all_that_is_strange_at_once_keeps_neither_the_rest_from_landing_nor_the_days_from_being_judged(
    lake: Path,
) -> None:
    """The command runs in its own process, as a person would run it."""
    names = ("01", "02", "03", "07", "09", "10", "11", "13")
    answers = [answers for folder, answers in STRANGE.items() if folder[:2] in names]
    with serving({name: answer for each in answers for name, answer in each.items()}) as address:
        done = run(
            "sync", "--lake", lake, "--from", "2026-08-01", *DAYS, OURA_ACCESS_TOKEN="t", OURA_API_BASE_URL=address
        )
    assert done.returncode == FAILED
    assert "Traceback" not in done.stderr
    landed = n_rows(lake)
    assert {name for name, n in landed.items() if n} >= {
        "enhanced_tag",
        "heartrate",
        "sleep",
        "daily_readiness",
        "rest_mode_period",
        "session",
        "daily_activity",
        "personal_info",
        "gaps",
        "findings",
    }
