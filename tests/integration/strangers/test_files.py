"""Account exports and CSV files as strangers have them, each through `import` or `backtest`.

The inputs lie beside the checkout (../shared/cases); the tables here hold the expected result of each.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from support.command_line import Exit, files

OK, WRONG_INPUT = 0, 2
SCORE = "SELECT sleep_score FROM stg_daily_sleep"
NIGHT = "SELECT hrv_rmssd_ms, lowest_heart_rate_bpm, has_low_battery FROM stg_sleep"
READINESS = "SELECT readiness_score, temperature_deviation_c FROM stg_daily_readiness ORDER BY day"
Answers = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class Export:
    """The expected result of the import of one file; `patterns` are those of lines on either output."""

    file: str
    code: int = OK
    patterns: tuple[str, ...] = ()
    answers: Answers = field(default_factory=dict)


EXPORTS = [
    Export(file="backslash-names.zip", answers={SCORE: [(78,)]}),
    Export(file="blank-line.zip", answers={SCORE: [(78,)]}),
    Export(file="booleans-0-1.zip", answers={NIGHT: [(48, 50, True)]}),
    Export(file="comma.zip", answers={"SELECT sleep_score, deep_sleep_score FROM stg_daily_sleep": [(78, 80)]}),
    Export(file="dated-beside-plain.zip", answers={SCORE: [(78,)], READINESS: [(80, -0.1)]}),
    Export(file="dated-names.zip", answers={SCORE: [(78,)]}),
    Export(file="fraction.zip", patterns=("average_hrv", "lowest_heart_rate"), answers={NIGHT: [(48, 50, False)]}),
    Export(file="infinity.zip", patterns=("daily_sleep.score",), answers={SCORE: [(None,)]}),
    Export(file="long-field.zip", answers={"SELECT COUNT(*) FROM stg_session": [(1,)]}),
    Export(
        file="nan.zip",
        patterns=("daily_readiness.temperature_deviation",),
        answers={READINESS: [(80, None), (81, 0.2)]},
    ),
    Export(
        file="row-without-id.zip", patterns=(r"1 row of .*dailysleep\.csv without",), answers={SCORE: [(78,), (78,)]}
    ),
    Export(
        file="short-row.zip",
        patterns=(r"1 row of .*dailysleep\.csv without",),
        answers={
            SCORE: [(78,), (78,)],
            READINESS: [(80, -0.1)],
        },
    ),
    Export(file="sleep-csv.zip", answers={NIGHT: [(48, 50, False)], READINESS: [(80, -0.1)]}),
    Export(
        file="stray-quote.zip",
        answers={
            "SELECT comment FROM stg_enhanced_tag": [('"late" dinner',)],
            SCORE: [(78,)],
        },
    ),
]


every_export = pytest.mark.parametrize("case", EXPORTS, ids=[c.file for c in EXPORTS])


@pytest.fixture
def cases(shared: Path) -> Path:
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip(f"the reference material is absent: {folder}")
    return folder


def answered(lake: Path, answers: Answers) -> Answers:
    engine = DuckDBEngine(FolderStore(lake))
    return {sql: engine.query(sql).rows for sql in answers}


def assert_lines(text: str, patterns: tuple[str, ...]) -> None:
    assert [pattern for pattern in patterns if not re.search(pattern, text)] == [], text


@every_export
def test_an_import_of_a_strange_export_ends_as_the_table_says(
    case: Any, cases: Path, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    result = oura_lake("import", cases / "import" / case.file, "--lake", lake)
    assert_lines("\n".join([result.out, *result.lines]), case.patterns)
    assert (result.code, answered(lake, case.answers)) == (case.code, case.answers)


@every_export
def test_a_second_import_of_a_strange_export_writes_nothing(
    case: Any, cases: Path, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    oura_lake("import", cases / "import" / case.file, "--lake", lake)
    before = files(lake)
    assert oura_lake("import", cases / "import" / case.file, "--lake", lake).code == case.code
    assert files(lake) == before
    assert oura_lake("rebuild", "--lake", lake, "--check").code == OK


def test_every_export_of_the_folder_stands_in_the_table(cases: Path) -> None:
    assert {path.name for path in (cases / "import").glob("*.zip")} == {case.file for case in EXPORTS}


def as_it_is(text: str, folder: Path) -> Path:
    (folder / "dailysleep.csv").write_text(text)
    return folder / "dailysleep.csv"


def in_a_folder(text: str, folder: Path) -> Path:
    return as_it_is(text, folder).parent


def zipped(text: str, folder: Path) -> Path:
    with zipfile.ZipFile(folder / "inner.zip", "w") as opened:
        opened.writestr("App Data/dailysleep.csv", text)
    return folder / "inner.zip"


def zipped_twice(text: str, folder: Path) -> Path:
    inner = zipped(text, folder)
    with zipfile.ZipFile(folder / "outer.zip", "w") as opened:
        opened.write(inner, "oura/export.zip")
    return folder / "outer.zip"


@pytest.mark.parametrize("given", [as_it_is, in_a_folder, zipped, zipped_twice])
def test_an_export_is_taken_however_it_is_given(
    given: Callable[[str, Path], Path], cases: Path, oura_lake: Callable[..., Exit], lake: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    result = oura_lake("import", given((cases / "import" / "plain.csv").read_text(), folder), "--lake", lake)
    assert (result.code, answered(lake, {SCORE: []})) == (OK, {SCORE: [(78,)]})


def test_a_file_of_another_name_is_known_by_its_columns(
    cases: Path, oura_lake: Callable[..., Exit], lake: Path
) -> None:
    assert oura_lake("import", cases / "import" / "plain.csv", "--lake", lake).code == OK
    assert answered(lake, {SCORE: []}) == {SCORE: [(78,)]}


def test_a_file_whose_name_and_columns_say_no_collection_is_refused_in_one_sentence(
    oura_lake: Callable[..., Exit], lake: Path, tmp_path: Path
) -> None:
    (tmp_path / "plain.csv").write_text("id;day;score\nd1;2026-10-10;78\n")
    result = oura_lake("import", tmp_path / "plain.csv", "--lake", lake)
    assert (result.code, len(result.lines)) == (WRONG_INPUT, 1)
    assert_lines(result.lines[0], (r"plain\.csv",))
    assert not lake.exists()


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_an_export_is_read_in_any_usual_encoding(
    encoding: str, oura_lake: Callable[..., Exit], lake: Path, tmp_path: Path
) -> None:
    text = "id;start_day;comment\nt1;2026-10-10;müde\nt2;2026-10-11;wach\n"
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as opened:
        opened.writestr("App Data/enhancedtag.csv", text.encode(encoding))
    assert oura_lake("import", tmp_path / "export.zip", "--lake", lake).code == OK
    sql = "SELECT comment FROM stg_enhanced_tag ORDER BY day"
    assert answered(lake, {sql: []}) == {sql: [("müde",), ("wach",)]}


def test_a_line_separator_in_a_note_cuts_no_row(cases: Path, oura_lake: Callable[..., Exit], tmp_path: Path) -> None:
    result = oura_lake("backtest", cases / "backtest" / "line-separator.csv", "--output", tmp_path / "v.jsonl")
    assert (result.code, result.lines) == (OK, [])
    assert "2026-02-09" in result.out


def test_a_file_of_several_persons_is_refused(cases: Path, oura_lake: Callable[..., Exit], tmp_path: Path) -> None:
    result = oura_lake("backtest", cases / "backtest" / "two-persons.csv", "--output", tmp_path / "v.jsonl")
    assert (result.code, len(result.lines)) == (WRONG_INPUT, 1)
    assert_lines(result.lines[0], (r"two-persons\.csv.*person",))
    assert not (tmp_path / "v.jsonl").exists()


def test_a_column_of_which_no_value_can_be_is_named(
    cases: Path, oura_lake: Callable[..., Exit], tmp_path: Path
) -> None:
    result = oura_lake("backtest", cases / "backtest" / "impossible-column.csv", "--output", tmp_path / "v.jsonl")
    assert result.code == OK
    assert_lines("\n".join(result.lines), ("temperature_deviation_c",))


def test_every_table_of_the_folder_is_tried(cases: Path) -> None:
    known = {"impossible-column.csv", "line-separator.csv", "two-persons.csv"}
    assert {path.name for path in (cases / "backtest").iterdir()} == known
