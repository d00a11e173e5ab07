"""An export holds all of a person's data in the lake, and nothing of another person's."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from oura_lake.local.folder_store import FolderStore
from oura_lake.privacy.export import TABLES
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.simulator.scenarios import local_week
from support.command_line import Exit, assert_one_sentence

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last, "--timezone", WEEK.timezone)


@pytest.fixture
def filled(lake: Path, oura_lake: Callable[..., Exit]) -> Path:
    """Fill a folder with a simulated week of two persons."""
    for person in ("me", "me-2"):
        assert oura_lake("sync", "--lake", lake, "--person", person, *DAYS).code == 0
    return lake


def counted(lake: Path) -> dict[str, int]:
    engine = DuckDBEngine(FolderStore(lake))
    return {e.name: engine.query(f"SELECT COUNT(*) FROM \"{e.name}\" WHERE person = 'me'").rows[0][0] for e in TABLES}


def lines_of(lake: Path) -> list[str]:
    raw = sorted(lake.glob("raw/*/*/person=me/**/*.jsonl.gz"))
    return sorted(line for path in raw for line in gzip.decompress(path.read_bytes()).decode().splitlines())


def test_parquet_csv_and_raw_hold_every_row_of_the_person_alone(
    tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    rows = counted(filled)
    assert sum(rows.values()) > 0
    for form in ("parquet", "csv"):
        result = oura_lake("export", "me", "--lake", filled, "--out", tmp_path / form, "--format", form, "--views")
        assert (result.code, result.lines) == (0, [])
        manifest = json.loads((tmp_path / form / "manifest.json").read_text())["rows"]
        assert {name: manifest[f"tables/{name}.{form}"] for name in rows} == rows
    for name, n_rows in rows.items():
        assert pq.read_table(tmp_path / "parquet" / "tables" / f"{name}.parquet").num_rows == n_rows
        with (tmp_path / "csv" / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == n_rows
    raw = [path.read_text().splitlines() for path in (tmp_path / "csv" / "raw").iterdir()]
    assert sorted(line for lines in raw for line in lines) == lines_of(filled)


def test_the_dictionary_names_every_column_that_is_written(
    tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    out = tmp_path / "out"
    oura_lake("export", "me", "--lake", filled, "--out", out, "--format", "csv", "--views")
    with (out / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {(row["table"], row["column"]) for row in rows}
    assert [row for row in rows if not row["meaning"]] == []
    assert "apostrophe" in rows[0]["meaning"]
    for path in (*(out / "tables").iterdir(), *(out / "views").iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert {(path.stem, column) for column in next(csv.reader(file))} <= named


def test_a_cell_with_a_list_is_json_and_a_missing_value_is_empty(
    tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    out = tmp_path / "out"
    oura_lake("export", "me", "--lake", filled, "--out", out, "--format", "csv")
    with (out / "tables" / "daily_activity.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {text for row in csv.DictReader(file) for text in row.values()}
    assert any(isinstance(json.loads(text), dict | list) for text in cells if text.startswith(("[", "{")))
    assert "None" not in cells


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result = oura_lake("export", "me", "--lake", filled, "--out", tmp_path / "out")
    assert_one_sentence(result, "is not empty; choose a new folder")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_person_of_whom_nothing_is_there_is_told_and_no_folder_made(
    tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    assert_one_sentence(oura_lake("export", "ada", "--lake", filled, "--out", tmp_path / "out"), "holds nothing of ada")
    assert not (tmp_path / "out").exists()


def test_every_file_is_its_owners_alone_also_in_a_folder_of_everybody(
    tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    for form in ("parquet", "csv"):
        out = tmp_path / form
        out.mkdir()
        out.chmod(0o755)
        assert oura_lake("export", "me", "--lake", filled, "--out", out, "--format", form).code == 0
        below = list(out.rglob("*"))
        assert {path.name for path in below} >= {"manifest.json", "dictionary.csv", "raw", "tables", "ledger"}
        assert [path for path in below if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("damaged", [b"", b"no gzip"])
def test_a_damaged_raw_object_is_named_and_is_no_absence(
    damaged: bytes, tmp_path: Path, filled: Path, oura_lake: Callable[..., Exit]
) -> None:
    path = next(filled.rglob("*.jsonl.gz"))
    path.write_bytes(damaged)
    result = oura_lake("export", "me", "--lake", filled, "--out", tmp_path / "out")
    assert_one_sentence(result, f"{path.name} is .*; restore its previous")
