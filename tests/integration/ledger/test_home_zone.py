"""A lake remembers the zone of a person's days for every command after the one that named it."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oura_lake.cli import _status_page as page
from oura_lake.cli import report, sync
from oura_lake.cli._persons import zone_of
from oura_lake.cli.backtest import _as_the_lake_judges
from oura_lake.lake.store import Store
from oura_lake.ledger.home_zone import remembered_zone
from oura_lake.local.folder_store import FolderStore
from oura_lake.monitoring import run as watching
from oura_lake.monitoring.run import Watched
from oura_lake.person import Person
from oura_lake.query.model import Engine
from oura_lake.report.build import Step
from oura_lake.simulator.scenarios import local_week
from support.command_line import Exit, files
from support.noting import noting

WEEK = local_week()
DAYS = ("--from", WEEK.first, "--to", WEEK.last)
HOME, HERE = "Pacific/Kiritimati", "Etc/GMT+12"  # it is never the same day in both
NOTE = "ledger/person=me/zone.json"


@pytest.fixture(autouse=True)
def _abroad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", HERE)


@pytest.fixture
def synced(lake: Path, oura_lake: Callable[..., Exit]) -> Path:
    """Folder of a person who named their time zone once."""
    assert oura_lake("sync", "--lake", lake, *DAYS, "--timezone", HOME).code == 0
    return lake


def today() -> str:
    return datetime.now(ZoneInfo(HOME)).date().isoformat()


def test_a_zone_that_is_named_is_kept_and_a_second_run_writes_nothing(
    synced: Any, oura_lake: Callable[..., Exit]
) -> None:
    assert json.loads((synced / NOTE).read_text()) == {"timezone": HOME}
    before = files(synced)
    assert oura_lake("sync", "--lake", synced, *DAYS).code == 0
    assert oura_lake("sync", "--lake", synced, *DAYS, "--timezone", HOME).code == 0
    assert files(synced) == before


def test_without_a_name_nothing_is_kept_and_the_machine_s_zone_is_used(
    lake: Path, oura_lake: Callable[..., Exit]
) -> None:
    assert oura_lake("sync", "--lake", lake, *DAYS).code == 0
    assert not (lake / NOTE).exists()
    assert str(zone_of("me", lake)) == HERE


def test_a_later_name_takes_the_place_of_the_one_before_and_only_of_that_person(
    synced: Any, oura_lake: Callable[..., Exit]
) -> None:
    assert str(zone_of("me", synced, "Asia/Tokyo")) == "Asia/Tokyo"
    assert oura_lake("sync", "--lake", synced, *DAYS, "--timezone", "Asia/Tokyo").code == 0
    assert (str(zone_of("me", synced)), str(zone_of("ada", synced))) == ("Asia/Tokyo", HERE)


def test_a_backfill_keeps_it_too_but_a_dry_run_writes_nothing(lake: Path, oura_lake: Callable[..., Exit]) -> None:
    arguments = ("backfill", "--lake", lake, *DAYS, "--timezone", HOME)
    assert oura_lake(*arguments, "--dry-run").code == 0
    assert not lake.exists()
    oura_lake(*arguments)
    assert remembered_zone(FolderStore(lake), "me") == HOME


def test_sync_asks_for_the_days_of_home(
    synced: Any, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch
) -> None:
    zones: list[str] = []
    monkeypatch.setattr(sync, "ingest", lambda run, *_: noting(zones, str(run.window.zone), []))
    oura_lake("sync", "--lake", synced)
    assert zones == [HOME]


def test_status_counts_days_and_writes_moments_at_home(synced: Any, oura_lake: Callable[..., Exit]) -> None:
    [me] = json.loads(oura_lake("status", "--lake", synced, "--json").out)
    assert me["today"] == today()
    assert page._moment("2026-08-21T10:30:00+00:00", ZoneInfo(HOME)) == "2026-08-22 00:30"


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("report", "--output", "r.html"),
        ("watch",),
        ("backtest", "me", "--output", "v.jsonl"),
    ],
)
def test_a_command_that_asks_for_a_zone_takes_one(
    lake: Path,
    oura_lake: Callable[..., Exit],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert oura_lake("sync", "--lake", lake, *DAYS).code == 0
    monkeypatch.setenv("TZ", "UTC+2")
    refused = oura_lake(*arguments, "--lake", lake)
    assert (refused.code, "add --timezone" in refused.lines[-1]) == (2, True)
    assert oura_lake(*arguments, "--lake", lake, "--timezone", HOME).code == 0


def test_report_watch_and_backtest_know_it(
    synced: Any, oura_lake: Callable[..., Exit], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outputs = {}

    def watched(_engine: Engine, _store: Store, person: Person, *_rest: object) -> Watched:
        outputs["watch"] = person.timezone
        return watching.Watched()

    def drawn(_engine: Engine, _person: str | None, today_of: Callable[[str], date], _step: Step) -> str:
        outputs["report"] = today_of("me").isoformat()
        return ""

    monkeypatch.setattr(watching, "watch", watched)
    monkeypatch.setattr(report, "report_text", drawn)
    monkeypatch.setattr("oura_lake.cli.backtest.verdicts_of", lambda _s, person, _d: outputs.update(b=person.timezone))
    oura_lake("watch", "--lake", synced)
    assert oura_lake("report", "--lake", synced, "--output", tmp_path / "r.html").code == 0
    _as_the_lake_judges("me", synced, [], None)
    assert outputs == {"watch": HOME, "report": today(), "b": HOME}
