"""The report reads a real lake: Parquet in a folder, the views, DuckDB, the command itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from oura_lake.cli.report import command
from oura_lake.lake.documents import Table, land
from oura_lake.local.folder_store import FolderStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.report.reading import history_of
from oura_lake.sources import lake, oura
from support.present import present
from support.report_lake import TODAY

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
DRIVER = {"signal": "resting_heart_rate_bpm", "value": 58.0, "baseline": 50.0, "low": 48.0, "high": 53.0, "z": 4.0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lake with thirty readiness days with a gap of two, a tag, an alert and its finding."""
    days = [str(TODAY - timedelta(days=n)) for n in range(30) if n not in (10, 11)]
    first, kind = str(TODAY - timedelta(days=3)), {"kind": "illness", "level": "major", "method_version": "1"}
    scores = [{"id": f"r{d}", "day": d, "score": 80, "temperature_deviation": 0.1} for d in days]
    finding = {"id": f"illness-{first}", "day": first, **kind, "score": 0.9, "n_baseline_nights": 40, "coverage": 1.0}
    alert = {"id": "a1", "onset_day": first, "first_alert_day": first, "last_alert_day": first, **kind}
    for source, name, documents in (
        (oura.SOURCE, "daily_readiness", scores),
        (oura.SOURCE, "tag", [{"id": "t1", "day": days[1], "timestamp": f"{days[1]}T21:00:00+01:00",
                               "tags": ["tag_generic_late_meal"]}]),
        (lake.SOURCE, "findings", [{**finding, "drivers": [DRIVER], "confounders": ["hard_workout"]}]),
        (lake.SOURCE, "alerts", [{**alert, "status": "found_in_history", "subject": "", "message": ""}]),
    ):  # fmt: skip
        store = FolderStore(tmp_path / "lake")
        table = Table(store=store, source=source.name, endpoint=source.endpoint(name), person="me")
        land(table, documents, NOW, f"/{name}")
    return tmp_path / "lake"


def test_days_tags_alerts_and_their_reasons_come_through_the_views(folder: Any) -> None:
    history = history_of(DuckDBEngine(FolderStore(folder)), "me")
    assert (len(history.days), history.value("readiness_score", TODAY)) == (30, 80)
    assert history.days[TODAY - timedelta(days=1)].notes == ("late meal",)
    alert = history.alerts[0]
    assert ([d.value for d in present(alert.worst).drivers], present(alert.worst).confounders) == (
        [58.0],
        ("hard_workout",),
    )


def test_the_command_writes_the_page_of_a_folder(folder: Any, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--lake", str(folder), "--output", str(tmp_path / "r.html")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "r.html").read_text()
    assert "28 of 30 days" in page
    assert "found in history, not sent" in page


def test_a_folder_that_holds_nothing_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--lake", str(tmp_path)])
    assert "The lake holds nothing of anyone yet" in str(result.exception)
