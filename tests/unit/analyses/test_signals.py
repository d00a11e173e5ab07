"""Table of the signals: the only one, in accordance with the views, and the source of every text."""

import ast
from ast import Module
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import pytest
import yaml
from oura_lake.alerts.wording.evidence import unusual_lines
from oura_lake.analyses import signals
from oura_lake.analyses.model import COLUMNS
from oura_lake.analyses.signal_description import Place, SignalDescription, plain, unread
from oura_lake.analyses.signals import BEDTIME, OF_ILLNESS, SIGNALS, STEPS, charted, described, listed, of_a_week
from oura_lake.analyses.weekly_comparison import compared
from oura_lake.maintenance.comparison_wording import lines
from oura_lake.report.page import page
from oura_lake.report.reading import history_of
from support.illness_days import FIRST, a_driver, a_finding, calm_day, calm_days
from support.report_lake import TODAY, FakeEngine, a_row

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "lambdas" / "oura_lake"
# the files that may name columns in a literal: the list of shareable columns, and a generator of Oura's documents
MAY_NAME = ("lake/consents.py", "simulator/")
NEW = SignalDescription(
    column="met_min", title="Exertion", unit="MET min", direction=-1, lowest=0.0, highest=1000.0, report=Place.CHART,
    week_floor=50.0, read=plain("met_min"), floor=20.0,
)  # fmt: skip


def of_person_day() -> Any:
    return yaml.safe_load((ROOT / "athena" / "core" / "person_day.yml").read_text("utf-8"))["columns"]


def literals(tree: Module) -> Iterator[tuple[int, str]]:
    """Elements of each list, tuple and set, and the keys of each dict, that are literal text."""
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.expr)):
        elements = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        yield from (
            (node.lineno, k.value) for k in elements if isinstance(k, ast.Constant) and isinstance(k.value, str)
        )


def second_tables(text: str) -> list[Any]:
    columns = {s.column for s in SIGNALS}
    return [(line, name) for line, name in literals(ast.parse(text)) if name in columns]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_other_module_has_a_table_of_signals(path: Path) -> None:
    if not str(path.relative_to(PACKAGE)).startswith(MAY_NAME):
        assert second_tables(path.read_text("utf-8")) == []


def test_a_second_table_would_be_found() -> None:
    assert second_tables('FLOORS = {"steps": 1000.0}\nFALLING = ("sleep_h",)') == [(1, "steps"), (2, "sleep_h")]


def test_each_column_stands_once() -> None:
    assert len({s.column for s in SIGNALS}) == len(SIGNALS)


def test_a_unit_is_that_of_the_view() -> None:
    columns = of_person_day()
    known = [s for s in SIGNALS if s.column in columns]
    assert {s.column: s.unit for s in known} == {s.column: columns[s.column].get("unit", "") for s in known}
    assert {s.column for s in SIGNALS} - set(columns) == {"bedtime_h", "load_pct"}  # their analyses compute them


def test_what_an_analysis_reads_is_a_column_of_its_days() -> None:
    assert {s.column for s in SIGNALS if s.read is not unread} - set(COLUMNS) == {"bedtime_h"}


def test_what_an_illness_moves_most_surely_stands_first() -> None:
    assert [s.column for s in OF_ILLNESS[:2]] == ["temperature_deviation_c", "resting_heart_rate_bpm"]


def test_floors_and_weights_are_those_with_which_the_methods_were_measured() -> None:
    """Direction, floor, shift, share, most, days late, of sleep; a change needs a new measurement (detection.md)."""
    judged = {
        s.column: (s.direction, s.floor, s.shift, s.share, s.most, s.lag_days, s.is_of_sleep)
        for s in SIGNALS
        if s.read is not unread
    }
    assert judged == {
        "sleep_h": (-1, 0.25, 0.0, 0.0, 5.0, 0, False),
        "bedtime_h": (0, 0.25, 0.0, 0.0, 5.0, 0, False),
        "readiness_score": (-1, 3.0, 0.0, 0.0, 5.0, 0, False),
        "resting_heart_rate_bpm": (1, 1.0, 1.6, 0.87, 5.0, 0, True),
        "hrv_rmssd_ms": (-1, 0.05, 1.3, 0.77, 4.0, 0, True),
        "temperature_deviation_c": (1, 0.1, 1.75, 0.87, 5.0, 0, False),
        "respiratory_rate_bpm": (1, 0.2, 1.15, 0.72, 5.0, 0, True),
        "steps": (-1, 8.0, 1.4, 0.3, 3.0, 1, False),
        "inactive_h": (1, 0.5, 1.4, 0.3, 3.0, 1, False),
        "stress_high_min": (1, 15.0, 0.0, 0.0, 5.0, 1, False),
    }
    shown = {s.column: (s.direction, s.floor) for s in SIGNALS if s.read is unread}
    assert shown == {
        "sleep_score": (-1, 2.0),
        "deep_h": (-1, 0.1),
        "rem_h": (-1, 0.1),
        "efficiency_pct": (-1, 1.0),
        "spo2_pct": (-1, 0.3),
        "load_pct": (1, 0.0),
        "last_battery_pct": (-1, 0.0),
    }
    least_changes = {s.column: s.week_floor for s in SIGNALS if s.week_floor is not None}
    assert least_changes == {
        "sleep_h": 0.25,
        "bedtime_h": 0.25,
        "readiness_score": 3.0,
        "resting_heart_rate_bpm": 1.0,
        "hrv_rmssd_ms": 2.0,
        "temperature_deviation_c": 0.1,
        "steps": 1000.0,
    }


def test_what_can_be_measured_is_what_the_table_always_had() -> None:
    ends = {s.column: (s.lowest, s.highest) for s in SIGNALS if s.lowest > 0 or 100 < s.highest < inf or s.digits}
    assert ends == {
        "readiness_score": (1.0, 100.0),
        "sleep_score": (1.0, 100.0),
        "resting_heart_rate_bpm": (25.0, 150.0),
        "hrv_rmssd_ms": (2.0, 254.0),
        "temperature_deviation_c": (-10.0, 10.0),
        "respiratory_rate_bpm": (4.0, 60.0),
        "spo2_pct": (0.0, 100.0),
        "steps": (0.0, 150_000.0),
        "stress_high_min": (0.0, 1440.0),
    }


def test_a_bedtime_is_judged_from_noon_on_and_shown_on_the_clock() -> None:
    bed = datetime(2026, 1, 5, 1, 30)  # noqa: DTZ001 - local
    assert BEDTIME.read(calm_day(0, bedtime_start_local=bed)) == 13.5
    assert BEDTIME.read(calm_day(0, bedtime_start_local=bed.replace(hour=12, minute=15))) == 0.25
    assert BEDTIME.read(calm_day(0)) is None
    assert [BEDTIME.show(hours) for hours in (10.5, 13.5)] == [22.5, 1.5]


def test_steps_are_judged_by_their_root_and_only_of_days_on_which_the_ring_was_worn() -> None:
    assert STEPS.read(calm_day(0, steps=8100.0)) == 90.0
    assert STEPS.show(90.0) == 8100.0
    assert [STEPS.read(calm_day(0, steps=8100.0, non_wear_h=h)) for h in (5.0, 5.1)] == [90.0, None]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.column)
def test_a_range_is_inside_what_can_be_measured(signal: SignalDescription) -> None:
    assert signal.lowest < signal.highest
    assert signal.floor >= 0
    assert (signal.floor > 0) == (signal.report is not None or signal.read is not unread)


def test_a_signal_that_the_table_lacks_is_its_own_title() -> None:
    assert (described("cold_feet_c").title, described("cold_feet_c").digits) == ("Cold feet c", 1)


def test_a_new_row_of_the_table_is_in_report_alert_and_weekly_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "SIGNALS", (*SIGNALS, NEW))
    assert NEW in charted()
    assert NEW in of_a_week()
    assert NEW not in listed()
    assert "Exertion" in report_of_a_month()
    night = a_finding(drivers=(a_driver("met_min", 100.0, -2.4, low=300.0, high=1200.0),))
    assert unusual_lines(night, numbers=True) == [
        "Exertion below your usual range: 100 MET min, usually 300 to 1,000",
    ]
    days = [replace(d, met_min=400.0) for d in calm_days(14 * 7)]
    week = compared(days, FIRST + timedelta(weeks=13))
    assert "- Exertion: as before (7 of 7 nights; mean 400 MET min, before 350 to 450)" in lines(week, has_numbers=True)


def report_of_a_month() -> str:
    rows = [a_row(TODAY - timedelta(days=n), sleep_h=7.0, met_min=400.0 + n % 3) for n in range(30)]
    return page(history_of(FakeEngine(rows), "anna"), TODAY)
